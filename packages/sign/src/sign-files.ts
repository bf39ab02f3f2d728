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
  files: Iterable<File>,
  options: SignOptions<File>,
): AsyncGenerator<SignOutcome<File>, void, undefined> {
  return outcomesOf(files, (file) => signOne(file, options), options);
}

async function signOne<File extends FileToSign>(
  file: File,
  options: SignOptions<File>,
): Promise<SignOutcome<File>> {
  try {
    const signed = await signFile(file.path, options);
    await options.judge?.(signed, file);
    return { file, ...signed };
  } catch (error) {
    return { file, error };
  }
}
