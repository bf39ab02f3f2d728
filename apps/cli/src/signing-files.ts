// SPDX-License-Identifier: Apache-2.0
import { signFiles, type SignedFile, type SigningPurpose } from '@colophon/sign';
import { verifyEvidence } from '@colophon/verify';
import { readWhole } from './input-file.ts';
import type { InputFile } from './paths.ts';
import { openSigning, type SigningOptions } from './signing.ts';

/** A file's signature, verified; or why there is none. */
export type Signed =
  | ({ readonly file: InputFile } & SignedFile)
  | { readonly file: InputFile; readonly error: unknown };

/**
 * Signs the bytes of files, by one certificate, many files at once, and verifies each bundle. Outcomes come as they are
 * ready.
 * @throws TrustError, CliError before anything is signed
 */
export async function* signInputs(
  files: readonly InputFile[],
  options: SigningOptions,
  purpose: Pick<SigningPurpose, 'rekorVersion'>,
): AsyncGenerator<Signed, void, undefined> {
  const { signal } = options.context.host;
  const { session, witness } = openSigning(options, { output: 'bundle', ...purpose });
  try {
    yield* signFiles(files, {
      session,
      witness,
      signal,
      judge: (signed, file) => judgeSignature(signed, file, options),
    });
  } finally {
    session.close();
  }
}

/** @throws VerificationError */
async function judgeSignature(
  { bundle, sha256 }: SignedFile,
  { path, filename }: InputFile,
  { instance, policies }: SigningOptions,
): Promise<void> {
  const artifact = { filename, sha256, bytes: await readWhole(path) };
  verifyEvidence({ kind: 'bundle', name: filename, bundle }, artifact, instance.roots, policies);
}
