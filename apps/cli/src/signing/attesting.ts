// SPDX-License-Identifier: Apache-2.0
import {
  attestationFromBundle,
  PUBLISH_PREDICATE_TYPE,
  type Attestation,
  type SigstoreBundle,
} from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { parseCertificate } from '@colophon/pki';
import {
  assertCertified,
  attestFiles,
  planPublishAttestation,
  SessionSigner,
  type BuildProvenance,
} from '@colophon/sign';
import { verifyEvidence, type Policies } from '@colophon/verify';
import type { Instance } from '../trust/instance.ts';
import type { ReleaseFile } from '../release/release-file.ts';
import type { AttestForm } from './attest-choice.ts';
import { openSigningFor, type Purpose, type SigningOptions } from './signing.ts';

/** An attestation that was made and verified, in both of its forms; or why there is none. */
export type Attested =
  | { readonly file: ReleaseFile; readonly bundle: SigstoreBundle; readonly attestation: Attestation }
  | { readonly file: ReleaseFile; readonly error: unknown };

/** A file as a verifier knows it. */
export interface AttestedFile {
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A statement to sign, and what it will be held to before it counts. */
export interface StatementPlan {
  readonly statement: Uint8Array;
  readonly form: AttestForm;
  readonly type: string;
  readonly subjects: readonly AttestedFile[];
  /** What the certificate must say too. */
  readonly provenance?: BuildProvenance | undefined;
}

export type SignedStatement<Plan extends StatementPlan> =
  | { readonly file: Plan; readonly bundle: SigstoreBundle }
  | { readonly file: Plan; readonly error: unknown };

/**
 * Signs a publish attestation for each file, by one certificate, many files at once, and verifies each as the index
 * would. Outcomes come as they are ready.
 * @throws TrustError, CliError before anything is signed
 */
export async function* attestDists(
  files: readonly ReleaseFile[],
  options: SigningOptions,
): AsyncGenerator<Attested, void, undefined> {
  const plans = files.map((file) => {
    const { path, filename, digests } = file;
    const { statement } = planPublishAttestation({ path, filename, sha256Hex: digests.sha256 });
    const subjects = [{ filename, sha256: digests.sha256 }];
    return { file, statement, subjects, form: 'pep740', type: PUBLISH_PREDICATE_TYPE } as const;
  });
  for await (const { file: plan, ...made } of signStatements(plans, options)) {
    const { file } = plan;
    yield 'error' in made
      ? { file, ...made }
      : { file, ...made, attestation: attestationFromBundle(made.bundle).attestation };
  }
}

/**
 * Signs statements by one certificate, many at once; each is verified in every form that it will be written in. Outcomes
 * come as they are ready.
 * @throws TrustError, CliError before anything is signed
 */
export async function* signStatements<Plan extends StatementPlan>(
  plans: readonly Plan[],
  options: SigningOptions,
  rekor: Pick<Purpose, 'rekorVersion'> = {},
): AsyncGenerator<SignedStatement<Plan>, void, undefined> {
  const forms = [...new Set(plans.map(({ form }) => form))];
  const { session, witnesses } = openSigningFor(
    options,
    forms.map((output) => ({ output, ...rekor })),
  );
  try {
    yield* attestFiles(plans, {
      signer: new SessionSigner(session),
      witness: ({ form }) => {
        const witness = witnesses[forms.indexOf(form)];
        if (witness === undefined) throw new TypeError('there is a witness for each form');
        return witness;
      },
      signal: options.context.host.signal,
      judge: (bundle, plan) => judgeSigned(bundle, plan, options),
    });
  } finally {
    session.close();
  }
}

function judgeSigned(
  bundle: SigstoreBundle,
  { form, type, subjects, provenance }: StatementPlan,
  { instance, policies: { anyOf } }: SigningOptions,
): void {
  const policies = { anyOf, predicateTypes: [type] };
  for (const subject of subjects) {
    if (form !== 'bundle') judgeAttestation(subject, bundle, instance, policies);
    if (form !== 'pep740') judgeBundle(subject, bundle, instance, policies);
  }
  const { keyMaterial } = bundle;
  if (provenance !== undefined && keyMaterial.kind === 'certificate')
    assertCertified(provenance, parseCertificate(keyMaterial.chain[0]).claims);
}

/** Verifies a bundle in the form that the index will see: as a PEP 740 attestation of this file. @throws VerificationError */
export function judgeAttestation(
  file: AttestedFile,
  bundle: SigstoreBundle,
  instance: Instance,
  policies: Policies,
): void {
  const { attestation } = attestationFromBundle(bundle);
  const evidence = { kind: 'pep740', name: file.filename, attestation } as const;
  verifyEvidence(evidence, artifactOf(file), instance.roots, policies);
}

function judgeBundle(
  file: AttestedFile,
  bundle: SigstoreBundle,
  instance: Instance,
  policies: Policies,
): void {
  const evidence = { kind: 'bundle', name: file.filename, bundle } as const;
  verifyEvidence(evidence, artifactOf(file), instance.roots, policies);
}

function artifactOf({ filename, sha256 }: AttestedFile): { filename: string; sha256: Uint8Array } {
  return { filename, sha256: decodeHex(sha256) };
}
