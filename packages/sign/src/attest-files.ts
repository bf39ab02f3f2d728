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
 * fails is an outcome with its error: the others go on. Files that come by an async iterable, say from being hashed, are
 * asked for while the certificate is under way.
 */
export function attestFiles<File extends FileToAttest>(
  files: Iterable<File> | AsyncIterable<File>,
  options: AttestOptions<File>,
): AsyncGenerator<AttestOutcome<File>, void, undefined> {
  const { judge } = options;
  return outcomesOf(
    files,
    {
      make: (file) => attestFile(file, options),
      finish: async (made) => ('error' in made ? made : judged(made, judge)),
    },
    options,
  );
}

type Attested<File> = { readonly file: File; readonly bundle: SigstoreBundle };

async function attestFile<File extends FileToAttest>(
  file: File,
  parties: SigningParties,
): Promise<AttestOutcome<File>> {
  try {
    return { file, bundle: await signStatement(file.statement, parties) };
  } catch (error) {
    return { file, error };
  }
}

async function judged<File extends FileToAttest>(
  made: Attested<File>,
  judge: AttestOptions<File>['judge'],
): Promise<AttestOutcome<File>> {
  try {
    await judge?.(made.bundle, made.file);
    return made;
  } catch (error) {
    return { file: made.file, error };
  }
}
