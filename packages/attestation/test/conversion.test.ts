// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attestationFromBundle,
  bundleFromAttestation,
  encodeBundle,
  IN_TOTO_PAYLOAD_TYPE,
  parseBundle,
  parseTransparencyLogEntry,
  type SigstoreBundle,
} from '../src/index.ts';
import { attestation as anyAttestation } from './arbitraries.ts';

const der = new Uint8Array([0x30, 0]);
const base64 = Buffer.alloc(32).toString('base64');
const entry = parseTransparencyLogEntry({
  logIndex: '9',
  logId: { keyId: base64 },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  integratedTime: '1700000000',
  inclusionPromise: { signedEntryTimestamp: base64 },
  inclusionProof: { rootHash: base64, treeSize: '1', checkpoint: { envelope: 'note' } },
  canonicalizedBody: base64,
});

const envelope = {
  kind: 'dsse',
  payloadType: IN_TOTO_PAYLOAD_TYPE,
  payload: new Uint8Array([1]),
  signature: new Uint8Array([2]),
  keyid: '',
} as const;

const bundle: SigstoreBundle = {
  version: '0.3',
  keyMaterial: { kind: 'certificate', chain: [der] },
  transparencyEntries: [entry],
  timestamps: [],
  content: envelope,
};
const withoutTime = { ...entry, inclusionPromise: undefined, integratedTime: undefined };

describe('attestationFromBundle', () => {
  it.each<[string, Partial<SigstoreBundle>, string[]]>([
    ['nothing', {}, []],
    ['timestamps', { timestamps: [der] }, ['timestamps']],
    ['a key id', { content: { ...envelope, keyid: 'k' } }, ['keyid']],
    ['a chain', { version: '0.2', keyMaterial: { kind: 'certificate', chain: [der, der] } }, ['chain']],
  ])('says that %s was dropped', (_title, changes, dropped) => {
    expect(attestationFromBundle({ ...bundle, ...changes })).toEqual({
      attestation: {
        certificate: der,
        transparencyEntries: [entry],
        statement: envelope.payload,
        signature: envelope.signature,
      },
      dropped,
    });
  });

  it.each<[string, Partial<SigstoreBundle>, string]>([
    ['a message signature', { content: { kind: 'message', signature: der } }, 'message signature'],
    ['another payload', { content: { ...envelope, payloadType: 'text/plain' } }, 'in-toto'],
    ['a public key', { keyMaterial: { kind: 'public-key', hint: '' } }, 'public key'],
    ['no log entry', { transparencyEntries: [] }, '0 log entries'],
    ['two log entries', { transparencyEntries: [entry, entry] }, '2 log entries'],
    ['time by timestamp alone', { transparencyEntries: [withoutTime], timestamps: [der] }, 'RFC 3161'],
    ['no time at all', { transparencyEntries: [withoutTime] }, 'signed entry timestamp'],
    [
      'a promise without its time',
      { transparencyEntries: [{ ...entry, integratedTime: undefined }] },
      'signed entry timestamp',
    ],
    [
      'no proof, as v0.1 allows',
      { version: '0.1', transparencyEntries: [{ ...entry, inclusionProof: undefined }] },
      'inclusion proof',
    ],
  ])('refuses %s and says so', (_title, changes, reason) => {
    expect(() => attestationFromBundle({ ...bundle, ...changes })).toThrowError(
      expect.objectContaining({ code: 'ERR_CONVERSION', message: expect.stringContaining(reason) }),
    );
  });
});

describe('bundleFromAttestation', () => {
  it('keeps every part, in a bundle that can be written and read', () => {
    fc.assert(
      fc.property(anyAttestation, (attestation) => {
        const converted = bundleFromAttestation(attestation);
        expect(parseBundle(encodeBundle(converted))).toEqual(converted);
        expect(converted).toMatchObject({
          version: '0.3',
          keyMaterial: { chain: [attestation.certificate] },
          transparencyEntries: attestation.transparencyEntries,
          content: { payload: attestation.statement, signature: attestation.signature },
        });
      }),
    );
  });

  it('is undone by attestationFromBundle', () => {
    const { attestation } = attestationFromBundle(bundle);
    expect(bundleFromAttestation(attestation)).toEqual(bundle);
  });

  it('refuses an entry that does not prove its inclusion', () => {
    const { attestation } = attestationFromBundle(bundle);
    const transparencyEntries = [{ ...entry, inclusionProof: undefined }];
    expect(() => bundleFromAttestation({ ...attestation, transparencyEntries })).toThrowError(
      expect.objectContaining({ code: 'ERR_CONVERSION' }),
    );
  });
});
