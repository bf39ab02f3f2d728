// SPDX-License-Identifier: Apache-2.0
import { type Failure, failureFrom } from './failure.ts';
import type { HttpError } from './http-error.ts';

export interface AttemptLimitOptions {
  /** How long the attempt may take in all. */
  readonly attemptMs: number;
  /** What the time budget still has, once the request is in trouble. */
  readonly budgetMs: number | undefined;
  readonly caller: AbortSignal | undefined;
  readonly secrets: readonly string[];
  /** The failure before this attempt. */
  readonly last: HttpError | undefined;
}

/** What may end an attempt from our side: the caller, the time budget, or the time that one attempt may take. */
export class AttemptLimit {
  readonly signal: AbortSignal;
  readonly #timeout: AbortSignal;
  readonly #options: AttemptLimitOptions;

  constructor(options: AttemptLimitOptions) {
    const { attemptMs, budgetMs = attemptMs, caller } = options;
    this.#options = options;
    this.#timeout = AbortSignal.timeout(Math.ceil(Math.min(attemptMs, budgetMs)));
    this.signal = caller === undefined ? this.#timeout : AbortSignal.any([caller, this.#timeout]);
  }

  /** Why the attempt failed: an end from our side reads like a broken connection, and only we know better. */
  explain(error: unknown): Failure {
    const { attemptMs, budgetMs, caller, last, secrets } = this.#options;
    if (caller?.aborted === true)
      return { code: 'ERR_HTTP_ABORTED', text: 'aborted', cause: caller.reason, kind: 'final' };
    if (!this.#timeout.aborted) return failureFrom(error, secrets);
    if (budgetMs !== undefined && budgetMs <= attemptMs)
      return { code: 'ERR_HTTP_BUDGET', text: 'the time budget is used up', cause: last, kind: 'final' };
    const text = `no whole answer within ${attemptMs / 1000} s`;
    return { code: 'ERR_HTTP_TIMEOUT', text, cause: this.#timeout.reason, kind: 'passing' };
  }
}
