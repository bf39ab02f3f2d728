// SPDX-License-Identifier: Apache-2.0

/**
 * The time that may be lost to failing services, shared by every request of a client. It runs while at least one
 * request is in trouble (between its first failure and its end), once, however many are in trouble at that moment;
 * time in which all goes well costs nothing, so that a long upload does not use up the patience for the next one.
 */
export class TimeBudget {
  readonly totalMs: number;
  readonly #now: () => number;
  #spentMs = 0;
  #inTrouble = 0;
  #since = 0;

  constructor(totalMs: number, now: () => number) {
    this.totalMs = totalMs;
    this.#now = now;
  }

  /** Notes that one more request is in trouble. */
  enter(): void {
    if (this.#inTrouble === 0) this.#since = this.#now();
    this.#inTrouble += 1;
  }

  /** Notes that a request which entered has ended. */
  leave(): void {
    this.#inTrouble -= 1;
    if (this.#inTrouble === 0) this.#spentMs += this.#now() - this.#since;
  }

  /** Milliseconds that are left; never negative. */
  remainingMs(): number {
    const running = this.#inTrouble === 0 ? 0 : this.#now() - this.#since;
    return Math.max(0, this.totalMs - this.#spentMs - running);
  }
}
