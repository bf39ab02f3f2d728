// SPDX-License-Identifier: Apache-2.0
import type { TransparencyLogEntry } from '@colophon/attestation';
import { encodeBase64, encodeHex, encodeUtf8, type JsonObject, readBase64, readObject } from '@colophon/base';
import { encodeCertificatePem } from './certificate-pem.ts';
import {
  assertKind,
  assertSigner,
  type LoggedSignature,
  otherEntry,
  readBody,
  readSha256Hex,
} from './entry-comparison.ts';
import type { SignedDigest } from './log-proposal.ts';

/** A proposal whose content is a signature over an artifact. */
export interface DigestProposal {
  readonly content: SignedDigest;
  readonly certificate: Uint8Array;
}

/** Writes the request for a new entry of Rekor v1: kind `hashedrekord`, version 0.0.1. */
export function encodeHashedRekordProposal({ content, certificate }: DigestProposal): string {
  const publicKey = { content: encodeBase64(encodeUtf8(encodeCertificatePem(certificate))) };
  const spec = {
    signature: { content: encodeBase64(content.signature), publicKey },
    data: { hash: { algorithm: 'sha256', value: encodeHex(content.sha256) } },
  };
  return JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec });
}

/** Checks that an entry is the one that was proposed: digest, signature and certificate. @throws RekorError ERR_REKOR_ENTRY */
export function assertHashedRekordEntry(entry: TransparencyLogEntry, proposal: DigestProposal): void {
  assertKind(entry, 'hashedrekord', '0.0.1');
  const logged = readBody(entry.canonicalizedBody, 'hashedrekord', readHashedRekordSpec);
  if (logged.sha256Hex !== encodeHex(proposal.content.sha256)) throw otherEntry('it is for another digest');
  assertSigner(logged, proposal);
}

function readHashedRekordSpec(spec: JsonObject): LoggedSignature {
  readObject(spec, '$.spec', { required: ['data', 'signature'] });
  const { hash } = readObject(spec['data'], '$.spec.data', { required: ['hash'] });
  const digest = readObject(hash, '$.spec.data.hash', { required: ['algorithm', 'value'] });
  const at = '$.spec.signature';
  const signature = readObject(spec['signature'], at, { required: ['content', 'publicKey'] });
  const { content } = readObject(signature['publicKey'], `${at}.publicKey`, { required: ['content'] });
  return {
    sha256Hex: readSha256Hex(digest, '$.spec.data.hash'),
    signature: readBase64(signature['content'], `${at}.content`),
    verifier: Buffer.from(readBase64(content, `${at}.publicKey.content`)).toString('latin1'),
  };
}
