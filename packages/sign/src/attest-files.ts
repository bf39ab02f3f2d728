// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import type { Witness } from '@sigstore/sign';
import { type ManyFilesOptions, outcomesOf } from './many-files.ts';
import { signStatement, type SigningParties } from './statement-signing.ts';

/** A statement to sign: in-toto, and signed byte for byte. */
export interface StatementToSign {
  readonly statement: Uint8Array;
}

/** A statement to sign, and the file that it is about. */
export interface FileToAttest extends StatementToSign {
  readonly path: string;
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256Hex: string;
}

export type AttestOutcome<File extends StatementToSign = FileToAttest> =
  | { readonly file: File; readonly bundle: SigstoreBundle }
  | { readonly file: File; readonly error: unknown };

export interface AttestOptions<File extends StatementToSign>
  extends Pick<SigningParties, 'signer'>,
    ManyFilesOptions {
  /** Who testifies to a signature; where what becomes of it differs from file to file, so does who is asked. */
  readonly witness: Witness | ((file: File) => Witness);
  /** Looks at a finished bundle; what it throws makes the file fail. The place for a verifier. */
  readonly judge?: (bundle: SigstoreBundle, file: File) => void | Promise<void>;
}

/**
 * Signs the statements of many files, many at once, and gives each outcome as it comes, in no certain order. A file that
 * fails is an outcome with its error: the others go on. Files that come by an async iterable, say from being hashed, are
 * asked for while the certificate is under way.
 */
export function attestFiles<File extends StatementToSign>(
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

async function attestFile<File extends StatementToSign>(
  file: File,
  { signer, witness }: Pick<AttestOptions<File>, 'signer' | 'witness'>,
): Promise<AttestOutcome<File>> {
  try {
    const asked = typeof witness === 'function' ? witness(file) : witness;
    return { file, bundle: await signStatement(file.statement, { signer, witness: asked }) };
  } catch (error) {
    return { file, error };
  }
}

async function judged<File extends StatementToSign>(
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
