// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { attestationFromBundle, encodeAttestation, encodeBundle } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { sha256File } from '@colophon/dist';
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
  readonly issueToken: (http: HttpClient) => string | Promise<string>;
}

/** What a run tells while it goes on. */
export interface Watch {
  /** Whether the bundle is written too; ours on the command line writes what it was asked for. Default true. */
  readonly bundles?: boolean;
  /** A file is attested, verified and written. */
  readonly onDone?: (done: Attested) => void;
}

const ALONE_AT_ONCE = 32;

export async function openAttester(
  files: { readonly trustedRoot: string; readonly signingConfigV1: string },
  policies: Policies,
  issueToken: Attester['issueToken'],
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
export async function attestWheels(
  wheels: readonly string[],
  attester: Attester,
  watch: Watch = {},
): Promise<void> {
  const http = new HttpClient({ userAgent: 'colophon-bench' });
  const { trustedRoot, signingConfig, policies, issueToken } = attester;
  const services = selectSigningServices(signingConfig, { now: new Date(), output: 'pep740' });
  const session = new CertificateSession({
    identityProvider: { getToken: async () => issueToken(http) },
    fulcio: new FulcioClient({ url: services.fulcioUrl, http }),
    trustedRoot,
    now: () => new Date(),
  });
  try {
    const outcomes = attestFiles(plans(wheels), {
      signer: new SessionSigner(session),
      witness: openWitness(services, trustedRoot, { http }),
      judge: async (bundle, { path, filename, sha256Hex }) => {
        const { attestation } = attestationFromBundle(bundle);
        const evidence = { kind: 'pep740', name: filename, attestation } as const;
        verifyEvidence(evidence, { filename, sha256: decodeHex(sha256Hex) }, [trustedRoot], policies);
        const done = {
          artifact: path,
          bundle: `${path}.sigstore.json`,
          attestation: `${path}.publish.attestation`,
        };
        await writeFile(done.attestation, encodeAttestation(attestation));
        if (watch.bundles !== false) await writeFile(done.bundle, encodeBundle(bundle));
        watch.onDone?.(done);
      },
    });
    for await (const outcome of outcomes) if ('error' in outcome) throw outcome.error;
  } finally {
    session.close();
    await http.close();
  }
}

async function* plans(wheels: readonly string[]): AsyncGenerator<FileToAttest> {
  for (const path of wheels) {
    const sha256Hex = await sha256File(path);
    yield planPublishAttestation({ path, filename: basename(path), sha256Hex });
  }
}

/** As `attestWheels`, and gives what was made. */
export async function attested(wheels: readonly string[], attester: Attester): Promise<Attested[]> {
  const made: Attested[] = [];
  await attestWheels(wheels, attester, { onDone: (done) => void made.push(done) });
  return made;
}

/** Attests wheels by a certificate each, so that no verifier gains from having seen one before. */
export async function attestApart(wheels: readonly string[], attester: Attester): Promise<Attested[]> {
  const waiting = wheels.values();
  const made: Attested[] = [];
  const work = async (): Promise<void> => {
    for (const wheel of waiting) made.push(...(await attested([wheel], attester)));
  };
  await Promise.all(Array.from({ length: ALONE_AT_ONCE }, work));
  return made;
}
