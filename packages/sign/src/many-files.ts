// SPDX-License-Identifier: Apache-2.0
import { setImmediate as afterAnswers } from 'node:timers/promises';
import { Places } from './places.ts';

export interface ManyFilesOptions {
  /** How many files wait for services at once. Default 64. */
  readonly concurrency?: number;
  /** After its abort no further file is begun. */
  readonly signal?: AbortSignal;
}

/** The two parts of the work on a file. Neither may reject: a file that fails is an outcome too. */
export interface Stages<File, Made, Outcome> {
  /** What waits for services. When it ends, the next file takes its place. */
  readonly make: (file: File) => Promise<Made>;
  /** What is done with the result, on this machine. */
  readonly finish: (made: Made, file: File) => Promise<Outcome>;
}

const DEFAULT_CONCURRENCY = 64;
/** How many files may be begun and not yet given out, for each that may wait for services: what bounds the memory. */
const BACKLOG = 2;

/**
 * Works on many files, many at once, and gives each outcome as it comes, in no certain order. Neither what is done with
 * one result nor a slow reader keeps the next file from its services; files that are prepared while they are asked for
 * (an async iterable) are so while the first ones wait.
 * @throws TypeError when `concurrency` is not a number of files, and what the iterable throws
 */
export async function* outcomesOf<File, Made, Outcome>(
  files: Iterable<File> | AsyncIterable<File>,
  stages: Stages<File, Made, Outcome>,
  options: ManyFilesOptions,
): AsyncGenerator<Outcome, void, undefined> {
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new TypeError('concurrency must be at least 1');
  const line = new Line(stages, concurrency, options.signal);
  const feeding = line.feed(files);
  try {
    yield* line.outcomes(feeding);
    await feeding;
  } finally {
    // Whoever stops reading must not be followed by work that goes on behind their back.
    line.stop();
    await Promise.allSettled([feeding]);
    await line.emptied();
  }
}

class Line<File, Made, Outcome> {
  readonly #stages: Stages<File, Made, Outcome>;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Places;
  readonly #begun: Places;
  readonly #underWay = new Set<Promise<void>>();
  readonly #ready: Outcome[] = [];
  #wake: () => void = () => undefined;
  #stopped = false;

  constructor(stages: Stages<File, Made, Outcome>, concurrency: number, signal: AbortSignal | undefined) {
    this.#stages = stages;
    this.#signal = signal;
    this.#waiting = new Places(concurrency);
    this.#begun = new Places(concurrency * BACKLOG);
  }

  /** Takes one file after the other. Those for which there is no place yet stand ready, prepared. */
  async feed(files: Iterable<File> | AsyncIterable<File>): Promise<void> {
    const source = Symbol.asyncIterator in files ? files[Symbol.asyncIterator]() : files[Symbol.iterator]();
    for (;;) {
      await this.#begun.take();
      if (this.#ended()) return void (await source.return?.());
      const next = await source.next();
      if (next.done === true) return;
      const work = this.#work(next.value).finally(() => {
        this.#underWay.delete(work);
        this.#wake();
      });
      this.#underWay.add(work);
    }
  }

  async *outcomes(feeding: Promise<void>): AsyncGenerator<Outcome, void, undefined> {
    let fed = false;
    const settled = (): void => {
      fed = true;
      this.#wake();
    };
    feeding.then(settled, settled);
    for (;;) {
      const outcome = this.#ready.shift();
      if (outcome !== undefined) {
        this.#begun.give();
        yield outcome;
      } else if (fed && this.#underWay.size === 0) return;
      else await this.#next();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#begun.open();
    this.#waiting.open();
  }

  async emptied(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #ended(): boolean {
    return this.#stopped || this.#signal?.aborted === true;
  }

  async #work(file: File): Promise<void> {
    await this.#waiting.take();
    if (this.#ended()) return this.#leave();
    const made = await this.#stages.make(file);
    this.#waiting.give();
    // Answers that have come meanwhile are read first: their places are for files that wait.
    await afterAnswers();
    this.#ready.push(await this.#stages.finish(made, file));
  }

  // After an abort: whoever waits behind must be let through to find the same.
  #leave(): void {
    this.#begun.give();
    this.#waiting.give();
  }

  async #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}
