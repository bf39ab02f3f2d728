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

/** The longest that a timer can run; more would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * What may end an attempt from our side: the caller, the time budget, or the time that one attempt may take. Whoever is done
 * with the attempt lets go of it: thousands of timers that wait for a garbage collector are most of what a long batch holds.
 */
export class AttemptLimit {
  readonly signal: AbortSignal;
  readonly #options: AttemptLimitOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #abort: () => void;
  #late = false;

  constructor(options: AttemptLimitOptions) {
    const { attemptMs, budgetMs = attemptMs, caller } = options;
    const controller = new AbortController();
    this.#options = options;
    this.signal = controller.signal;
    this.#abort = () => controller.abort(caller?.reason);
    this.#timer = setTimeout(
      () => {
        this.#late = true;
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      },
      Math.min(LONGEST_MS, Math.ceil(Math.min(attemptMs, budgetMs))),
    );
    // What is waited for keeps the process alive, not the limit of the wait.
    this.#timer.unref();
    if (caller?.aborted === true) this.#abort();
    else caller?.addEventListener('abort', this.#abort, { once: true });
  }

  /** The attempt has ended, and its body with it. */
  release(): void {
    clearTimeout(this.#timer);
    this.#options.caller?.removeEventListener('abort', this.#abort);
  }

  /** Why the attempt failed: an end from our side reads like a broken connection, and only we know better. */
  explain(error: unknown): Failure {
    const { attemptMs, budgetMs, caller, last, secrets } = this.#options;
    if (caller?.aborted === true)
      return { code: 'ERR_HTTP_ABORTED', text: 'aborted', cause: caller.reason, kind: 'final' };
    if (!this.#late) return failureFrom(error, secrets);
    if (budgetMs !== undefined && budgetMs <= attemptMs)
      return { code: 'ERR_HTTP_BUDGET', text: 'the time budget is used up', cause: last, kind: 'final' };
    const text = `no whole answer within ${attemptMs / 1000} s`;
    return { code: 'ERR_HTTP_TIMEOUT', text, cause: this.signal.reason, kind: 'passing' };
  }
}
