// SPDX-License-Identifier: Apache-2.0
import { setTimeout as timer } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { answerOnce, type LocatedAnswer } from './answer.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { excerpt } from './excerpt.ts';
import type { Exchange } from './exchange.ts';
import { errorFrom, type Failure } from './failure.ts';
import type { HttpError } from './http-error.ts';
import type { HttpRequest, HttpResponse, HttpStream } from './http-message.ts';
import { displayUrl } from './http-url.ts';
import { prepare } from './prepare.ts';
import { parseProxyUrl } from './proxy-url.ts';
import { mayRepeat, retryDelayMs } from './retry-policy.ts';
import { TimeBudget } from './time-budget.ts';
import { openTransport, type Transport, type TransportOptions } from './transport.ts';
import type { WireEvent } from './wire-event.ts';

export interface Retry {
  /** The failure that another attempt follows. */
  readonly error: HttpError;
  readonly delayMs: number;
  /** How many attempts have failed so far. */
  readonly attempts: number;
}

export interface HttpClientOptions extends TransportOptions {
  /** Sent as User-Agent, such as `colophon/1.2.3`. */
  readonly userAgent: string;
  /** How much time all requests together may lose to failing services. Default 600 000. */
  readonly timeBudgetMs?: number;
  /** Hears of every retry, for progress. */
  readonly onRetry?: (retry: Retry) => void;
  /** Hears of everything on the wire, without credentials and bodies. */
  readonly onWire?: (event: WireEvent) => void;
  /** Instead of our own connections, for tests; `close` leaves it open. */
  readonly dispatcher?: Dispatcher;
  /** The clock (milliseconds since 1970), the wait and the dice, for tests. */
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random?: () => number;
}

type Read<T> = (answer: LocatedAnswer, exchange: Exchange, limit: AttemptLimit) => Promise<T>;

const DEFAULT_TIME_BUDGET_MS = 600_000;

/**
 * The client of all services: bounded in time and size, repeating what may be repeated, following no redirect
 * that it was not told to, and silent about credentials. Connections are kept open until `close`.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #budget: TimeBudget;
  readonly #now: () => number;
  #transport: Promise<Transport> | undefined;

  /** @throws HttpError ERR_HTTP_URL for a proxy that is none; TypeError for a time budget that is none */
  constructor(options: HttpClientOptions) {
    const {
      timeBudgetMs = DEFAULT_TIME_BUDGET_MS,
      now = Date.now,
      httpProxy = '',
      httpsProxy = '',
    } = options;
    if (!(timeBudgetMs > 0)) throw new TypeError('timeBudgetMs must be positive');
    const proxies = {
      httpProxy: parseProxyUrl(httpProxy, 'http'),
      httpsProxy: parseProxyUrl(httpsProxy, 'https'),
    };
    this.#options = { ...options, ...proxies };
    this.#now = now;
    this.#budget = new TimeBudget(timeBudgetMs, now);
  }

  /**
   * Sends a request and reads the whole answer. 2xx and 4xx are answers; 408, 429, 5xx and redirects are failures,
   * unless `passStatuses` names them.
   * @throws HttpError whose cause is the last failure
   */
  async request(request: HttpRequest): Promise<HttpResponse> {
    return await this.#run(request, async ({ status, headers, url, body }, { secrets }, limit) => {
      const bytes = await collect(body);
      limit.release();
      return { status, headers, url, body: bytes, excerpt: () => excerpt(bytes, secrets) };
    });
  }

  /** As `request`, but hands out the body as it comes: one that breaks on the way is an HttpError, and not repeated. */
  async open(request: HttpRequest): Promise<HttpStream> {
    return await this.#run(request, async ({ status, headers, url, body }, { method }, limit) => ({
      status,
      headers,
      url,
      body: withErrors(body, limit, labelOf(method, url)),
    }));
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const opened = this.#transport;
    this.#transport = undefined;
    // Why it could not be opened was told to whoever asked.
    await (await opened?.catch(() => undefined))?.destroy();
  }

  async #run<T>(request: HttpRequest, read: Read<T>): Promise<T> {
    const exchange = prepare(request, this.#options.userAgent);
    let last: HttpError | undefined;
    try {
      for (let attempts = 1; ; attempts += 1) {
        const outcome = await this.#attempt({ request, exchange, last }, read);
        if ('value' in outcome) return outcome.value;
        if (last === undefined) this.#budget.enter();
        last = errorFrom(outcome.failure, labelOf(exchange.method, exchange.url), attempts);
        const delayMs = this.#delayAfter(outcome.failure, last, request);
        this.#options.onRetry?.({ error: last, delayMs, attempts });
        await this.#sleep(delayMs, request.signal);
      }
    } finally {
      if (last !== undefined) this.#budget.leave();
    }
  }

  async #attempt<T>(
    context: { request: HttpRequest; exchange: Exchange; last: HttpError | undefined },
    read: Read<T>,
  ): Promise<{ value: T } | { failure: Failure }> {
    const { request, exchange, last } = context;
    const limit = new AttemptLimit({
      attemptMs: request.attemptTimeoutMs ?? this.#budget.totalMs,
      budgetMs: last === undefined ? undefined : this.#budget.remainingMs(),
      caller: request.signal,
      secrets: exchange.secrets,
      last,
    });
    try {
      const dispatcher = await this.#open(exchange.url);
      const answer = await answerOnce(dispatcher, exchange, {
        request,
        signal: limit.signal,
        now: this.#now,
        onWire: this.#options.onWire,
      });
      return { value: await read(answer, exchange, limit) };
    } catch (error) {
      limit.release();
      return { failure: limit.explain(error) };
    }
  }

  // How long to wait before the next attempt, or the end of the request.
  #delayAfter(failure: Failure, error: HttpError, request: HttpRequest): number {
    const attempts = Number(error.details['attempts']);
    if (!mayRepeat(failure, request) || attempts >= (request.maxAttempts ?? Infinity)) throw error;
    const delayMs = retryDelayMs(attempts, failure.retryAfterMs, this.#options.random ?? Math.random);
    if (delayMs < this.#budget.remainingMs()) return delayMs;
    const asked =
      failure.retryAfterMs === undefined ? '' : `, asking to wait ${failure.retryAfterMs / 1000} s`;
    const text = `${failure.text}${asked}; the time budget of ${this.#budget.totalMs / 1000} s allows no other attempt`;
    throw errorFrom({ ...failure, text }, labelOf(request.method, new URL(request.url)), attempts);
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const sleep = this.#options.sleep ?? sleepFor;
    // An aborted wait ends at once; the attempt that follows sees the signal and reports it.
    await sleep(ms, signal).catch((error: unknown) => {
      if (signal?.aborted !== true) throw error;
    });
  }

  async #open(url: URL): Promise<Dispatcher> {
    if (this.#options.dispatcher !== undefined) return this.#options.dispatcher;
    this.#transport ??= openTransport(this.#options);
    return (await this.#transport).of(url);
  }
}

async function sleepFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await timer(ms, undefined, signal === undefined ? {} : { signal });
}

function labelOf(method: string, url: URL): string {
  return `${method} ${displayUrl(url)}`;
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function* withErrors(
  body: AsyncIterable<Uint8Array>,
  limit: AttemptLimit,
  label: string,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw errorFrom(limit.explain(error), label, 1);
  } finally {
    limit.release();
  }
}
