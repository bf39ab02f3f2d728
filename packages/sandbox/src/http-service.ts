// SPDX-License-Identifier: Apache-2.0
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeUtf8 } from '@colophon/base';
import type { Fault, Faults, ServiceName } from './faults.ts';
import type { Lie } from './lies/lie.ts';
import { SandboxError } from './sandbox-error.ts';

export interface SandboxRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** How the answer is to be false. */
  readonly lie?: Lie;
}

export interface SandboxResponse {
  readonly status: number;
  /** The reason phrase of the status line, where the real service chooses its own. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array | Readable;
}

export type Handler = (request: SandboxRequest) => Promise<SandboxResponse>;

/** What was asked of a service and how it was answered; no status where the connection was cut. */
export interface Exchange {
  readonly service: ServiceName;
  readonly method: string;
  readonly url: URL;
  readonly status?: number;
}

export interface ServiceOptions {
  readonly faults: Faults;
  /** Default: any free port. */
  readonly port?: number;
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface Service {
  /** `http://localhost:PORT`, no slash at the end. */
  readonly url: string;
  /** Ends all connections and takes no more: whoever comes is refused, until `resume` takes the port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

interface Context extends ServiceOptions {
  readonly name: ServiceName;
  readonly handler: Handler;
}

/** Serves `handler` on a port of its own on 127.0.0.1. @throws SandboxError ERR_SANDBOX_LISTEN */
export async function startService(
  name: ServiceName,
  handler: Handler,
  options: ServiceOptions,
): Promise<Service> {
  const context = { ...options, name, handler };
  const server = createServer((request, response) => void serve(context, request, response));
  await listen(server, name, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    pause: () => close(server),
    resume: () => listen(server, name, port),
    close: () => close(server),
  };
}

async function listen(server: Server, name: ServiceName, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  try {
    await promise;
  } catch (cause) {
    throw new SandboxError('ERR_SANDBOX_LISTEN', `cannot serve ${name} on port ${port}`, { cause });
  }
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

// Never rejects: whatever a handler does, the caller gets an answer or a closed connection.
async function serve(context: Context, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { name, faults, onExchange } = context;
  const method = message.method ?? 'GET';
  const url = URL.parse(`http://${message.headers.host ?? 'localhost'}${message.url}`);
  if (!url) return void response.writeHead(400).end();
  const fault = faults.take(name, method, url);
  const lie = fault?.kind === 'lie' ? { lie: fault.lie } : {};
  const request = { method, url, headers: message.headers, body: message, ...lie };
  const answer = await answerWithFault(fault, () => context.handler(request)).catch(failureAnswer);
  onExchange?.({ service: name, method, url, ...(answer && { status: answer.status }) });
  if (fault?.kind === 'hang') return;
  if (!answer) return void message.socket.destroy();
  await send(response, answer).catch(() => response.destroy());
}

async function answerWithFault(
  fault: Fault | undefined,
  handle: () => Promise<SandboxResponse>,
): Promise<SandboxResponse | undefined> {
  if (fault?.kind === 'status') return faultAnswer(fault);
  if (fault?.kind === 'cut-before' || fault?.kind === 'hang') return undefined;
  if (fault?.kind === 'delay') await sleep(fault.ms);
  const answer = await handle();
  if (fault?.kind !== 'cut-after') return answer;
  if (answer.body instanceof Readable) answer.body.destroy();
  return undefined;
}

function faultAnswer(fault: Fault & { kind: 'status' }): SandboxResponse {
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return { status: fault.status, headers, body: fault.body ?? '' };
}

async function send(response: ServerResponse, answer: SandboxResponse): Promise<void> {
  const { status, reason, headers = {}, body = '' } = answer;
  const bytes = typeof body === 'string' ? encodeUtf8(body) : body;
  if (bytes instanceof Readable) {
    response.writeHead(status, reason, { ...headers });
    await pipeline(bytes, response);
    return;
  }
  const length = status === 204 || status === 304 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(status, reason, { ...length, ...headers });
  response.end(bytes);
}

function failureAnswer(error: unknown): SandboxResponse {
  const tooLarge = error instanceof SandboxError && error.code === 'ERR_SANDBOX_BODY_SIZE';
  const text = error instanceof Error ? error.message : String(error);
  return { status: tooLarge ? 413 : 500, body: `${text}\n` };
}

/** The whole body of a request. @throws SandboxError ERR_SANDBOX_BODY_SIZE beyond `maxBytes` */
export async function readBody(request: SandboxRequest, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // What is not wanted is read all the same: a client that is still sending would not see the answer.
  for await (const part of request.body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
  }
  if (size > maxBytes)
    throw new SandboxError('ERR_SANDBOX_BODY_SIZE', `request body is larger than ${maxBytes} bytes`);
  return new Uint8Array(Buffer.concat(parts));
}

/** An answer of JSON. */
export function json(
  status: number,
  value: unknown,
  headers: Record<string, string | string[]> = {},
): SandboxResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
