// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AttestationError,
  attestationToJson,
  encodeAttestation,
  parseAttestation,
  parseTransparencyLogEntry,
  transparencyLogEntryToJson,
} from '../src/index.ts';
import { attestation as anyAttestation, logEntry } from './arbitraries.ts';

const bytes = 'Ynl0ZXM=';
const hash = Buffer.alloc(32).toString('base64');
const entry = {
  logIndex: '1',
  logId: { keyId: bytes },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  inclusionProof: { logIndex: '0', rootHash: hash, treeSize: '1', hashes: [], checkpoint: { envelope: '' } },
  canonicalizedBody: bytes,
};
const material = { certificate: bytes, transparency_entries: [entry] };
const envelope = { statement: bytes, signature: bytes };
const valid = { version: 1, verification_material: material, envelope };
const withMaterial = (changes: object) => ({ ...valid, verification_material: { ...material, ...changes } });
const withEntry = (changes: object) => withMaterial({ transparency_entries: [{ ...entry, ...changes }] });

describe('parseAttestation', () => {
  it('reads an attestation and writes the same document', () => {
    expect(attestationToJson(parseAttestation(JSON.stringify(valid)))).toEqual(valid);
  });

  it('keeps an entry without a promise, for the verifier to judge', () => {
    const { transparencyEntries } = parseAttestation(JSON.stringify(withEntry({ inclusionPromise: null })));
    expect(transparencyEntries[0]).toMatchObject({ inclusionPromise: undefined, integratedTime: undefined });
  });

  it.each<[string, unknown]>([
    ['another version', { ...valid, version: 2 }],
    ['a version that is text', { ...valid, version: '1' }],
    ['no version', { ...valid, version: undefined }],
    ['an unknown key at the top', { ...valid, extra: null }],
    ['an unknown key beside the certificate', withMaterial({ extra: 1 })],
    ['the proposed timestamps', withMaterial({ timestamps: [bytes] })],
    ['the proposed timestamps, null', withMaterial({ timestamps: null })],
    ['an unknown key in the envelope', { ...valid, envelope: { ...envelope, payloadType: 'x' } }],
    ['an unknown key in an entry', withEntry({ extra: 1 })],
    ['no entry', withMaterial({ transparency_entries: [] })],
    ['an entry without proof', withEntry({ inclusionProof: undefined })],
    [
      'a proof without checkpoint',
      withEntry({ inclusionProof: { ...entry.inclusionProof, checkpoint: undefined } }),
    ],
    ['snake case in an entry', withEntry({ logIndex: undefined, log_index: '1' })],
    ['a number for an index', withEntry({ logIndex: 1 })],
    ['an empty certificate', withMaterial({ certificate: '' })],
    ['a certificate in PEM', withMaterial({ certificate: '-----BEGIN CERTIFICATE-----' })],
    ['base64 in lines', withMaterial({ certificate: `${bytes}\n` })],
    ['no signature', { ...valid, envelope: { statement: bytes } }],
    ['a statement that is an object', { ...valid, envelope: { statement: {}, signature: bytes } }],
  ])('refuses %s', (_title, document) => {
    expect(() => parseAttestation(JSON.stringify(document))).toThrowError(
      expect.objectContaining({ code: 'ERR_ATTESTATION' }),
    );
  });

  it('undoes encodeAttestation', () => {
    fc.assert(
      fc.property(anyAttestation, (attestation) => {
        expect(parseAttestation(encodeAttestation(attestation))).toEqual(attestation);
      }),
    );
  });

  it.each([
    ['no JSON', '{', 'ERR_JSON'],
    ['a list', JSON.stringify([valid]), 'ERR_JSON_KIND'],
    ['a provenance object', '{"version":1,"attestation_bundles":[]}', 'ERR_JSON_KIND'],
  ])('tells %s apart', (_title, text, code) => {
    expect(() => parseAttestation(text)).toThrowError(expect.objectContaining({ code }));
  });

  it('lets only typed errors out, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => parseAttestation(text)).toThrowError(AttestationError);
        expect(() => parseAttestation(JSON.stringify({ ...valid, envelope: JSON.parse(text) }))).toThrowError(
          expect.objectContaining({ code: 'ERR_ATTESTATION' }),
        );
      }),
    );
  });
});

describe('parseTransparencyLogEntry', () => {
  it('undoes transparencyLogEntryToJson', () => {
    fc.assert(
      fc.property(logEntry, (value) => {
        expect(parseTransparencyLogEntry(transparencyLogEntryToJson(value))).toEqual(value);
      }),
    );
  });

  it('says which field of which document does not fit', () => {
    expect(() => parseTransparencyLogEntry({ ...entry, logIndex: 'x' }, 'answer')).toThrowError(
      expect.objectContaining({
        code: 'ERR_LOG_ENTRY',
        message: expect.stringContaining('answer.logIndex'),
      }),
    );
  });
});
