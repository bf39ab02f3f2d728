// SPDX-License-Identifier: Apache-2.0

export interface ManyFilesOptions {
  /** How many files are under way at once. Default 64. */
  readonly concurrency?: number;
  /** After its abort no further file is begun. */
  readonly signal?: AbortSignal;
}

const DEFAULT_CONCURRENCY = 64;

/**
 * Works on many files, many at once, and gives each outcome as it comes, in no certain order. `work` must not reject: a
 * file that fails is an outcome too.
 * @throws TypeError when `concurrency` is not a number of files
 */
export async function* outcomesOf<File, Outcome>(
  files: Iterable<File>,
  work: (file: File) => Promise<Outcome>,
  { concurrency = DEFAULT_CONCURRENCY, signal }: ManyFilesOptions,
): AsyncGenerator<Outcome, void, undefined> {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new TypeError('concurrency must be at least 1');
  const underWay = new Map<number, Promise<{ index: number; outcome: Outcome }>>();
  const waiting = files[Symbol.iterator]();
  let begun = 0;
  const begin = (): boolean => {
    const next = signal?.aborted === true ? undefined : waiting.next();
    if (next === undefined || next.done === true) return false;
    const index = begun;
    begun += 1;
    underWay.set(
      index,
      work(next.value).then((outcome) => ({ index, outcome })),
    );
    return true;
  };
  try {
    for (;;) {
      while (underWay.size < concurrency && begin());
      if (underWay.size === 0) break;
      const { index, outcome } = await Promise.race(underWay.values());
      underWay.delete(index);
      yield outcome;
    }
  } finally {
    // Whoever stops reading must not be followed by work that goes on behind their back.
    await Promise.all(underWay.values());
  }
}
