// SPDX-License-Identifier: Apache-2.0
import { createHash, sign } from 'node:crypto';
import { encodeBase64, encodeHex } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../src/index.ts';
import { der, extension, oid, sequence, text } from './der.ts';
import {
  directoryName,
  hash,
  makeTsa,
  makeTsaRoot,
  SIGNED_AT,
  signer,
  stranger,
} from './lab-certificates.ts';
import type { Json } from './lab-entries.ts';
import { integer, type TimestampRecipe } from './lab-timestamps.ts';
import { ARTIFACT, FILE, FILENAME, judgeMade, make, type Recipe } from './lab.ts';

/** A change, the code that it is refused with, and words of the reason, which single out the rule. */
type Row = readonly [what: string, recipe: Recipe, code: string, says: string];
const [TIMESTAMP, VALIDITY, STATEMENT, SIGNATURE, BUNDLE] = [
  'ERR_TIMESTAMP',
  'ERR_CERTIFICATE_VALIDITY',
  'ERR_STATEMENT',
  'ERR_SIGNATURE',
  'ERR_BUNDLE',
];

const stamped = (...timestamps: TimestampRecipe[]): Recipe => ({ entries: [{ log: 'v2' }], timestamps });
const accuracy = (...fields: Uint8Array[]) => stamped({ rest: [sequence(...fields)] });
const TIMESTAMPS: readonly Row[] = [
  ['none, where the log gives no time', stamped(), TIMESTAMP, 'nothing proves'],
  ['granted with modifications', stamped({ status: 1 }), TIMESTAMP, 'did not grant'],
  ['rejected', stamped({ status: 2 }), TIMESTAMP, 'did not grant'],
  ['waiting', stamped({ status: 3 }), TIMESTAMP, 'did not grant'],
  ['of another version', stamped({ version: 2 }), TIMESTAMP, 'another version'],
  ['on another signature', stamped({ imprint: hash(text('x')) }), TIMESTAMP, 'on another signature'],
  [
    'by SHA-1',
    stamped({ imprintHash: '1.3.14.3.2.26', imprint: new Uint8Array(20) }),
    TIMESTAMP,
    'not supported',
  ],
  ['with a short imprint', stamped({ imprint: new Uint8Array(31) }), TIMESTAMP, 'another length'],
  [
    'with signed attributes of another type',
    stamped({ contentType: '1.2.840.113549.1.7.1' }),
    TIMESTAMP,
    'signed content type is another',
  ],
  [
    'with a digest of other content',
    stamped({ digest: new Uint8Array(32) }),
    TIMESTAMP,
    'digest is of other content',
  ],
  ['by another key', stamped({ key: stranger }), TIMESTAMP, 'signature of the timestamp authority is wrong'],
  ['by an authority of another name', stamped({ issuer: 'nobody' }), TIMESTAMP, 'no timestamp authority'],
  ['by another certificate of it', stamped({ serial: 8 }), TIMESTAMP, 'no timestamp authority'],
  ['that names no certificate', stamped({ names: null }), TIMESTAMP, 'no attribute names'],
  [
    'that names another certificate',
    stamped({ names: makeTsaRoot() }),
    TIMESTAMP,
    'another certificate as its signer',
  ],
  [
    'that brings a certificate of another authority',
    stamped({ certificates: [makeTsaRoot({ serial: [8] })] }),
    TIMESTAMP,
    'not of its authority',
  ],
  [
    'with unsigned attributes',
    stamped({ unsigned: der(0xa1, sequence(oid('1.2.3'), der(0x31, der(5)))) }),
    TIMESTAMP,
    'not understood',
  ],
  ['with bytes after it', stamped({ tail: Uint8Array.of(0) }), TIMESTAMP, 'after the end'],
  ['that may be off by more than a minute', accuracy(integer(61)), TIMESTAMP, 'too inexact'],
  ['with an accuracy that is none', accuracy(der(0x80, Uint8Array.of(0))), TIMESTAMP, 'out of range'],
  [
    'that gives its authority another name',
    stamped({ rest: [der(0xa0, der(0xa4, directoryName('other')))] }),
    TIMESTAMP,
    'another name than its certificate',
  ],
  [
    'that names its authority by its host',
    stamped({ rest: [der(0xa0, der(0x82, text('tsa.example')))] }),
    TIMESTAMP,
    'not a directory name',
  ],
  [
    'with a critical extension',
    stamped({ rest: [der(0xa1, extension('1.2.3', der(5), true))] }),
    TIMESTAMP,
    'critical extension',
  ],
  ['with an unknown field', stamped({ rest: [der(4, Uint8Array.of(1))] }), TIMESTAMP, 'not understood'],
  ['before the certificate', stamped({ at: SIGNED_AT - 61 }), VALIDITY, 'not valid'],
  ['after the certificate', stamped({ at: SIGNED_AT + 541 }), VALIDITY, 'not valid'],
  ['after the certificate beside a good one', stamped({}, { at: SIGNED_AT + 541 }), VALIDITY, 'not valid'],
  ['wrong beside a good one', stamped({}, { key: stranger }), TIMESTAMP, 'is wrong'],
  ['of nobody beside a good one', stamped({}, { issuer: 'nobody' }), TIMESTAMP, 'no timestamp authority'],
  [
    'twice',
    { ...stamped({}), bundle: (bundle) => double(bundle, 'timestampVerificationData', 'rfc3161Timestamps') },
    TIMESTAMP,
    'stands twice',
  ],
  [
    'that is no DER',
    { ...stamped({}), bundle: (bundle) => replaceStamp(bundle, 'AAAA') },
    TIMESTAMP,
    'malformed',
  ],
];

function materialOf(bundle: Json): Json {
  return bundle['verificationMaterial'] as Json;
}
function double(bundle: Json, ...path: [string, string]): void {
  const list = (materialOf(bundle)[path[0]] as Json)[path[1]] as unknown[];
  list.push(list[0]);
}
function replaceStamp(bundle: Json, signedTimestamp: string): void {
  materialOf(bundle)['timestampVerificationData'] = { rfc3161Timestamps: [{ signedTimestamp }] };
}

const digestBy = (name: string) => createHash(name).update(FILE).digest('hex');
const SUBJECT = { name: FILENAME, digest: { sha256: encodeHex(hash(FILE)) } };
const PUBLISH = 'https://docs.pypi.org/attestations/publish/v1';
const SLSA = 'https://slsa.dev/provenance/v1';
const stating = (changes: Json, edit: (json: string) => string = (json) => json): Recipe => ({
  payload: text(
    edit(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [SUBJECT],
        predicateType: PUBLISH,
        predicate: null,
        ...changes,
      }),
    ),
  ),
});
const about = (...subject: unknown[]): Recipe => stating({ subject });
const inSlsa = (...subject: unknown[]): Recipe => stating({ subject, predicateType: SLSA, predicate: {} });
const OTHER = { name: 'other-1.0.tar.gz', digest: { sha256: 'ab'.repeat(32) } };

const STATEMENTS: readonly Row[] = [
  ['another type of payload', { payloadType: 'text/plain' }, STATEMENT, 'does not hold an in-toto statement'],
  [
    'an older type of payload',
    { payloadType: 'application/vnd.in-toto+json;v=1' },
    STATEMENT,
    'does not hold',
  ],
  ['a payload that is no JSON', { payload: text('hello') }, STATEMENT, 'not valid JSON'],
  ['a payload that is no UTF-8', { payload: Uint8Array.of(0x7b, 0xff, 0x7d) }, STATEMENT, 'UTF-8'],
  ['a payload with a mark before it', { payload: text('\ufeff{}') }, STATEMENT, 'not valid JSON'],
  ['a list', { payload: text('[]') }, STATEMENT, 'an object'],
  ['no type', stating({ _type: undefined }), STATEMENT, '_type'],
  ['a type of tomorrow', stating({ _type: 'https://in-toto.io/Statement/v2' }), STATEMENT, '_type'],
  ['a type with a slash more', stating({ _type: 'https://in-toto.io/Statement/v1/' }), STATEMENT, '_type'],
  ['no predicate type', stating({ predicateType: undefined }), STATEMENT, 'predicateType'],
  ['an empty predicate type', stating({ predicateType: '' }), STATEMENT, 'predicateType'],
  ['a predicate that is a list', stating({ predicate: [] }), STATEMENT, 'predicate'],
  ['no subject', about(), STATEMENT, 'at least one subject'],
  ['two subjects', about(SUBJECT, OTHER), STATEMENT, 'exactly one subject'],
  ['a subject twice', about(SUBJECT, SUBJECT), STATEMENT, 'exactly one subject'],
  [
    'a second list of subjects',
    stating({}, (json) => json.replace('{', '{"subject":[],')),
    STATEMENT,
    'stands twice',
  ],
  ['a subject of another name', about({ ...SUBJECT, name: OTHER.name }), 'ERR_SUBJECT_NAME', 'another name'],
  [
    'a subject that is no distribution',
    about({ ...SUBJECT, name: 'sample' }),
    'ERR_SUBJECT_NAME',
    'not named as a distribution',
  ],
  ['a subject without a name', about({ digest: SUBJECT.digest }), STATEMENT, 'name'],
  [
    'a subject of another digest',
    about({ ...SUBJECT, digest: OTHER.digest }),
    'ERR_SUBJECT_DIGEST',
    'other content',
  ],
  [
    'a digest in capitals',
    about({ ...SUBJECT, digest: { sha256: SUBJECT.digest.sha256.toUpperCase() } }),
    STATEMENT,
    'lower-case',
  ],
  [
    'a digest under a name in capitals',
    about({ ...SUBJECT, digest: { SHA256: SUBJECT.digest.sha256 } }),
    'ERR_SUBJECT_DIGEST',
    'other content',
  ],
  [
    'a short digest',
    about({ ...SUBJECT, digest: { sha256: SUBJECT.digest.sha256.slice(2) } }),
    STATEMENT,
    '32 bytes',
  ],
  ['no digest', about({ ...SUBJECT, digest: {} }), STATEMENT, 'digests'],
  [
    'SHA-512 alone, in a publish statement',
    about({ ...SUBJECT, digest: { sha512: digestBy('sha512') } }),
    'ERR_SUBJECT_DIGEST',
    'other content',
  ],
  [
    'a digest by SHA-512 of another file beside the right one',
    about({ ...SUBJECT, digest: { ...SUBJECT.digest, sha512: 'ab'.repeat(64) } }),
    'ERR_SUBJECT_DIGEST',
    'other content',
  ],
  ['other subjects alone, of another type', inSlsa(OTHER, OTHER), 'ERR_SUBJECT_DIGEST', 'no subject'],
  [
    'more subjects than there can be',
    inSlsa(...Array.from({ length: 1025 }, () => SUBJECT)),
    STATEMENT,
    '1024',
  ],
  [
    'more digests than there can be',
    inSlsa({
      name: 'x',
      digest: Object.fromEntries(Array.from({ length: 33 }, (_one, index) => [`h${index}`, 'ab'])),
    }),
    STATEMENT,
    '32 digests',
  ],
  [
    'a type that was not demanded',
    stating({ predicateType: 'https://example.org/x' }),
    'ERR_PREDICATE_TYPE',
    'something else',
  ],
];

const spoil = (data: Uint8Array) =>
  new Uint8Array(sign('sha256', Buffer.concat([data, text('x')]), signer.privateKey));
const envelope = (key: string, value: unknown): Recipe => ({
  bundle: (bundle) => void ((bundle['dsseEnvelope'] as Json)[key] = value),
});
const message = (recipe: Recipe = {}): Recipe => ({ content: 'message', ...recipe });
const named = (algorithm: string, digest: string): Recipe =>
  message({
    bundle: (bundle) => void ((bundle['messageSignature'] as Json)['messageDigest'] = { algorithm, digest }),
  });
const base64Of = (name: string) => createHash(name).update(FILE).digest('base64');

const SIGNATURES: readonly Row[] = [
  ['of other bytes, logged as it is', { sign: spoil }, SIGNATURE, 'is wrong'],
  [
    'by another key, logged as it is',
    { sign: (data) => new Uint8Array(sign('sha256', data, stranger.privateKey)) },
    SIGNATURE,
    'is wrong',
  ],
  [
    'by another hash',
    { sign: (data) => new Uint8Array(sign('sha512', data, signer.privateKey)) },
    SIGNATURE,
    'is wrong',
  ],
  ['that is no DER', { sign: () => Uint8Array.of(1, 2, 3) }, SIGNATURE, 'is wrong'],
  [
    'with bytes after it',
    { sign: (data) => Buffer.concat([sign('sha256', data, signer.privateKey), Buffer.of(0)]) },
    SIGNATURE,
    'is wrong',
  ],
  [
    'of the payload alone',
    { sign: () => new Uint8Array(sign('sha256', text('{}'), signer.privateKey)) },
    SIGNATURE,
    'is wrong',
  ],
  ['of other bytes, of a message', message({ sign: spoil }), SIGNATURE, 'is wrong'],
  [
    'and a second one',
    {
      bundle: (bundle) => {
        const { signatures } = bundle['dsseEnvelope'] as { signatures: unknown[] };
        signatures.push(signatures[0]);
      },
    },
    BUNDLE,
    'exactly one signature',
  ],
  ['and none', envelope('signatures', []), BUNDLE, 'exactly one signature'],
  [
    'over another payload',
    envelope('payload', encodeBase64(text('{}'))),
    'ERR_LOG_ENTRY_MISMATCH',
    'another digest',
  ],
  [
    'over another type of payload',
    { ...envelope('payloadType', 'text/plain'), entries: [{ log: 'v2' }] },
    'ERR_LOG_ENTRY_MISMATCH',
    'another digest',
  ],
  [
    'of a message that names another digest',
    named('SHA2_256', encodeBase64(new Uint8Array(32))),
    'ERR_SUBJECT_DIGEST',
    'another file',
  ],
  [
    'of a message that names another digest by SHA-512',
    named('SHA2_512', encodeBase64(new Uint8Array(64))),
    'ERR_SUBJECT_DIGEST',
    'another file',
  ],
  ['of a message that names a digest by nothing known', named('MD5', 'AAAA'), BUNDLE, 'known hash'],
  [
    'of a message that names a digest of another length',
    named('SHA2_256', 'AAAA'),
    BUNDLE,
    'SHA2_256 digest',
  ],
];

const BY_DIGEST: Artifact = { filename: FILENAME, sha256: hash(FILE) };

describe('what the signer and the timestamp authority signed, signed again', () => {
  it.each<[string, Recipe, Artifact?]>([
    ['two timestamps', stamped({}, { at: SIGNED_AT + 1 })],
    ['another policy of the authority', stamped({ policy: '1.2.3.4' })],
    ['its own certificate along', stamped({ certificates: [makeTsa()] })],
    ['an accuracy of a minute', accuracy(integer(60))],
    ['the name of its authority', stamped({ rest: [der(0xa0, der(0xa4, directoryName('lab-tsa')))] })],
    ['a nonce', stamped({ rest: [integer(5)] })],
    ['an older Statement', stating({ _type: 'https://in-toto.io/Statement/v0.1' })],
    ['a statement of many, one of them right', inSlsa(OTHER, { name: 'x', digest: SUBJECT.digest })],
    ['a field of the statement that nobody knows', stating({ more: 1 })],
    ['an object for a predicate', stating({ predicate: {} })],
    ['a message', message(), ARTIFACT],
    ['a message by its digest', message(), BY_DIGEST],
    ['a message that names its digest', named('SHA2_512', base64Of('sha512'))],
    ['a message that names its digest by SHA-3', named('SHA3_256', base64Of('sha3-256'))],
    ['a key id in the envelope', { keyid: 'anything' }],
  ])('%s: accepted', (_what, recipe, artifact = ARTIFACT) => {
    expect(judgeMade(make(recipe), { artifact })).toEqual({ code: 'accepted', message: '' });
  });

  it.each(TIMESTAMPS)('a timestamp %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(STATEMENTS)('a statement with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(SIGNATURES)('a signature %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
});
