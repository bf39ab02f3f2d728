// SPDX-License-Identifier: Apache-2.0
import type { EnvelopeContent, TransparencyLogEntry } from '@colophon/attestation';
import {
  encodeBase64,
  encodeHex,
  encodeUtf8,
  type JsonObject,
  readArray,
  readBase64,
  readObject,
  sha256,
} from '@colophon/base';
import { encodeCertificatePem } from './certificate-pem.ts';
import {
  assertKind,
  assertSigner,
  type LoggedSignature,
  otherEntry,
  readBody,
  readSha256Hex,
} from './entry-comparison.ts';

/** A proposal whose content is a DSSE envelope. */
export interface EnvelopeProposal {
  readonly content: EnvelopeContent;
  readonly certificate: Uint8Array;
}

/** Writes the request for a new entry of Rekor v1: kind `dsse`, version 0.0.1, proposed content. */
export function encodeDsseProposal({ content, certificate }: EnvelopeProposal): string {
  const { payload, payloadType, signature, keyid } = content;
  const signatures = [{ sig: encodeBase64(signature), keyid }];
  const envelope = JSON.stringify({ payload: encodeBase64(payload), payloadType, signatures });
  const verifiers = [encodeBase64(encodeUtf8(encodeCertificatePem(certificate)))];
  const spec = { proposedContent: { envelope, verifiers } };
  return JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec });
}

/**
 * Checks that an entry is the one that was proposed: payload hash, signature and certificate. A log that answers with
 * another entry, by mistake or not, would leave us with evidence for something that we did not sign.
 * @throws RekorError ERR_REKOR_ENTRY
 */
export function assertDsseEntry(entry: TransparencyLogEntry, proposal: EnvelopeProposal): void {
  assertKind(entry, 'dsse', '0.0.1');
  const logged = readBody(entry.canonicalizedBody, 'dsse', readDsseSpec);
  if (logged.sha256Hex !== encodeHex(sha256(proposal.content.payload)))
    throw otherEntry('it is for another payload');
  assertSigner(logged, proposal);
}

function readDsseSpec(spec: JsonObject): LoggedSignature {
  const required = ['payloadHash', 'signatures'];
  readObject(spec, '$.spec', { required, optional: ['envelopeHash'] });
  const hash = readObject(spec['payloadHash'], '$.spec.payloadHash', { required: ['algorithm', 'value'] });
  const [first] = readArray(spec['signatures'], '$.spec.signatures', 1);
  const { signature, verifier } = readObject(first, '$.spec.signatures[0]', {
    required: ['signature', 'verifier'],
  });
  return {
    sha256Hex: readSha256Hex(hash, '$.spec.payloadHash'),
    signature: readBase64(signature, '$.spec.signatures[0].signature'),
    verifier: Buffer.from(readBase64(verifier, '$.spec.signatures[0].verifier')).toString('latin1'),
  };
}
