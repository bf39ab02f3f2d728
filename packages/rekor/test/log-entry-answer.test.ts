// SPDX-License-Identifier: Apache-2.0
import { parseAttestation, type TransparencyLogEntry } from '@colophon/attestation';
import { encodeBase64, encodeHex, encodeUtf8 } from '@colophon/base';
import fc from 'fast-check';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { assertDsseEntry, assertHashedRekordEntry, processLogEntryAnswer, RekorError } from '../src/index.ts';
import {
  type AnswerEntry,
  toyAnswer,
  toyAnswerEntry,
  toyBody,
  toyCertificate,
  toyDigestProposal,
  toyProposal,
  uuidOf,
} from './support/toy-entry.ts';

const BODY = toyBody(toyProposal());

function answerWith(change: (entry: AnswerEntry) => void, uuid = uuidOf(BODY)): string {
  const entry = toyAnswerEntry(BODY);
  change(entry);
  return JSON.stringify({ [uuid]: entry });
}

describe('processLogEntryAnswer', () => {
  it('reads an entry into the form that bundles carry', () => {
    const { uuid, entry } = processLogEntryAnswer(toyAnswer(toyProposal()));
    expect(uuid).toMatch(/^[0-9a-f]{64}$/);
    expect(entry).toMatchObject({
      logIndex: 1234n,
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: 1_790_000_000n,
      inclusionProof: { logIndex: 4n, treeSize: 5n },
    });
    expect(entry.logId).toEqual(new Uint8Array(32).fill(0xab));
    expect(entry.inclusionProof.hashes).toHaveLength(2);
  });

  it('takes a name with the tree in front, and a proof without hashes', () => {
    const answer = answerWith(
      ({ verification }) => {
        delete verification.inclusionProof['hashes'];
      },
      uuidOf(BODY, '24296fb24b8ad77a'),
    );
    expect(processLogEntryAnswer(answer).entry.inclusionProof.hashes).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no entry', '{}'],
    ['a list', '[]'],
    ['two entries', JSON.stringify({ [uuidOf(BODY)]: toyAnswerEntry(BODY), ['0'.repeat(64)]: {} })],
    ['an entry named by another hash', answerWith(() => undefined, '0'.repeat(64))],
    ['an entry with a name that is no hash', answerWith(() => undefined, '__proto__')],
    ['an index that lost digits', answerWith((entry) => void (entry['logIndex'] = 2 ** 60))],
    ['a negative index', answerWith((entry) => void (entry['logIndex'] = -1))],
    ['an index in text', answerWith((entry) => void (entry['logIndex'] = '1'))],
    ['a log ID in base64', answerWith((entry) => void (entry['logID'] = 'q6ur'))],
    ['a log ID in upper case', answerWith((entry) => void (entry['logID'] = 'AB'.repeat(32)))],
    ['a body that is not base64', answerWith((entry) => void (entry['body'] = '*'))],
    ['a body that is not JSON', answerWith((entry) => void (entry['body'] = 'AAAA'))],
    [
      'no promise',
      answerWith((entry) => void Reflect.deleteProperty(entry.verification, 'signedEntryTimestamp')),
    ],
    ['no proof', answerWith((entry) => void Reflect.deleteProperty(entry.verification, 'inclusionProof'))],
    ['no checkpoint', answerWith((entry) => void delete entry.verification.inclusionProof['checkpoint'])],
    ['a short hash', answerWith((entry) => void (entry.verification.inclusionProof['hashes'] = ['00']))],
    [
      'a proof without end',
      answerWith(
        (entry) => void (entry.verification.inclusionProof['hashes'] = Array(65).fill('00'.repeat(32))),
      ),
    ],
    [
      'a key that stands twice',
      toyAnswer(toyProposal()).replace('"logIndex":1234', '"logIndex":1234,"logIndex":1235'),
    ],
  ])('refuses %s', (_title, answer) => {
    expect(() => processLogEntryAnswer(answer)).toThrowError(
      expect.objectContaining({ code: 'ERR_REKOR_ANSWER' }),
    );
  });

  it('refuses whatever else is thrown at it with its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(() => processLogEntryAnswer(text)).toThrowError(RekorError);
      }),
    );
  });
});

function changed(body: Uint8Array, from: RegExp | string, to: string): { canonicalizedBody: Uint8Array } {
  const text = Buffer.from(body).toString().replace(from, to);
  return { canonicalizedBody: encodeUtf8(text) };
}

const other = { certificate: toyCertificate('other') };

describe('assertDsseEntry', () => {
  const proposal = toyProposal();
  const body = toyBody(proposal);
  const { payload } = toyProposal('b').content;

  function refusalOf(change: Partial<TransparencyLogEntry>): unknown {
    const { entry } = processLogEntryAnswer(toyAnswer(proposal));
    try {
      assertDsseEntry({ ...entry, ...change }, proposal);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it('accepts the entry of the proposal, however its PEM is wrapped', () => {
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({ canonicalizedBody: toyBody(proposal, 7) })).toBeUndefined();
  });

  it.each([
    ['another kind', { kindVersion: { kind: 'hashedrekord', version: '0.0.1' } }],
    ['another version', { kindVersion: { kind: 'dsse', version: '0.0.2' } }],
    [
      'another payload',
      { canonicalizedBody: toyBody({ ...proposal, content: { ...proposal.content, payload } }) },
    ],
    ['another signature', { canonicalizedBody: toyBody(toyProposal()) }],
    ['another certificate', { canonicalizedBody: toyBody({ ...proposal, ...other }) }],
    ['a certificate that is none', changed(body, /"verifier":"[^"]*"/, '"verifier":"AAAA"')],
    ['another hash', changed(body, /sha256(?=.*signatures)/g, 'sha512')],
    ['two signatures', changed(body, /"signatures":\[(.*)\]/, '"signatures":[$1,$1]')],
    ['a body of another shape', { canonicalizedBody: encodeUtf8('{"spec":{}}') }],
    ['a body without a spec', { canonicalizedBody: encodeUtf8('{"spec":7}') }],
  ])('refuses an entry with %s', (_title, change) => {
    expect(refusalOf(change)).toMatchObject({ code: 'ERR_REKOR_ENTRY' });
  });
});

describe('assertHashedRekordEntry', () => {
  const proposal = toyDigestProposal();
  const body = toyBody(proposal);
  const { sha256 } = toyDigestProposal('b').content;

  function refusalOf(change: Partial<TransparencyLogEntry>): unknown {
    const { entry } = processLogEntryAnswer(toyAnswer(proposal));
    try {
      assertHashedRekordEntry({ ...entry, ...change }, proposal);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it('accepts the entry of the proposal, however its PEM is wrapped', () => {
    expect(refusalOf({})).toBeUndefined();
    expect(refusalOf({ canonicalizedBody: toyBody(proposal, 7) })).toBeUndefined();
  });

  it.each([
    ['another kind', { kindVersion: { kind: 'dsse', version: '0.0.1' } }],
    ['another version', { kindVersion: { kind: 'hashedrekord', version: '0.0.2' } }],
    [
      'another digest',
      { canonicalizedBody: toyBody({ ...proposal, content: { ...proposal.content, sha256 } }) },
    ],
    ['another signature', { canonicalizedBody: toyBody(toyDigestProposal()) }],
    ['another certificate', { canonicalizedBody: toyBody({ ...proposal, ...other }) }],
    ['another hash', changed(body, 'sha256', 'sha512')],
    ['a further field', changed(body, '"spec":{', '"spec":{"x":1,')],
    ['a body of another shape', { canonicalizedBody: encodeUtf8('{"spec":{}}') }],
  ])('refuses an entry with %s', (_title, change) => {
    expect(refusalOf(change)).toMatchObject({ code: 'ERR_REKOR_ENTRY' });
  });
});

describe.runIf(haveVectors)('entries of the public log', () => {
  const FILE = 'pep740/rfc8785-0.1.2-py3-none-any.whl.attestation';

  it('are the proposals that they were made from', () => {
    const { transparencyEntries, statement, signature, certificate } = parseAttestation(readVectorText(FILE));
    const [entry] = transparencyEntries;
    if (entry === undefined) throw new Error('the vector has no entry');
    const payloadType = 'application/vnd.in-toto+json';
    const content = { kind: 'dsse', payloadType, payload: statement, signature, keyid: '' } as const;
    const { entry: read } = processLogEntryAnswer(asAnswer(entry));
    expect(read).toEqual(entry);
    assertDsseEntry(read, { content, certificate });
  });
});

/** The v1 API's form of an entry. */
function asAnswer(entry: TransparencyLogEntry): string {
  const { inclusionProof: proof, inclusionPromise: promise, canonicalizedBody: body } = entry;
  const answer = {
    body: encodeBase64(body),
    integratedTime: Number(entry.integratedTime),
    logID: encodeHex(entry.logId),
    logIndex: Number(entry.logIndex),
    verification: {
      inclusionProof: {
        checkpoint: proof?.checkpoint,
        hashes: proof?.hashes.map((hash) => encodeHex(hash)),
        logIndex: Number(proof?.logIndex),
        rootHash: encodeHex(proof?.rootHash ?? new Uint8Array()),
        treeSize: Number(proof?.treeSize),
      },
      signedEntryTimestamp: encodeBase64(promise ?? new Uint8Array()),
    },
  };
  return JSON.stringify({ [uuidOf(body)]: answer });
}
