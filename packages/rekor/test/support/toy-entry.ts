// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import { encodeBase64, encodeHex, encodeUtf8, sha256 } from '@colophon/base';
import type { DsseProposal } from '../../src/index.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A PEM block is all that this package asks of a certificate. */
export function toyPem(seed: string): string {
  return `-----BEGIN CERTIFICATE-----\n${encodeBase64(encodeUtf8(`certificate ${seed}`))}\n-----END CERTIFICATE-----\n`;
}

export function toyProposal(seed = 'a'): DsseProposal {
  const payload = encodeUtf8(`{"payload":"${seed}"}`);
  const sig = encodeBase64(sign('sha256', payload, privateKey));
  const envelope = {
    payload: encodeBase64(payload),
    payloadType: 'text/x',
    signatures: [{ sig, keyid: '' }],
  };
  return { envelopeJson: JSON.stringify(envelope), certificatePem: toyPem('ours') };
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly [{ readonly sig: string }];
}

function hash(bytes: Uint8Array): Record<string, string> {
  return { algorithm: 'sha256', value: encodeHex(sha256(bytes)) };
}

/** The canonical body that a Rekor v1 log makes of a proposal. */
export function toyBody({ envelopeJson, certificatePem }: DsseProposal): Uint8Array {
  const { payload, signatures } = JSON.parse(envelopeJson) as Envelope;
  const spec = {
    envelopeHash: hash(encodeUtf8(envelopeJson)),
    payloadHash: hash(Buffer.from(payload, 'base64')),
    signatures: [{ signature: signatures[0].sig, verifier: encodeBase64(encodeUtf8(certificatePem)) }],
  };
  return encodeUtf8(JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec }));
}

export function uuidOf(body: Uint8Array, tree = ''): string {
  return tree + encodeHex(sha256(Uint8Array.of(0), body));
}

export type AnswerEntry = Record<string, unknown> & {
  verification: { inclusionProof: Record<string, unknown>; signedEntryTimestamp: string };
};

/** An entry as the v1 API answers it. */
export function toyAnswerEntry(body: Uint8Array): AnswerEntry {
  return {
    body: encodeBase64(body),
    integratedTime: 1_790_000_000,
    logID: 'ab'.repeat(32),
    logIndex: 1234,
    verification: {
      inclusionProof: {
        checkpoint: 'log.example - 1\n5\nAAAA\n\n— log.example AAAA\n',
        hashes: ['01'.repeat(32), '02'.repeat(32)],
        logIndex: 4,
        rootHash: 'cd'.repeat(32),
        treeSize: 5,
      },
      signedEntryTimestamp: 'c2V0',
    },
  };
}

export function toyAnswer(proposal: DsseProposal): string {
  const body = toyBody(proposal);
  return JSON.stringify({ [uuidOf(body)]: toyAnswerEntry(body) });
}
