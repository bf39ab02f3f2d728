// SPDX-License-Identifier: Apache-2.0
import { type FileSigningParties, signFile, type SignedFile } from './file-signing.ts';
import { type ManyFilesOptions, outcomesOf } from './many-files.ts';

/** A file whose bytes are to be signed. */
export interface FileToSign {
  readonly path: string;
}

export type SignOutcome<File extends FileToSign = FileToSign> =
  | ({ readonly file: File } & SignedFile)
  | { readonly file: File; readonly error: unknown };

export interface SignOptions<File extends FileToSign> extends FileSigningParties, ManyFilesOptions {
  /** Looks at a finished bundle; what it throws makes the file fail. The place for a verifier. */
  readonly judge?: (signed: SignedFile, file: File) => void | Promise<void>;
}

/**
 * Signs the bytes of many files, many at once, and gives each outcome as it comes, in no certain order. A file that fails
 * is an outcome with its error: the others go on.
 */
export function signFiles<File extends FileToSign>(
  files: Iterable<File> | AsyncIterable<File>,
  options: SignOptions<File>,
): AsyncGenerator<SignOutcome<File>, void, undefined> {
  const { judge } = options;
  return outcomesOf(
    files,
    {
      make: (file) => signOne(file, options),
      finish: async (made) => ('error' in made ? made : judged(made, judge)),
    },
    options,
  );
}

async function signOne<File extends FileToSign>(
  file: File,
  parties: FileSigningParties,
): Promise<SignOutcome<File>> {
  try {
    return { file, ...(await signFile(file.path, parties)) };
  } catch (error) {
    return { file, error };
  }
}

async function judged<File extends FileToSign>(
  made: { readonly file: File } & SignedFile,
  judge: SignOptions<File>['judge'],
): Promise<SignOutcome<File>> {
  try {
    await judge?.(made, made.file);
    return made;
  } catch (error) {
    return { file: made.file, error };
  }
}
