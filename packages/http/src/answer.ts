// SPDX-License-Identifier: Apache-2.0
import type { Dispatcher } from 'undici';
import { excerpt } from './excerpt.ts';
import { sendOnce, type Exchange, type RawAnswer } from './exchange.ts';
import { FailedAttempt, failureText } from './failure.ts';
import type { HttpRequest } from './http-message.ts';
import { displayUrl } from './http-url.ts';
import { parseRetryAfter } from './retry-policy.ts';
import { answerEvent, failureEvent, requestEvent, type WireEvent } from './wire-event.ts';

const MAX_REDIRECTS = 5;

export interface AnswerContext {
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Hears of every request, answer and failure on the wire. */
  readonly onWire?: ((event: WireEvent) => void) | undefined;
}

export interface LocatedAnswer extends RawAnswer {
  readonly url: URL;
}

/** One attempt: sends, follows redirects as far as the request allows, and judges the status. */
export async function answerOnce(
  dispatcher: Dispatcher,
  exchange: Exchange,
  context: AnswerContext,
): Promise<LocatedAnswer> {
  const { request } = context;
  let url = exchange.url;
  for (let hops = 0; ; hops += 1) {
    const answer = await sendTold(dispatcher, { ...exchange, url }, context);
    const { status } = answer;
    if (isAnswer(status, request)) return { ...answer, url };
    const beginning = await beginningOf(answer.body);
    if (status >= 400) throw unavailable(answer, excerpt(beginning, exchange.secrets), context.now());
    url = redirectTarget(answer, { request, url, hops });
  }
}

async function sendTold(
  dispatcher: Dispatcher,
  exchange: Exchange,
  { signal, now, onWire }: AnswerContext,
): Promise<RawAnswer> {
  if (onWire === undefined) return await sendOnce(dispatcher, exchange, signal);
  onWire(requestEvent(exchange));
  const begun = now();
  try {
    const answer = await sendOnce(dispatcher, exchange, signal);
    onWire(answerEvent(exchange, answer, now() - begun));
    return answer;
  } catch (error) {
    onWire(failureEvent(exchange, failureText(error, exchange.secrets), now() - begun));
    throw error;
  }
}

function isAnswer(status: number, request: HttpRequest): boolean {
  if (request.passStatuses?.includes(status) === true) return true;
  if (status < 400) return status >= 200 && status < 300;
  const passing = status === 408 || status === 429 || request.retryStatuses?.includes(status) === true;
  return status < 500 && !passing;
}

function unavailable(answer: RawAnswer, text: string, now: number): FailedAttempt {
  const { status, headers } = answer;
  return new FailedAttempt({
    code: 'ERR_HTTP_UNAVAILABLE',
    text: `answered ${status}${text === '' ? '' : `: ${text}`}`,
    status,
    kind: status === 429 ? 'unsent' : 'passing',
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), now),
  });
}

interface Hop {
  readonly request: HttpRequest;
  readonly url: URL;
  readonly hops: number;
}

// Another origin may be anyone: our headers, our body and our trust in the answer end at the one that was asked.
function redirectTarget(answer: RawAnswer, hop: Hop): URL {
  const { request, url, hops } = hop;
  const location = answer.headers.get('location');
  const target = location === undefined ? null : URL.parse(location, url.href);
  const safe = request.method === 'GET' || request.method === 'HEAD';
  if (request.redirect !== 'same-origin' || !safe)
    throw refusedRedirect(answer, target, 'which is not followed');
  if (target === null || target.origin !== url.origin || target.username !== '' || target.password !== '')
    throw refusedRedirect(answer, target, 'which is another origin');
  if (hops >= MAX_REDIRECTS) throw refusedRedirect(answer, target, `after ${MAX_REDIRECTS} other redirects`);
  return target;
}

function refusedRedirect(answer: RawAnswer, target: URL | null, why: string): FailedAttempt {
  const { status } = answer;
  const place = target === null ? 'no readable place' : excerpt(displayUrl(target));
  const text = `answered ${status}, a redirect to ${place}, ${why}`;
  return new FailedAttempt({ code: 'ERR_HTTP_REDIRECT', text, status, kind: 'final' });
}

// Enough for a message; leaving the loop closes the rest. That the body breaks matters less than the status.
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 16_384) break;
    }
  } catch {
    return Buffer.concat(chunks);
  }
  return Buffer.concat(chunks);
}
