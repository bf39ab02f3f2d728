// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import type { EnvelopeContent } from '@colophon/attestation';
import { encodeBase64, encodeHex, encodeUtf8, sha256 } from '@colophon/base';
import type { DigestProposal, EnvelopeProposal, LogProposal } from '../../src/index.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Bytes in a PEM block are all that this package asks of a certificate. */
export function toyCertificate(seed: string): Uint8Array {
  return encodeUtf8(`certificate ${seed}, which is long enough for more than one line of PEM`);
}

export function toyProposal(seed = 'a'): EnvelopeProposal {
  const payload = encodeUtf8(`{"payload":"${seed}"}`);
  const signature = new Uint8Array(sign('sha256', payload, privateKey));
  const content: EnvelopeContent = { kind: 'dsse', payload, payloadType: 'text/x', signature, keyid: '' };
  return { content, certificate: toyCertificate('ours') };
}

export function toyDigestProposal(seed = 'a'): DigestProposal {
  const artifact = encodeUtf8(`artifact ${seed}`);
  const signature = new Uint8Array(sign('sha256', artifact, privateKey));
  return {
    content: { kind: 'message', sha256: sha256(artifact), signature },
    certificate: toyCertificate('ours'),
  };
}

/** PEM with lines of any length. */
export function toyPem(der: Uint8Array, width = 64): string {
  const lines = encodeBase64(der).match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function hash(bytes: Uint8Array): Record<string, string> {
  return { algorithm: 'sha256', value: encodeHex(sha256(bytes)) };
}

/** The canonical body that a Rekor v1 log makes of a proposal; its PEM has lines of `width`. */
export function toyBody({ content, certificate }: LogProposal, width = 64): Uint8Array {
  const verifier = encodeBase64(encodeUtf8(toyPem(certificate, width)));
  const signature = encodeBase64(content.signature);
  if (content.kind === 'message') {
    const data = { hash: { algorithm: 'sha256', value: encodeHex(content.sha256) } };
    const spec = { data, signature: { content: signature, publicKey: { content: verifier } } };
    return encodeUtf8(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec }));
  }
  const spec = {
    envelopeHash: hash(content.payload),
    payloadHash: hash(content.payload),
    signatures: [{ signature, verifier }],
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

export function toyAnswer(proposal: LogProposal): string {
  const body = toyBody(proposal);
  return JSON.stringify({ [uuidOf(body)]: toyAnswerEntry(body) });
}
