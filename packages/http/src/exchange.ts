// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { FailedAttempt } from './failure.ts';
import type { BodySource, HttpRequest } from './http-message.ts';

/** A request made ready for the wire. */
export interface Exchange {
  readonly method: HttpRequest['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | BodySource | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Texts that no message may show. */
  readonly secrets: readonly string[];
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Sends a request once and reads the head of the answer. Throws whatever undici throws, or FailedAttempt. */
export async function sendOnce(
  dispatcher: Dispatcher,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const { method, url, headers, timeoutMs } = exchange;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { ...headers },
    body: wireBody(exchange.body),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal,
  });
  const received = headerMap(answer.headers);
  assertDeclaredLength(received.get('content-length'), exchange, answer.body);
  return { status: answer.statusCode, headers: received, body: boundedBody(answer.body, exchange.maxBytes) };
}

function wireBody(body: Exchange['body']): string | Uint8Array | Readable | null {
  if (body === undefined) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  // Written by undici as it comes, each chunk sent before the next is asked for; a stream would read ahead and buffer. Its
  // types do not tell that it takes iterables.
  return readSource(body) as unknown as Readable;
}

// A file that cannot be read, or that changed its size, is not the server's fault: another attempt would not mend it.
async function* readSource(source: BodySource): AsyncIterable<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of source.open()) {
      size += chunk.length;
      if (size > source.length) break;
      yield chunk;
    }
  } catch (cause) {
    throw bodyFailure('could not be read', cause);
  }
  if (size !== source.length) throw bodyFailure(`has not its declared length of ${source.length} bytes`);
}

function bodyFailure(what: string, cause?: unknown): FailedAttempt {
  return new FailedAttempt({ code: 'ERR_HTTP_BODY', text: `the request body ${what}`, cause, kind: 'final' });
}

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  return map;
}

function assertDeclaredLength(declared: string | undefined, exchange: Exchange, body: Readable): void {
  if (exchange.method === 'HEAD' || declared === undefined || Number(declared) <= exchange.maxBytes) return;
  body.on('error', () => undefined).destroy();
  throw tooLarge(exchange.maxBytes);
}

async function* boundedBody(body: Readable, maxBytes: number): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): FailedAttempt {
  const text = `the answer is larger than ${maxBytes} bytes`;
  return new FailedAttempt({ code: 'ERR_HTTP_TOO_LARGE', text, kind: 'final' });
}
