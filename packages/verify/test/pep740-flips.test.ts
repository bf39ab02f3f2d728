// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeBase64 } from '@colophon/base';
import { parseAttestation } from '@colophon/attestation';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policies } from '../src/index.ts';
import { distAt, productionRoot } from './evidence-vectors.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const POLICIES: Policies = { anyOf: [{ kind: 'GitHub', repository: 'trailofbits/pypi-attestations' }] };

interface Document {
  verification_material: {
    certificate: string;
    transparency_entries: {
      logIndex: string;
      logId: { keyId: string };
      kindVersion: { kind: string; version: string };
      integratedTime: string;
      inclusionPromise: { signedEntryTimestamp: string };
      inclusionProof: {
        logIndex: string;
        rootHash: string;
        hashes: string[];
        checkpoint: { envelope: string };
      };
      canonicalizedBody: string;
    }[];
  };
  envelope: { statement: string; signature: string };
}
type Material = Document['verification_material'];
type Entry = Material['transparency_entries'][number];

function verifyChanged(change: (document: Document, entry: Entry) => void): void {
  const document = JSON.parse(readVectorText(`pep740/${SDIST}.publish.attestation`)) as Document;
  const [entry] = document.verification_material.transparency_entries;
  if (entry === undefined) throw new Error('the vector has no log entry');
  change(document, entry);
  const attestation = parseAttestation(JSON.stringify(document));
  verifyEvidence(
    { kind: 'pep740', name: 'changed', attestation },
    distAt(SDIST),
    [productionRoot()],
    POLICIES,
  );
}

/** One bit of the byte at `at` (from the end when negative) is changed. */
function flip(text: string, at: number): string {
  const bytes = decodeBase64(text).slice();
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return encodeBase64(bytes);
}

interface Body {
  spec: { envelopeHash: { value: string }; signatures: { signature: string }[] };
}

function editBody(entry: Entry, edit: (spec: Body['spec']) => void): void {
  const body = JSON.parse(Buffer.from(entry.canonicalizedBody, 'base64').toString()) as Body;
  edit(body.spec);
  entry.canonicalizedBody = encodeBase64(Buffer.from(JSON.stringify(body)));
}

describe.runIf(haveVectors)('one change in a real attestation is refused at its stage:', () => {
  const cases: [what: string, code: string, change: (document: Document, entry: Entry) => void][] = [
    [
      'the signature',
      'ERR_LOG_ENTRY_MISMATCH',
      ({ envelope }) => (envelope.signature = flip(envelope.signature, -1)),
    ],
    [
      'the statement',
      'ERR_LOG_ENTRY_MISMATCH',
      ({ envelope }) => (envelope.statement = flip(envelope.statement, 100)),
    ],
    [
      'the first byte of the certificate',
      'ERR_CERTIFICATE',
      ({ verification_material: material }) => (material.certificate = flip(material.certificate, 0)),
    ],
    [
      'the signature of the certificate',
      'ERR_LOG_ENTRY_MISMATCH',
      ({ verification_material: material }) => (material.certificate = flip(material.certificate, -1)),
    ],
    [
      'the signature in the body of the entry',
      'ERR_LOG_ENTRY_MISMATCH',
      (_, entry) =>
        editBody(entry, ({ signatures: [first] }) => {
          if (first !== undefined) first.signature = flip(first.signature, -1);
        }),
    ],
    [
      'a digest in the body of the entry that is not compared',
      'ERR_LOG_PROMISE',
      (_, entry) => editBody(entry, ({ envelopeHash }) => (envelopeHash.value = 'ab'.repeat(32))),
    ],
    ['the kind of the entry', 'ERR_LOG_ENTRY', (_, entry) => (entry.kindVersion.kind = 'hashedrekord')],
    ['a withdrawn version of the kind', 'ERR_LOG_ENTRY', (_, entry) => (entry.kindVersion.version = '0.0.2')],
    [
      'the signed entry timestamp',
      'ERR_LOG_PROMISE',
      (_, { inclusionPromise: promise }) =>
        (promise.signedEntryTimestamp = flip(promise.signedEntryTimestamp, -1)),
    ],
    ['the index of the entry', 'ERR_LOG_PROMISE', (_, entry) => (entry.logIndex = '1')],
    [
      'the time of the entry by a second',
      'ERR_LOG_PROMISE',
      (_, entry) => (entry.integratedTime = String(Number(entry.integratedTime) + 1)),
    ],
    ['the time of the entry to 1970', 'ERR_CERTIFICATE_VALIDITY', (_, entry) => (entry.integratedTime = '1')],
    [
      'the time of the entry beyond dates',
      'ERR_TIMESTAMP',
      (_, entry) => (entry.integratedTime = '9'.repeat(18)),
    ],
    ['the id of the log', 'ERR_LOG_UNKNOWN', (_, entry) => (entry.logId.keyId = flip(entry.logId.keyId, 0))],
    [
      'a hash of the proof',
      'ERR_LOG_INCLUSION',
      (_, { inclusionProof: proof }) => (proof.hashes[0] = flip(proof.hashes[0] ?? '', 0)),
    ],
    [
      'the root hash of the proof',
      'ERR_LOG_INCLUSION',
      (_, { inclusionProof: proof }) => (proof.rootHash = flip(proof.rootHash, 0)),
    ],
    ['the index in the proof', 'ERR_LOG_INCLUSION', (_, entry) => (entry.inclusionProof.logIndex = '1')],
    [
      'the size in the checkpoint',
      'ERR_LOG_CHECKPOINT',
      (_, { inclusionProof: { checkpoint } }) =>
        (checkpoint.envelope = checkpoint.envelope.replace(/\n\d/, '\n9')),
    ],
  ];
  it.each(cases)('%s: %s', (_what, code, change) => {
    expect(() => verifyChanged(change)).toThrowError(throwsCode(code));
  });

  it('nothing changed is accepted', () => {
    expect(() => verifyChanged(() => undefined)).not.toThrowError();
  });
});
