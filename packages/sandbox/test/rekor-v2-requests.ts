// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type { Bundle } from 'sigstore';
import type { Sandbox } from '../src/sandbox.ts';
import { preAuthEncoding } from './envelopes.ts';
import { base64, call, certificateRequest, type KeyPair, newKeyPair } from './requests.ts';

export interface RequestChanges {
  readonly hash?: string;
  readonly keyDetails?: unknown;
  readonly signature?: Uint8Array;
  /** Instead of the public key. */
  readonly certificate?: Uint8Array;
}

/** A request to log a signature over some text. */
export function hashedrekordRequest(text: string | Uint8Array, keys: KeyPair, changes: RequestChanges = {}) {
  const { hash = 'sha256', keyDetails = 'PKIX_ECDSA_P256_SHA_256', certificate } = changes;
  const signature = changes.signature ?? sign(hash, Buffer.from(text), keys.privateKey);
  const verifier = certificate
    ? { x509Certificate: { rawBytes: base64(certificate) } }
    : { publicKey: { rawBytes: base64(spki(keys.publicKey)) } };
  return {
    hashedRekordRequestV002: {
      digest: base64(createHash(hash).update(text).digest()),
      signature: { content: base64(signature), verifier: { ...verifier, keyDetails } },
    },
  };
}

export function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** Asks for a time stamp of some bytes, and answers it in base64. */
export async function requestTimestamp(sandbox: Sandbox, signature: Uint8Array): Promise<string> {
  const artifactHash = base64(createHash('sha256').update(signature).digest());
  const answer = await fetch(`${sandbox.urls.tsa}/api/v1/timestamp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ artifactHash, hashAlgorithm: 'sha256' }),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return base64(new Uint8Array(await answer.arrayBuffer()));
}

/** Signs a message or a statement with Fulcio, Rekor v2 and the time-stamp authority, and answers a bundle of version 0.3. */
export async function signWithRekorV2(sandbox: Sandbox, text: string, form: 'message' | 'statement') {
  const keys = newKeyPair();
  const issued = await call(
    `${sandbox.urls.fulcio}/api/v2/signingCert`,
    { certificateSigningRequest: base64(certificateRequest(keys)) },
    { authorization: `Bearer ${await sandbox.issueToken()}` },
  );
  const certificate = new X509Certificate(issued.body.signedCertificateEmbeddedSct.chain.certificates[0]).raw;
  const signed = form === 'message' ? Buffer.from(text) : preAuthEncoding(text);
  const request = hashedrekordRequest(signed, keys, { certificate });
  const { digest, signature } = request.hashedRekordRequestV002;
  const signedTimestamp = await requestTimestamp(sandbox, Buffer.from(signature.content, 'base64'));
  const logged = await call(`${sandbox.urls.rekorV2}/api/v2/log/entries`, request);
  const content =
    form === 'message'
      ? {
          messageSignature: {
            messageDigest: { algorithm: 'SHA2_256', digest },
            signature: signature.content,
          },
        }
      : {
          dsseEnvelope: {
            payload: base64(text),
            payloadType: 'application/vnd.in-toto+json',
            signatures: [{ sig: signature.content, keyid: '' }],
          },
        };
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: base64(certificate) },
      tlogEntries: [logged.body],
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] },
    },
    ...content,
  } as unknown as Bundle;
}
