// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  encodeBundle,
  encodePublishStatement,
  IN_TOTO_PAYLOAD_TYPE,
  parseBundle,
  preAuthEncoding,
  type SigstoreBundle,
} from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import { decodePem } from '@colophon/pki';
import { RekorV1Client } from '@colophon/rekor';
import { startSandbox, type Sandbox } from '@colophon/sandbox';
import { encodeCertificateRequest, EphemeralKey } from '@colophon/sign';
import { parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import type { Artifact, Policies } from '@colophon/verify';

/** A bundle as a verifier gets it, and what it is for. */
export interface Piece {
  readonly text: string;
  readonly bundle: SigstoreBundle;
  readonly artifact: Artifact;
}

export interface Material {
  readonly pieces: readonly Piece[];
  readonly root: TrustedRoot;
  readonly policies: Policies;
}

/** The job that the sandbox stands for. */
const POLICIES: Policies = { anyOf: [{ kind: 'GitHub', repository: 'octo-org/sample-project' }] };

/**
 * Signs publish statements in the sandbox, on a P-384 intermediate as the public instance has it. Each has a certificate,
 * a log entry and a checkpoint of its own, so that nothing can be shared between them.
 */
export async function makeMaterial(count: number): Promise<Material> {
  const sandbox = await startSandbox();
  const http = new HttpClient({ userAgent: 'bench' });
  try {
    const log = new RekorV1Client({ url: sandbox.urls.rekor, http });
    const pieces: Piece[] = [];
    for (let index = 0; index < count; index += 1) pieces.push(await makePiece(index, sandbox, log));
    return { pieces, root: parseTrustedRoot(JSON.stringify(sandbox.trustedRoot)), policies: POLICIES };
  } finally {
    await http.close();
    await sandbox.close();
  }
}

async function makePiece(index: number, sandbox: Sandbox, log: RekorV1Client): Promise<Piece> {
  const filename = `sampleproject-${index}.0.tar.gz`;
  const sha256Hex = createHash('sha256').update(filename).digest('hex');
  const payload = encodePublishStatement({ filename, sha256Hex });
  const key = new EphemeralKey();
  const certificatePem = await requestCertificate(key, sandbox);
  const signature = key.sign(preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, payload));
  key.destroy();
  const [leaf = new Uint8Array()] = decodePem(certificatePem, 'CERTIFICATE');
  const content = { kind: 'dsse', payload, payloadType: IN_TOTO_PAYLOAD_TYPE, signature, keyid: '' } as const;
  const entry = await log.createEntry({ content, certificate: leaf });
  const text = encodeBundle({
    version: '0.3',
    keyMaterial: { kind: 'certificate', chain: [leaf] },
    transparencyEntries: [entry],
    timestamps: [],
    content,
  });
  return { text, bundle: parseBundle(text), artifact: { filename, sha256: decodeHex(sha256Hex) } };
}

interface Issued {
  readonly signedCertificateEmbeddedSct: { readonly chain: { readonly certificates: readonly string[] } };
}

async function requestCertificate(key: EphemeralKey, sandbox: Sandbox): Promise<string> {
  const answer = await fetch(`${sandbox.urls.fulcio}/api/v2/signingCert`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await sandbox.issueToken()}`,
    },
    body: JSON.stringify({
      certificateSigningRequest: Buffer.from(encodeCertificateRequest(key)).toString('base64'),
    }),
  });
  const { signedCertificateEmbeddedSct } = (await answer.json()) as Issued;
  return signedCertificateEmbeddedSct.chain.certificates[0] ?? '';
}
