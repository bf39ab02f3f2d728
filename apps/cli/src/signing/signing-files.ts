// SPDX-License-Identifier: Apache-2.0
import { signFiles, type SignedFile } from '@colophon/sign';
import { verifyEvidence } from '@colophon/verify';
import type { InputFile } from '../files/paths.ts';
import { openSigning, type Purpose, type SigningOptions } from './signing.ts';

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
  purpose: Purpose,
): AsyncGenerator<Signed, void, undefined> {
  const { signal } = options.context.host;
  const { session, witness } = openSigning(options, purpose);
  // A person's token lives for a minute, and large files take longer to be read. Whoever signs hears of a failure.
  const ordered = session.credential().catch(() => undefined);
  try {
    yield* signFiles(files, {
      session,
      witness,
      signal,
      judge: (signed, file) => judgeSignature(signed, file, options),
    });
  } finally {
    await ordered;
    session.close();
  }
}

// By the digest alone: a file need not fit into memory to be judged.
function judgeSignature(
  { bundle, sha256 }: SignedFile,
  { filename }: InputFile,
  { instance, policies }: SigningOptions,
): void {
  const evidence = { kind: 'bundle', name: filename, bundle } as const;
  verifyEvidence(evidence, { filename, sha256 }, instance.roots, policies);
}
