// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '@colophon/base';

/**
 * A body that is read anew for every attempt: `open` must give the same number of bytes each time. A chunk may be
 * overwritten once the next one is asked for.
 */
export interface BodySource {
  readonly length: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Which failures may be followed by another attempt.
 * - `idempotent`: all that may pass (connection errors, timeouts, 408, 429, 5xx): doing it twice does no harm
 * - `unsent`: only those that show that the server did nothing: no connection was made, or 429
 * - `never`: none
 */
export type RetryPolicy = 'idempotent' | 'unsent' | 'never';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, http or https, without userinfo. */
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | BodySource;
  /** Sent as `Authorization: Bearer`. Like every authorization header, never shown in an error. */
  readonly bearer?: Secret;
  /** Secrets inside the body or elsewhere: what a server echoes of them is redacted, and they travel as credentials do. */
  readonly secrets?: readonly Secret[];
  /** How long the server may be silent, before the answer and within it. Default 60 000. */
  readonly timeoutMs?: number;
  /** How long one attempt may take in all, slow drips included. Default: the client's time budget. */
  readonly attemptTimeoutMs?: number;
  /** The largest body to accept, in bytes. Default 8 MiB. */
  readonly maxBytes?: number;
  /** Default `idempotent` for GET and HEAD, `unsent` for the rest. */
  readonly retry?: RetryPolicy;
  /** 4xx statuses that count as failures that may pass, as 503 does: "not yet", where a service says so. */
  readonly retryStatuses?: readonly number[];
  /** How often to try at most. Default: as often as the time budget allows. */
  readonly maxAttempts?: number;
  /** `same-origin` follows at most five redirects of GET and HEAD within scheme, host and port. Default `refuse`. */
  readonly redirect?: 'refuse' | 'same-origin';
  /** Statuses among 3xx, 408, 429 and 5xx that the caller wants to see as answers, not as failures. */
  readonly passStatuses?: readonly number[];
  readonly signal?: AbortSignal;
}

/** Status and headers. Header names are lower case; repeated headers are joined by `, `. */
export interface HttpHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The URL that answered, after redirects. */
  readonly url: URL;
}

export interface HttpResponse extends HttpHead {
  readonly body: Uint8Array;
  /** A bounded piece of the body without control characters and secrets, fit for a message. */
  excerpt(): string;
}

export interface HttpStream extends HttpHead {
  /** The body, once. Its failures are HttpErrors; leaving the loop early ends the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}
