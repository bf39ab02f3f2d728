// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import { signStatement, type SigningParties } from './statement-signing.ts';

/** A statement to sign, and the file that it is about. */
export interface FileToAttest {
  readonly path: string;
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256Hex: string;
  /** The in-toto statement, as it will be signed. */
  readonly statement: Uint8Array;
}

export type AttestOutcome<File extends FileToAttest = FileToAttest> =
  | { readonly file: File; readonly bundle: SigstoreBundle }
  | { readonly file: File; readonly error: unknown };

export interface AttestOptions<File extends FileToAttest> extends SigningParties {
  /** How many files are under way at once. Default 32. */
  readonly concurrency?: number;
  /** Looks at a finished bundle; what it throws makes the file fail. The place for a verifier. */
  readonly judge?: (bundle: SigstoreBundle, file: File) => void | Promise<void>;
  /** After its abort no further file is begun. */
  readonly signal?: AbortSignal;
}

const DEFAULT_CONCURRENCY = 32;

/**
 * Signs the statements of many files, many at once, and gives each outcome as it comes, in no certain order. A file that
 * fails is an outcome with its error: the others go on.
 */
export async function* attestFiles<File extends FileToAttest>(
  files: Iterable<File>,
  options: AttestOptions<File>,
): AsyncGenerator<AttestOutcome<File>, void, undefined> {
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw new TypeError('concurrency must be at least 1');
  const underWay = new Map<number, Promise<Ended<File>>>();
  const waiting = files[Symbol.iterator]();
  let begun = 0;
  const begin = (): boolean => {
    const next = options.signal?.aborted === true ? undefined : waiting.next();
    if (next === undefined || next.done === true) return false;
    underWay.set(begun, attestFile(next.value, begun, options));
    begun += 1;
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

interface Ended<File extends FileToAttest> {
  readonly index: number;
  readonly outcome: AttestOutcome<File>;
}

async function attestFile<File extends FileToAttest>(
  file: File,
  index: number,
  options: AttestOptions<File>,
): Promise<Ended<File>> {
  try {
    const bundle = await signStatement(file.statement, options);
    await options.judge?.(bundle, file);
    return { index, outcome: { file, bundle } };
  } catch (error) {
    return { index, outcome: { file, error } };
  }
}
