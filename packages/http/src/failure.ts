// SPDX-License-Identifier: Apache-2.0
import { excerpt } from './excerpt.ts';
import { HttpError, type HttpErrorCode } from './http-error.ts';

/** How one attempt failed, before it is known whether there will be another. */
export interface Failure {
  readonly code: HttpErrorCode;
  /** What happened, to follow `METHOD URL: `. */
  readonly text: string;
  readonly cause?: unknown;
  readonly status?: number;
  /** `passing` may go away; `unsent` too, and the server surely did nothing; `final` will not. */
  readonly kind: 'passing' | 'unsent' | 'final';
  readonly retryAfterMs?: number | undefined;
}

/** Carries a failure through code that only knows exceptions. */
export class FailedAttempt extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}

const UNSENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_CONN)$/;
const TLS =
  /^(?:ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_\w+|EPROTO|UND_ERR_PRX_TLS)$/;
// undici knows these by their words only.
const PROXY_REFUSAL = /^Proxy (?:response \(4\d\d\)|Authentication Required)/;
const SILENCE = /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/;

/** Reads what undici or the socket threw. A mistake in the request itself is a TypeError, not a failure. */
export function failureFrom(error: unknown, secrets: readonly string[]): Failure {
  if (error instanceof FailedAttempt) return error.failure;
  const code = codeOf(error);
  const text = excerpt(messageOf(error), secrets);
  const cause = withoutRawData(error);
  if (PROXY_REFUSAL.test(text)) return { code: 'ERR_HTTP_UNREACHABLE', text, cause, kind: 'final' };
  if (code === 'UND_ERR_INVALID_ARG') throw new TypeError(`not a valid request: ${text}`, { cause });
  if (SILENCE.test(code))
    return { code: 'ERR_HTTP_TIMEOUT', text: 'the server is silent', cause, kind: 'passing' };
  if (TLS.test(code)) return tlsFailure(text, cause);
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return {
      code: 'ERR_HTTP_TOO_LARGE',
      text: 'the headers of the answer are too large',
      cause,
      kind: 'final',
    };
  if (UNSENT.test(code))
    return { code: 'ERR_HTTP_UNREACHABLE', text: `no connection: ${text}`, cause, kind: 'unsent' };
  return { code: 'ERR_HTTP_UNREACHABLE', text: `the connection broke: ${text}`, cause, kind: 'passing' };
}

/** What undici or the socket threw, in words that may be shown. */
export function failureText(error: unknown, secrets: readonly string[]): string {
  return error instanceof FailedAttempt ? error.failure.text : excerpt(messageOf(error), secrets);
}

/** The error that a request ends with. `label` is `METHOD URL`. */
export function errorFrom(failure: Failure, label: string, attempts: number): HttpError {
  const after = attempts > 1 ? ` (after ${attempts} attempts)` : '';
  const [method = '', url = ''] = label.split(' ');
  return new HttpError(failure.code, `${label}: ${failure.text}${after}`, {
    cause: failure.cause,
    details: { method, url, attempts, ...(failure.status === undefined ? {} : { status: failure.status }) },
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

// A connection tried on several addresses fails with an AggregateError, whose own message is empty.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  if (error.message === '' && error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error.message === '' ? codeOf(error) || error.name : error.message;
}

// undici's parser error holds the raw bytes that it could not parse: they may echo our own headers.
function withoutRawData(error: unknown): unknown {
  if (error instanceof Error && 'data' in error) delete (error as { data?: unknown }).data;
  return error;
}

// What the run time advises about its own switches is no advice to whoever uses this; then the cause would repeat it.
function tlsFailure(text: string, cause: unknown): Failure {
  const own = text.replace(/; if the root CA is installed locally.*$/s, '');
  const about = own === text ? { cause } : {};
  return { code: 'ERR_HTTP_TLS', text: `TLS failed: ${own}`, ...about, kind: 'final' };
}
