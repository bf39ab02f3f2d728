// SPDX-License-Identifier: Apache-2.0
import { attestationFromBundle, type Attestation, type SigstoreBundle } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import { RekorV1Client } from '@colophon/rekor';
import {
  attestFiles,
  CertificateSession,
  FulcioClient,
  identityProviderOf,
  LogWitness,
  planPublishAttestation,
  SessionSigner,
} from '@colophon/sign';
import { selectServices, TrustError } from '@colophon/trust';
import { verifyEvidence, type Policies } from '@colophon/verify';
import { usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import type { Instance } from './instance.ts';
import type { ReleaseFile } from './release-file.ts';

/** An attestation that was made and verified, in both of its forms; or why there is none. */
export type Attested =
  | { readonly file: ReleaseFile; readonly bundle: SigstoreBundle; readonly attestation: Attestation }
  | { readonly file: ReleaseFile; readonly error: unknown };

export interface AttestingOptions {
  readonly context: Context;
  readonly http: HttpClient;
  readonly instance: Instance;
  /** Asked for a token whenever a certificate is needed. */
  readonly token: () => Promise<IdToken>;
  /** What every signature must prove, before it counts. */
  readonly policies: Policies;
}

/** Only Rekor v1 signs the time that a PEP 740 attestation needs: it has no place for an RFC 3161 timestamp. */
const PYPI_LOGS = [1];

/**
 * Signs a publish attestation for each file, by one certificate, many files at once, and verifies each as the index
 * would. Outcomes come as they are ready.
 * @throws TrustError, CliError before anything is signed
 */
export async function* attestDists(
  files: readonly ReleaseFile[],
  options: AttestingOptions,
): AsyncGenerator<Attested, void, undefined> {
  const { context, instance, policies } = options;
  const { session, log } = openServices(options);
  const planned = files.map((file) => {
    const { path, filename, digests } = file;
    return { ...planPublishAttestation({ path, filename, sha256Hex: digests.sha256 }), file };
  });
  try {
    const outcomes = attestFiles(planned, {
      signer: new SessionSigner(session),
      witness: new LogWitness(log),
      signal: context.host.signal,
      judge: (bundle, { file }) => judgeAttestation(file, bundle, instance, policies),
    });
    for await (const outcome of outcomes)
      yield 'error' in outcome
        ? { file: outcome.file.file, error: outcome.error }
        : {
            file: outcome.file.file,
            bundle: outcome.bundle,
            attestation: attestationFromBundle(outcome.bundle).attestation,
          };
  } finally {
    session.close();
  }
}

function openServices({ context, http, instance, token }: AttestingOptions): {
  session: CertificateSession;
  log: RekorV1Client;
} {
  const { host } = context;
  const [trustedRoot, another] = instance.roots;
  if (another !== undefined)
    throw usageError(`to sign, one trusted root is needed: ${instance.source} has several`);
  const services = selectServices(instance.signingConfig, {
    now: host.now(),
    rekorApiVersions: PYPI_LOGS,
    timestamps: false,
  });
  const [log, ...others] = services.logs;
  if (log === undefined || others.length > 0)
    throw new TrustError(
      'ERR_SIGNING_CONFIG',
      `the signing configuration demands ${services.logs.length} logs, and a PEP 740 attestation holds one entry`,
    );
  const reach = { http, signal: host.signal };
  const session = new CertificateSession({
    identityProvider: identityProviderOf(token),
    fulcio: new FulcioClient({ url: services.fulcioUrl, ...reach }),
    trustedRoot,
    now: () => host.now(),
  });
  return { session, log: new RekorV1Client({ url: log.url, ...reach }) };
}

/** Verifies a bundle in the form that the index will see: as a PEP 740 attestation of this file. @throws VerificationError */
export function judgeAttestation(
  file: ReleaseFile,
  bundle: SigstoreBundle,
  instance: Instance,
  policies: Policies,
): void {
  const { attestation } = attestationFromBundle(bundle);
  const artifact = { filename: file.filename, sha256: decodeHex(file.digests.sha256) };
  verifyEvidence({ kind: 'pep740', name: file.filename, attestation }, artifact, instance.roots, policies);
}
