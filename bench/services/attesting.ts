// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { attestationFromBundle, encodeAttestation, encodeBundle } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { digestFile } from '@colophon/dist';
import { HttpClient } from '@colophon/http';
import {
  attestFiles,
  CertificateSession,
  type FileToAttest,
  FulcioClient,
  openWitness,
  planPublishAttestation,
  selectSigningServices,
  SessionSigner,
} from '@colophon/sign';
import { parseSigningConfig, parseTrustedRoot, type SigningConfig, type TrustedRoot } from '@colophon/trust';
import { type Policies, verifyEvidence } from '@colophon/verify';

/** A wheel, and the two forms of its attestation. */
export interface Attested {
  readonly artifact: string;
  readonly bundle: string;
  readonly attestation: string;
}

export interface Attester {
  readonly trustedRoot: TrustedRoot;
  readonly signingConfig: SigningConfig;
  readonly policies: Policies;
  readonly issueToken: () => string;
}

const IN_FLIGHT = 32;

export async function openAttester(
  files: { readonly trustedRoot: string; readonly signingConfigV1: string },
  policies: Policies,
  issueToken: () => string,
): Promise<Attester> {
  return {
    trustedRoot: parseTrustedRoot(await readFile(files.trustedRoot)),
    signingConfig: parseSigningConfig(await readFile(files.signingConfigV1)),
    policies,
    issueToken,
  };
}

/**
 * Attests wheels by one certificate as the command line does: hash, sign, log, verify as the index would, write. Throws
 * where one fails.
 */
export async function attestWheels(wheels: readonly string[], attester: Attester): Promise<Attested[]> {
  const http = new HttpClient({ userAgent: 'colophon-bench' });
  const { trustedRoot, signingConfig, policies, issueToken } = attester;
  const now = new Date();
  const services = selectSigningServices(signingConfig, { now, output: 'pep740' });
  const session = new CertificateSession({
    identityProvider: { getToken: () => Promise.resolve(issueToken()) },
    fulcio: new FulcioClient({ url: services.fulcioUrl, http }),
    trustedRoot,
    now: () => new Date(),
  });
  try {
    const made: Attested[] = [];
    const outcomes = attestFiles(await Promise.all(wheels.map(plan)), {
      signer: new SessionSigner(session),
      witness: openWitness(services, trustedRoot, { http }),
      concurrency: IN_FLIGHT,
      judge: (bundle, { filename, sha256Hex }) => {
        const { attestation } = attestationFromBundle(bundle);
        const evidence = { kind: 'pep740', name: filename, attestation } as const;
        verifyEvidence(evidence, { filename, sha256: decodeHex(sha256Hex) }, [trustedRoot], policies);
      },
    });
    for await (const outcome of outcomes) {
      if ('error' in outcome) throw outcome.error;
      const { path: artifact } = outcome.file;
      const paths = {
        artifact,
        bundle: `${artifact}.sigstore.json`,
        attestation: `${artifact}.publish.attestation`,
      };
      await writeFile(
        paths.attestation,
        encodeAttestation(attestationFromBundle(outcome.bundle).attestation),
      );
      await writeFile(paths.bundle, encodeBundle(outcome.bundle));
      made.push(paths);
    }
    return made;
  } finally {
    session.close();
    await http.close();
  }
}

async function plan(path: string): Promise<FileToAttest> {
  const { sha256: sha256Hex } = await digestFile(path);
  return planPublishAttestation({ path, filename: basename(path), sha256Hex });
}

/** Attests wheels by a certificate each, so that no verifier gains from having seen one before. */
export async function attestApart(wheels: readonly string[], attester: Attester): Promise<Attested[]> {
  const waiting = wheels.values();
  const made: Attested[] = [];
  const work = async (): Promise<void> => {
    for (const wheel of waiting) made.push(...(await attestWheels([wheel], attester)));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return made;
}
