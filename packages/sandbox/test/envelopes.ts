// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, sign } from 'node:crypto';
import { base64 } from './requests.ts';

const IN_TOTO = 'application/vnd.in-toto+json';

export interface Signer {
  readonly privateKey: KeyObject;
  /** PEM of the key or certificate that verifies. */
  readonly verifier: string;
}

/** What a DSSE signature is over. */
export function preAuthEncoding(payload: string): Buffer {
  return Buffer.from(`DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${Buffer.byteLength(payload)} ${payload}`);
}

/** A DSSE envelope, signed by each of the signers. */
export function envelope(payload: string, ...signers: readonly Signer[]) {
  const signatures = signers.map(({ privateKey }) => ({
    sig: base64(
      sign(
        privateKey.asymmetricKeyType === 'ed25519' ? undefined : 'sha256',
        preAuthEncoding(payload),
        privateKey,
      ),
    ),
  }));
  return { payload: base64(payload), payloadType: IN_TOTO, signatures };
}

/** A proposed dsse entry. */
export function dsseEntry(content: unknown, ...verifiers: readonly string[]) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { proposedContent: { envelope: text, verifiers: verifiers.map(base64) } },
  };
}

/** A proposed hashedrekord entry over some text. */
export function hashedrekordEntry(text: string, signer: Signer, algorithm = 'sha256') {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      signature: {
        content: base64(sign(algorithm, Buffer.from(text), signer.privateKey)),
        publicKey: { content: base64(signer.verifier) },
      },
      data: { hash: { algorithm, value: createHash(algorithm).update(text).digest('hex') } },
    },
  };
}
