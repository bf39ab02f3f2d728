// SPDX-License-Identifier: Apache-2.0
import { attestationFromBundle, type Attestation, type SigstoreBundle } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { attestFiles, planPublishAttestation, SessionSigner } from '@colophon/sign';
import { verifyEvidence, type Policies } from '@colophon/verify';
import type { Instance } from '../trust/instance.ts';
import type { ReleaseFile } from '../release/release-file.ts';
import { openSigning, type Purpose, type SigningOptions } from './signing.ts';

/** An attestation that was made and verified, in both of its forms; or why there is none. */
export type Attested =
  | { readonly file: ReleaseFile; readonly bundle: SigstoreBundle; readonly attestation: Attestation }
  | { readonly file: ReleaseFile; readonly error: unknown };

/** The same, where the bundle is what is wanted and a PEP 740 attestation may not be able to hold it. */
export type AttestedBundle =
  | { readonly file: ReleaseFile; readonly bundle: SigstoreBundle }
  | { readonly file: ReleaseFile; readonly error: unknown };

/**
 * Signs a publish attestation for each file, by one certificate, many files at once, and verifies each as the index
 * would. Outcomes come as they are ready.
 * @throws TrustError, CliError before anything is signed
 */
export async function* attestDists(
  files: readonly ReleaseFile[],
  options: SigningOptions,
): AsyncGenerator<Attested, void, undefined> {
  for await (const made of attestBundles(files, options, { output: 'pep740' }))
    yield 'error' in made ? made : { ...made, attestation: attestationFromBundle(made.bundle).attestation };
}

/** As `attestDists`, for any form of output; each is verified in every form that it will be written in. */
export async function* attestBundles(
  files: readonly ReleaseFile[],
  options: SigningOptions,
  purpose: Purpose,
): AsyncGenerator<AttestedBundle, void, undefined> {
  const { context, instance, policies } = options;
  const { session, witness } = openSigning(options, purpose);
  const planned = files.map((file) => {
    const { path, filename, digests } = file;
    return { ...planPublishAttestation({ path, filename, sha256Hex: digests.sha256 }), file };
  });
  try {
    const outcomes = attestFiles(planned, {
      signer: new SessionSigner(session),
      witness,
      signal: context.host.signal,
      judge: (bundle, { file }) => {
        if (purpose.output !== 'bundle') judgeAttestation(file, bundle, instance, policies);
        if (purpose.output !== 'pep740') judgeBundle(file, bundle, instance, policies);
      },
    });
    for await (const { file: plan, ...made } of outcomes) yield { file: plan.file, ...made };
  } finally {
    session.close();
  }
}

/** Verifies a bundle in the form that the index will see: as a PEP 740 attestation of this file. @throws VerificationError */
export function judgeAttestation(
  file: ReleaseFile,
  bundle: SigstoreBundle,
  instance: Instance,
  policies: Policies,
): void {
  const { attestation } = attestationFromBundle(bundle);
  const evidence = { kind: 'pep740', name: file.filename, attestation } as const;
  verifyEvidence(evidence, artifactOf(file), instance.roots, policies);
}

function judgeBundle(
  file: ReleaseFile,
  bundle: SigstoreBundle,
  instance: Instance,
  policies: Policies,
): void {
  const evidence = { kind: 'bundle', name: file.filename, bundle } as const;
  verifyEvidence(evidence, artifactOf(file), instance.roots, policies);
}

function artifactOf({ filename, digests }: ReleaseFile): { filename: string; sha256: Uint8Array } {
  return { filename, sha256: decodeHex(digests.sha256) };
}
