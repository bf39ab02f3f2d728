// SPDX-License-Identifier: Apache-2.0

/** Where a service reads the time. */
export interface Clock {
  now(): Date;
}

/** The sandbox's time: real until it is set, and then running on from the moment that it was set to. */
export class SandboxClock implements Clock {
  #offset = 0;

  now(): Date {
    return new Date(Date.now() + this.#offset);
  }

  /** Makes it `date` now. */
  set(date: Date): void {
    this.#offset = date.getTime() - Date.now();
  }

  /** Moves the time by `ms` milliseconds, back if negative. */
  advance(ms: number): void {
    this.#offset += ms;
  }

  /** Back to real time. */
  reset(): void {
    this.#offset = 0;
  }
}
