// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import type { Bundle } from 'sigstore';
import type { TokenRequest } from '../src/oidc/token-issuer.ts';
import type { Sandbox } from '../src/sandbox.ts';
import { dsseEntry, envelope } from './envelopes.ts';
import { base64, call, certificateRequest, newKeyPair } from './requests.ts';

/** Signs a statement as a client would, with node:crypto alone, and answers a bundle of version 0.3. */
export async function signStatement(
  sandbox: Sandbox,
  statement: string,
  token: TokenRequest = {},
): Promise<Bundle> {
  const keys = newKeyPair();
  const issued = await call(
    `${sandbox.urls.fulcio}/api/v2/signingCert`,
    { certificateSigningRequest: base64(certificateRequest(keys)) },
    { authorization: `Bearer ${await sandbox.issueToken(token)}` },
  );
  const [certificate] = issued.body.signedCertificateEmbeddedSct.chain.certificates;
  const signed = envelope(statement, { privateKey: keys.privateKey, verifier: certificate });
  const logged = await call(`${sandbox.urls.rekor}/api/v1/log/entries`, dsseEntry(signed, certificate));
  const [entry] = Object.values<LogEntry>(logged.body);
  if (!entry) throw new Error('nothing was logged');
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: base64(new X509Certificate(certificate).raw) },
      tlogEntries: [
        {
          logIndex: String(entry.logIndex),
          logId: { keyId: hexToBase64(entry.logID) },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(entry.integratedTime),
          inclusionPromise: { signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(inclusionProof.logIndex),
            rootHash: hexToBase64(inclusionProof.rootHash),
            treeSize: String(inclusionProof.treeSize),
            hashes: inclusionProof.hashes.map(hexToBase64),
            checkpoint: { envelope: inclusionProof.checkpoint },
          },
          canonicalizedBody: entry.body,
        },
      ],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: {
      ...signed,
      signatures: signed.signatures.map((signature) => ({ ...signature, keyid: '' })),
    },
  } as unknown as Bundle;
}

interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: {
      readonly checkpoint: string;
      readonly hashes: readonly string[];
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
    };
    readonly signedEntryTimestamp: string;
  };
}

function hexToBase64(hex: string): string {
  return base64(Buffer.from(hex, 'hex'));
}
