// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import { type ManyFilesOptions, outcomesOf } from './many-files.ts';
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

export interface AttestOptions<File extends FileToAttest> extends SigningParties, ManyFilesOptions {
  /** Looks at a finished bundle; what it throws makes the file fail. The place for a verifier. */
  readonly judge?: (bundle: SigstoreBundle, file: File) => void | Promise<void>;
}

/**
 * Signs the statements of many files, many at once, and gives each outcome as it comes, in no certain order. A file that
 * fails is an outcome with its error: the others go on.
 */
export function attestFiles<File extends FileToAttest>(
  files: Iterable<File>,
  options: AttestOptions<File>,
): AsyncGenerator<AttestOutcome<File>, void, undefined> {
  return outcomesOf(files, (file) => attestFile(file, options), options);
}

async function attestFile<File extends FileToAttest>(
  file: File,
  options: AttestOptions<File>,
): Promise<AttestOutcome<File>> {
  try {
    const bundle = await signStatement(file.statement, options);
    await options.judge?.(bundle, file);
    return { file, bundle };
  } catch (error) {
    return { file, error };
  }
}
