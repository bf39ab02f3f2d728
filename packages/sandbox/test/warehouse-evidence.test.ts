// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseLogCheckpoint } from '../src/warehouse/log-checkpoint.ts';
import { assertLogEntryUsable, parseLogEntry } from '../src/warehouse/log-entry.ts';
import { judgeStatement } from '../src/warehouse/publish-statement.ts';

const FILE = { filename: 'demo-1.0-py3-none-any.whl', sha256: 'a'.repeat(64) };
const PUBLISH = 'https://docs.pypi.org/attestations/publish/v1';
const SUBJECT = { name: FILE.filename, digest: { sha256: FILE.sha256 } };

function statement(over: Record<string, unknown> = {}): string {
  const type = 'https://in-toto.io/Statement/v1';
  return JSON.stringify({
    _type: type,
    subject: [SUBJECT],
    predicateType: PUBLISH,
    predicate: null,
    ...over,
  });
}

function verdict(payload: string): string {
  try {
    return judgeStatement(Buffer.from(payload), FILE);
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
}

const withSubject = (over: Record<string, unknown>) => statement({ subject: [{ ...SUBJECT, ...over }] });
const withNumber = (number: string) => statement({ predicate: { a: '@' } }).replace('"@"', number);

describe('a statement', () => {
  it.each([
    ['as pypi-attestations writes it', statement(), PUBLISH],
    ['with an empty predicate', statement({ predicate: {} }), PUBLISH],
    ['with any predicate object', statement({ predicate: { a: [1] } }), PUBLISH],
    ['without predicate', statement({ predicate: undefined }), PUBLISH],
    [
      'of SLSA',
      statement({ predicateType: 'https://slsa.dev/provenance/v1' }),
      'https://slsa.dev/provenance/v1',
    ],
    ['with keys that nobody knows', statement({ more: 1 }), PUBLISH],
    ['with a second digest', withSubject({ digest: { sha256: FILE.sha256, sha512: 'x' } }), PUBLISH],
    ['with the name spelled otherwise', withSubject({ name: 'Demo-1.0.0-py3-none-any.whl' }), PUBLISH],
    ['with white space around', ` ${statement()}\n`, PUBLISH],
  ])('%s holds', (_title, payload, type) => {
    expect(verdict(payload)).toBe(type);
  });

  it.each([
    ['two subjects', statement({ subject: [SUBJECT, SUBJECT] }), 'too many subjects'],
    ['no subject', statement({ subject: [] }), 'too many subjects'],
    ['a subject that is no list', statement({ subject: SUBJECT }), 'invalid statement'],
    ['no name', withSubject({ name: null }), 'invalid subject: missing name'],
    ['an empty name', withSubject({ name: '' }), 'invalid subject: missing name'],
    ['a name that is a number', withSubject({ name: 1 }), 'invalid statement'],
    [
      "a name that is no file's",
      withSubject({ name: 'demo' }),
      'invalid subject: unknown distribution format',
    ],
    [
      'another file',
      withSubject({ name: 'demo-1.1-py3-none-any.whl' }),
      'subject does not match distribution name',
    ],
    [
      'another digest',
      withSubject({ digest: { sha256: 'b'.repeat(64) } }),
      'subject does not match distribution digest',
    ],
    [
      'a digest in upper case',
      withSubject({ digest: { sha256: 'A'.repeat(64) } }),
      'subject does not match distribution digest',
    ],
    ['no SHA-256', withSubject({ digest: { sha512: 'x' } }), 'subject does not match distribution digest'],
    ['an MD5 beside it', withSubject({ digest: { sha256: FILE.sha256, md5: 'x' } }), 'invalid statement'],
    [
      'a digest that is a number',
      withSubject({ digest: { sha256: FILE.sha256, sha384: 1 } }),
      'invalid statement',
    ],
    ['another type', statement({ _type: 'https://in-toto.io/Statement/v0.1' }), 'invalid statement'],
    [
      'another predicate type',
      statement({ predicateType: 'https://slsa.dev/provenance/v0.2' }),
      'unknown attestation type',
    ],
    ['no predicate type', statement({ predicateType: undefined }), 'invalid statement'],
    ['a list for a predicate', statement({ predicate: [] }), 'invalid statement'],
    ['a text for a predicate', statement({ predicate: 'x' }), 'invalid statement'],
    ['a key twice', statement().replace('{', '{"predicateType":"x",'), 'invalid statement'],
    [
      'half a surrogate pair',
      statement({ predicate: { a: '@' } }).replace('@', '\\ud800'),
      'invalid statement',
    ],
    [
      'half a pair in a key',
      statement({ predicate: { '@': 1 } }).replace('@', '\\udc00'),
      'invalid statement',
    ],
    ['a number of 5000 digits', withNumber('1'.repeat(5000)), 'invalid statement'],
    ['NaN', withNumber('NaN'), 'invalid statement'],
    ['a byte order mark', `\ufeff${statement()}`, 'invalid statement'],
    ['something behind', `${statement()}x`, 'invalid statement'],
  ])('with %s does not', (_title, payload, words) => {
    expect(verdict(payload)).toContain(`ERR_WAREHOUSE_ATTESTATION_REFUSED ${words}`);
  });
});

const ROOT = Buffer.alloc(32, 7).toString('base64');
const KEY_ID = Buffer.alloc(32, 9);
const blob = (hint: Buffer) => Buffer.concat([hint.subarray(0, 4), Buffer.alloc(70, 1)]).toString('base64');
const LINE = `\u2014 rekor.test ${blob(KEY_ID)}\n`;
const WITNESS = `\u2014 witness ${blob(Buffer.alloc(4, 3))}\n`;
const HEADER = `rekor.test - 42\n9\n${ROOT}\n`;

describe('a checkpoint', () => {
  it.each([
    ['of one signature', `${HEADER}\n${LINE}`, 1],
    ['with other content', `${HEADER}Timestamp: 5\n\n${LINE}`, 1],
    ['with a witness', `${HEADER}\n${WITNESS}${LINE}`, 2],
  ])('%s is read', (_title, note, signatures) => {
    const { size, rootHash, keyHints } = parseLogCheckpoint(note);
    expect([size, Buffer.from(rootHash).toString('base64'), keyHints.length]).toEqual([9n, ROOT, signatures]);
  });

  it.each([
    ['nothing', ''],
    ['no signature', `${HEADER}\n`],
    ['no blank line', `${HEADER}${LINE}`],
    ['two blank lines', `${HEADER}\n${LINE}\n${LINE}`],
    ['no line break at the end', `${HEADER}\n${LINE.trimEnd()}`],
    ['a line that is no signature', `${HEADER}\nx\n${LINE}`],
    ['a hyphen for the dash', `${HEADER}\n${LINE.replace('\u2014', '-')}`],
    ['a signature of three bytes', `${HEADER}\n\u2014 a AAAA\n`],
    ['a signature that is no base64', `${HEADER}\n\u2014 a !!!!\n`],
    ['no origin', `\n9\n${ROOT}\n\n${LINE}`],
    ['a space first', ` ${HEADER}\n${LINE}`],
    ['no root hash', `rekor.test\n9\n\n${LINE}`],
    ['a size with a zero first', `rekor.test\n09\n${ROOT}\n\n${LINE}`],
    ['a size with a sign', `rekor.test\n+9\n${ROOT}\n\n${LINE}`],
    ['other line breaks', `${HEADER}\n${LINE}`.replaceAll('\n', '\r\n')],
  ])('with %s is malformed', (_title, note) => {
    expect(() => parseLogCheckpoint(note)).toThrowError(
      expect.objectContaining({ code: 'ERR_WAREHOUSE_ATTESTATION_REFUSED' }),
    );
  });
});

function entry(over: Record<string, unknown> = {}, proof: Record<string, unknown> = {}) {
  return {
    logIndex: '5',
    logId: { keyId: KEY_ID.toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: '1700000000',
    inclusionPromise: { signedEntryTimestamp: 'AAAA' },
    inclusionProof: {
      logIndex: '5',
      rootHash: ROOT,
      treeSize: '9',
      hashes: [ROOT],
      checkpoint: { envelope: `${HEADER}\n${LINE}` },
      ...proof,
    },
    canonicalizedBody: 'AAAA',
    ...over,
  };
}

describe('a log entry', () => {
  it('that says all it has to can be used', () => {
    expect(() => assertLogEntryUsable(parseLogEntry(entry() as never))).not.toThrow();
  });

  it.each<[string, ReturnType<typeof entry>, 'UNUSABLE' | 'REFUSED']>([
    [
      'the signature of another log only',
      entry({}, { checkpoint: { envelope: `${HEADER}\n${WITNESS}` } }),
      'REFUSED',
    ],
    [
      'its own signature twice',
      entry({}, { checkpoint: { envelope: `${HEADER}\n${LINE}${LINE}` } }),
      'REFUSED',
    ],
    ['another size in the checkpoint', entry({}, { treeSize: '10' }), 'REFUSED'],
    ['another root in the checkpoint', entry({}, { rootHash: KEY_ID.toString('base64') }), 'REFUSED'],
    ['an index beyond 2^53', entry({ logIndex: '9007199254740992' }), 'REFUSED'],
    ['a time beyond 2^53', entry({ integratedTime: '9007199254740992' }), 'REFUSED'],
    ['no time', entry({ integratedTime: null }), 'REFUSED'],
    ['a time of zero', entry({ integratedTime: '0' }), 'REFUSED'],
    ['another kind', entry({ kindVersion: { kind: 'hashedrekord', version: '0.0.1' } }), 'REFUSED'],
    ['a kind of Rekor v2', entry({ kindVersion: { kind: 'hashedrekord', version: '0.0.2' } }), 'REFUSED'],
    ['an unknown version', entry({ kindVersion: { kind: 'dsse', version: '1' } }), 'UNUSABLE'],
    ['no promise', entry({ inclusionPromise: null }), 'UNUSABLE'],
    ['no checkpoint', entry({}, { checkpoint: null }), 'UNUSABLE'],
    ['an unknown key', entry({ more: 1 }), 'UNUSABLE'],
    ['an unknown key in the proof', entry({}, { more: 1 }), 'UNUSABLE'],
    ['keys in snake case', entry({ log_index: '5' }), 'UNUSABLE'],
    ['a number', entry({ logIndex: 5 }), 'UNUSABLE'],
    ['a sign', entry({ logIndex: '+5' }), 'UNUSABLE'],
    ['an index as large as the tree', entry({}, { logIndex: '9' }), 'UNUSABLE'],
    ['a root hash of 31 bytes', entry({}, { rootHash: Buffer.alloc(31).toString('base64') }), 'UNUSABLE'],
    ['a key id of four bytes', entry({ logId: { keyId: 'CQkJCQ==' } }), 'UNUSABLE'],
    ['base64 of the other alphabet', entry({ canonicalizedBody: '-_-_' }), 'UNUSABLE'],
  ])('with %s cannot', (_title, value, kind) => {
    expect(() => assertLogEntryUsable(parseLogEntry(value as never))).toThrowError(
      expect.objectContaining({ code: `ERR_WAREHOUSE_ATTESTATION_${kind}` }),
    );
  });
});
