// SPDX-License-Identifier: Apache-2.0
import type { Failure } from './failure.ts';
import type { HttpRequest, RetryPolicy } from './http-message.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the attempt after the `failures`-th failure: exponential with full jitter, so that many clients
 * that failed together do not come back together. What the server asks for is a floor, with jitter on top.
 */
export function retryDelayMs(
  failures: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round((retryAfterMs ?? 0) + random() * ceiling);
}

/** Reads a Retry-After header, seconds or a date (RFC 9110 §10.2.3), to milliseconds from `now`; nonsense is ignored. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  if (!/^[A-Z][a-z]{2}, /.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Whether another attempt may follow a failure, by the request's policy. */
export function mayRepeat(failure: Failure, request: HttpRequest): boolean {
  const policy = request.retry ?? defaultPolicy(request);
  if (failure.kind === 'final' || policy === 'never') return false;
  return policy === 'idempotent' || failure.kind === 'unsent';
}

function defaultPolicy(request: HttpRequest): RetryPolicy {
  return request.method === 'GET' || request.method === 'HEAD' ? 'idempotent' : 'unsent';
}
