// SPDX-License-Identifier: Apache-2.0

/** So many may be in at once; who comes later waits for a place, in the order of coming. */
export class Places {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }

  /** Lets everybody in, from now on. */
  open(): void {
    this.#free = Infinity;
    for (const next of this.#waiting.splice(0)) next();
  }
}
