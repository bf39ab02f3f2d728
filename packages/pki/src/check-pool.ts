// SPDX-License-Identifier: Apache-2.0
import { verify, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/** A signature that is to be checked. */
export interface SignatureQuestion {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

interface Task {
  readonly question: SignatureQuestion;
  readonly answer: (good: boolean) => void;
}

/** A signature this long is by P-384 or more, or by RSA. Of these P-384 is what takes time: ten times as much as P-256. */
const HEAVY_BYTES = 80;
/**
 * What a heavy check counts for in a turn, and how much a turn may do before the event loop has its own: much where there is
 * nobody else, little where the thread pool gets its next checks from that loop, and would stand still.
 */
const HEAVY = 8;
const TURN_ALONE = 512;
const TURN_SHARED = 16;
/** How many checks wait for each thread, so that none runs dry in a turn. */
const PER_THREAD = 12;

/**
 * Checks signatures when the event loop has its next turn: all that have come up meanwhile, one after the other, as code that
 * runs again and again is faster than code that takes turns with other code. The heavy ones are shared with the thread pool.
 */
export class CheckPool {
  readonly #light: Task[] = [];
  readonly #heavy: Task[] = [];
  readonly #places: number;
  readonly #turn: number;
  #away = 0;
  #isPlanned = false;

  /** `threads`: how many of libuv's threads may check at once beside this one, which needs a core too; with 0 all is checked here. */
  constructor({ threads }: { readonly threads: number }) {
    if (!Number.isSafeInteger(threads) || threads < 0) throw new TypeError('threads must be counted');
    this.#places = threads * PER_THREAD;
    this.#turn = this.#places === 0 ? TURN_ALONE : TURN_SHARED;
  }

  /** Checks a signature soon, along with others, and tells whether it is good. */
  checkSoon(question: SignatureQuestion, answer: (good: boolean) => void): void {
    (question.signature.length > HEAVY_BYTES ? this.#heavy : this.#light).push({ question, answer });
    this.#send(this.#heavy);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned || this.#light.length + this.#heavy.length === 0) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#takeTurn();
      this.#plan();
    });
  }

  #takeTurn(): void {
    this.#send(this.#light, 1);
    for (let done = 0; done < this.#turn; ) {
      const task = this.#light.shift() ?? this.#heavy.shift();
      if (task === undefined) return;
      done += task.question.signature.length > HEAVY_BYTES ? HEAVY : 1;
      task.answer(isGood(task.question));
    }
  }

  /** Sends tasks to the thread pool as long as it has places; `rest` of them stay here. */
  #send(tasks: Task[], rest = 0): void {
    while (this.#away < this.#places && tasks.length > rest) {
      const { question, answer } = tasks.shift() as Task;
      this.#away += 1;
      checkAway(question, (good) => {
        this.#away -= 1;
        this.#send(this.#heavy);
        answer(good);
      });
    }
  }
}

/** Checks a signature at once. */
export function isGood({ key, algorithm, data, signature }: SignatureQuestion): boolean {
  try {
    return verify(algorithm.hash, data, key, signature);
  } catch {
    // OpenSSL throws for some malformed signatures where it answers false for others.
    return false;
  }
}

function checkAway(question: SignatureQuestion, answer: (good: boolean) => void): void {
  const { key, algorithm, data, signature } = question;
  try {
    verify(algorithm.hash, data, key, signature, (error, good) => answer(error === null && good));
  } catch {
    answer(false);
  }
}
