// SPDX-License-Identifier: Apache-2.0
import { encodeBase64 } from '@colophon/base';
import { encodePem } from '@colophon/pki';
import { describe, expect, it } from 'vitest';
import { hash, newKeys, SIGNED_AT, spki, stranger } from './lab-certificates.ts';
import { rekor1, rekor2, type EntryRecipe, type Json } from './lab-entries.ts';
import { judgeMade, make, type Recipe } from './lab.ts';
import { text } from './der.ts';

/** A change, the code that it is refused with, and words of the reason, which single out the rule. */
type Row = readonly [what: string, recipe: Recipe, code: string, says: string];
const [ENTRY, MISMATCH, PROMISE, CHECKPOINT, INCLUSION] = [
  'ERR_LOG_ENTRY',
  'ERR_LOG_ENTRY_MISMATCH',
  'ERR_LOG_PROMISE',
  'ERR_LOG_CHECKPOINT',
  'ERR_LOG_INCLUSION',
];

const v1 = (recipe: Partial<EntryRecipe>): Recipe => ({ entries: [{ log: 'v1', ...recipe }] });
const v2 = (recipe: Partial<EntryRecipe>): Recipe => ({ entries: [{ log: 'v2', ...recipe }] });
const message = (recipe: Partial<EntryRecipe>): Recipe => ({ ...v1(recipe), content: 'message' });
const inToto = (recipe: Partial<EntryRecipe>): Recipe => v1({ kind: 'intoto', ...recipe });

const other = newKeys();
const KEY_PEM = encodePem(spki(other.publicKey), 'PUBLIC KEY');
const OTHER_LEAF = Buffer.from(
  (JSON.parse(make().bundle) as { verificationMaterial: { certificate: { rawBytes: string } } })
    .verificationMaterial.certificate.rawBytes,
  'base64',
);
const OTHER_PEM = encodePem(OTHER_LEAF, 'CERTIFICATE');
const at = (document: unknown, path: string): Json =>
  path.split('.').reduce((one, key) => one[key] as Json, document as Json);
const put =
  (path: string, key: string, value: unknown) =>
  (document: Json): void =>
    void (at(document, path)[key] = value);
const V2 = 'spec.hashedRekordV002';
const V2_VERIFIER = `${V2}.signature.verifier`;
const twice = (value: string) => encodeBase64(text(encodeBase64(text(value))));

/** What a log wrote down that the bundle does not say, by each kind of entry. */
const BODIES: readonly Row[] = [
  ['dsse: another certificate', v1({ verifier: OTHER_PEM }), MISMATCH, 'another certificate'],
  ['dsse: a bare key', v1({ verifier: KEY_PEM }), MISMATCH, 'another certificate'],
  ['dsse: junk for a certificate', v1({ verifier: 'junk' }), ENTRY, 'PEM'],
  ['dsse: two certificates', v1({ verifier: OTHER_PEM + OTHER_PEM }), ENTRY, 'one certificate or public key'],
  ['dsse: no certificate', v1({ verifier: '' }), ENTRY, 'PEM'],
  ['dsse: another signature', v1({ signature: Uint8Array.of(1) }), MISMATCH, 'another signature'],
  ['dsse: another payload', v1({ hashed: text('other') }), MISMATCH, 'another digest'],
  ['dsse: no signature', v1({ spec: put('spec', 'signatures', []) }), ENTRY, 'one signature'],
  [
    'dsse: two signatures',
    v1({
      spec: (body) => (at(body, 'spec')['signatures'] as unknown[]).push(at(body, 'spec.signatures')['0']),
    }),
    ENTRY,
    'one signature',
  ],
  [
    'dsse: a hash of the envelope that is none',
    v1({ spec: put('spec', 'envelopeHash', 'x') }),
    ENTRY,
    'Hash',
  ],
  ['dsse: an unknown field', v1({ spec: put('spec', 'more', 1) }), ENTRY, '"more"'],
  ['dsse: a second spec', v1({ body: (body) => `{"spec":{},${body.slice(1)}` }), ENTRY, 'stands twice'],
  [
    'dsse: another kind inside',
    v1({ body: (body) => body.replace('"dsse"', '"hashedrekord"') }),
    ENTRY,
    'a body of kind dsse/0.0.1',
  ],
  [
    'dsse: another version inside',
    v1({ body: (body) => body.replace('0.0.1', '0.0.2') }),
    ENTRY,
    'a body of kind dsse/0.0.1',
  ],
  ['dsse: bytes after the body', v1({ body: (body) => `${body}{}` }), ENTRY, 'JSON'],
  [
    'dsse: a digest in capitals',
    v1({ body: (body) => body.replace(/[0-9a-f]{64}/g, (hex) => hex.toUpperCase()) }),
    ENTRY,
    'malformed',
  ],
  [
    'dsse: the withdrawn version',
    v1({ kindVersion: { kind: 'dsse', version: '0.0.2' } }),
    ENTRY,
    'not supported',
  ],
  ['dsse for a message', { ...v1({ kind: 'dsse' }), content: 'message' }, MISMATCH, 'kind of content'],
  ['hashedrekord: another certificate', message({ verifier: OTHER_PEM }), MISMATCH, 'another certificate'],
  ['hashedrekord: a bare key', message({ verifier: KEY_PEM }), MISMATCH, 'another certificate'],
  [
    'hashedrekord: another signature',
    message({ signature: Uint8Array.of(1) }),
    MISMATCH,
    'another signature',
  ],
  ['hashedrekord: another file', message({ hashed: text('other') }), MISMATCH, 'another digest'],
  [
    'hashedrekord: an unknown hash',
    message({ spec: put('spec.data.hash', 'algorithm', 'sha1') }),
    ENTRY,
    'SHA-2',
  ],
  [
    'hashedrekord: a digest of another length',
    message({ spec: put('spec.data.hash', 'value', 'ab') }),
    ENTRY,
    'sha256 digest',
  ],
  ['hashedrekord: an unknown field', message({ spec: put('spec.data', 'more', 1) }), ENTRY, '"more"'],
  [
    'hashedrekord: another version',
    message({ kindVersion: { kind: 'hashedrekord', version: '0.0.3' } }),
    ENTRY,
    'not supported',
  ],
  ['intoto: another certificate', inToto({ verifier: OTHER_PEM }), MISMATCH, 'another certificate'],
  ['intoto: another signature', inToto({ signature: Uint8Array.of(1) }), MISMATCH, 'another signature'],
  ['intoto: another digest', inToto({ hashed: text('other') }), MISMATCH, 'another digest'],
  [
    'intoto: another payload',
    inToto({ spec: put('spec.content.envelope', 'payload', twice('other')) }),
    MISMATCH,
    'another payload',
  ],
  [
    'intoto: another type of payload',
    inToto({ spec: put('spec.content.envelope', 'payloadType', 'text/plain') }),
    MISMATCH,
    'type of payload',
  ],
  [
    'intoto: a key id that the bundle lacks',
    inToto({ spec: put('spec.content.envelope.signatures.0', 'keyid', 'k') }),
    MISMATCH,
    'another key id',
  ],
  [
    'intoto: two signatures',
    inToto({
      spec: (body) =>
        (at(body, 'spec.content.envelope')['signatures'] as unknown[]).push(
          at(body, 'spec.content.envelope.signatures')['0'],
        ),
    }),
    ENTRY,
    'one signature',
  ],
  [
    'intoto: a hash that is none',
    inToto({ spec: put('spec.content', 'hash', 'x') }),
    ENTRY,
    'spec.content.hash',
  ],
  [
    'intoto: the first version',
    inToto({ kindVersion: { kind: 'intoto', version: '0.0.1' } }),
    ENTRY,
    'not supported',
  ],
  ['Rekor v2: another certificate', v2({ verifier: OTHER_LEAF }), MISMATCH, 'another certificate'],
  [
    'Rekor v2: a bare key',
    v2({
      spec: (body) => {
        put(V2_VERIFIER, 'x509Certificate', null)(body);
        put(V2_VERIFIER, 'publicKey', { rawBytes: encodeBase64(spki(other.publicKey)) })(body);
      },
    }),
    MISMATCH,
    'another certificate',
  ],
  [
    'Rekor v2: no certificate',
    v2({ spec: put(V2_VERIFIER, 'x509Certificate', null) }),
    ENTRY,
    'one certificate or public key',
  ],
  [
    'Rekor v2: a certificate and a key',
    v2({ spec: put(V2_VERIFIER, 'publicKey', { rawBytes: '' }) }),
    ENTRY,
    'one certificate or public key',
  ],
  ['Rekor v2: another signature', v2({ signature: Uint8Array.of(1) }), MISMATCH, 'another signature'],
  ['Rekor v2: another digest', v2({ hashed: text('other') }), MISMATCH, 'another digest'],
  [
    'Rekor v2: the digest of the payload alone',
    v2({ spec: put(`${V2}.data`, 'digest', encodeBase64(hash(text('{}')))) }),
    MISMATCH,
    'another digest',
  ],
  [
    'Rekor v2: another name of the key',
    v2({ spec: put(V2_VERIFIER, 'keyDetails', 'PKIX_ED25519') }),
    ENTRY,
    'not the one that its signature gives',
  ],
  [
    'Rekor v2: another name of the hash',
    v2({ spec: put(`${V2}.data`, 'algorithm', 'SHA2_512') }),
    ENTRY,
    'sha512 digest',
  ],
  [
    'Rekor v2: other order of keys',
    v2({
      body: (body) => body.replace('{"apiVersion":"0.0.2",', '{').replace(/\}$/, ',"apiVersion":"0.0.2"}'),
    }),
    ENTRY,
    'not the one that its signature gives',
  ],
  [
    'Rekor v2: a space',
    v2({ body: (body) => body.replace(',', ', ') }),
    ENTRY,
    'not the one that its signature gives',
  ],
  ['Rekor v2: an unknown field', v2({ spec: put(V2, 'more', 1) }), ENTRY, '"more"'],
  ['Rekor v2: a second spec', v2({ body: (body) => `{"spec":{},${body.slice(1)}` }), ENTRY, 'stands twice'],
  ['an unknown kind', v1({ kindVersion: { kind: 'rekord', version: '0.0.1' } }), ENTRY, 'not supported'],
  [
    'a kind named like a method',
    v1({ kindVersion: { kind: 'toString', version: '' } }),
    'ERR_BUNDLE',
    'not empty',
  ],
];

const edited = (change: (signed: string) => string) => v1({ promise: change });
const entryWith = (key: string, value: unknown): Partial<EntryRecipe> => ({
  entry: (entry) => void (entry[key] = value),
});

const PROMISES: readonly Row[] = [
  ['another body', edited((signed) => signed.replace(/"body":"[^"]*"/, '"body":""')), PROMISE, 'is wrong'],
  [
    'another time',
    edited((signed) => signed.replace(String(SIGNED_AT), String(SIGNED_AT + 1))),
    PROMISE,
    'is wrong',
  ],
  ['another index', edited((signed) => signed.replace('"logIndex":7', '"logIndex":8')), PROMISE, 'is wrong'],
  ['another log', edited((signed) => signed.replace(/"logID":"..../, '"logID":"0000')), PROMISE, 'is wrong'],
  ['a text with a space', edited((signed) => signed.replace(',', ', ')), PROMISE, 'is wrong'],
  ['a promise without a time', v1(entryWith('integratedTime', null)), PROMISE, 'no time'],
  ['a time beyond all calendars', v1({ integratedTime: 9e15 }), 'ERR_TIMESTAMP', 'out of range'],
  ['a time of zero', v1({ integratedTime: 0 }), PROMISE, 'no time'],
  [
    'a time after the certificate',
    v1({ integratedTime: SIGNED_AT + 600 }),
    'ERR_CERTIFICATE_VALIDITY',
    'not valid',
  ],
  [
    'a time before the certificate',
    v1({ integratedTime: SIGNED_AT - 61 }),
    'ERR_CERTIFICATE_VALIDITY',
    'not valid',
  ],
  ['a promise by Rekor v2', v2({ promise: (signed) => signed }), ENTRY, 'no such log gives'],
  [
    'a time without a promise, and no other',
    {
      ...v1({ promise: null, logIndex: '1', ...entryWith('integratedTime', String(SIGNED_AT)) }),
      timestamps: [],
    },
    'ERR_TIMESTAMP',
    'nothing proves',
  ],
  [
    'a right promise beside a timestamp that is wrong',
    { ...v1({}), timestamps: [{ at: SIGNED_AT + 600 }] },
    'ERR_CERTIFICATE_VALIDITY',
    'not valid',
  ],
  [
    'an index beyond what a number holds',
    v1(entryWith('logIndex', '9007199254740992')),
    ENTRY,
    'out of range',
  ],
];

const INCLUSIONS: readonly Row[] = [
  [
    'another root hash beside it',
    v2({ proof: { rootHash: encodeBase64(new Uint8Array(32)) } }),
    INCLUSION,
    'different trees',
  ],
  ['another size beside it', v2({ proof: { treeSize: '3' } }), INCLUSION, 'different trees'],
  ['another index beside it', v2({ proof: { logIndex: '0' } }), ENTRY, 'different indices'],
  ['another index of its own', v2({ logIndex: '7' }), ENTRY, 'different indices'],
  ['another index in the tree of a shard', v1({ proof: { logIndex: '0' } }), INCLUSION, 'does not lead'],
  ['no hashes', v2({ proof: { hashes: [] } }), INCLUSION, 'does not lead'],
  [
    'a hash too many',
    v2({ proof: { hashes: Array(2).fill(encodeBase64(hash(text('the leaf beside it')))) } }),
    INCLUSION,
    'does not lead',
  ],
  ['another hash', v2({ proof: { hashes: [encodeBase64(new Uint8Array(32))] } }), INCLUSION, 'does not lead'],
  ['a tree of another leaf', v2({ treeRoot: hash(text('x')) }), INCLUSION, 'does not lead'],
  [
    'a tree without the entry',
    v2({ size: '1', proof: { treeSize: '1' } }),
    'ERR_BUNDLE',
    'a tree that holds the index',
  ],
  ['no checkpoint', v2({ proof: { checkpoint: null } }), 'ERR_BUNDLE', 'inclusion proof with a checkpoint'],
  ['no proof', v2({ proof: null }), 'ERR_BUNDLE', 'inclusion proof with a checkpoint'],
];

const logsOf = (root: Json) => root['tlogs'] as [Json, Record<'baseUrl', string>];

const NOTES: readonly Row[] = [
  ['an origin of another log', v2({ origin: 'other.example' }), CHECKPOINT, 'of another log'],
  ['a part of the log’s name', v2({ origin: 'rekor2', name: 'rekor2' }), CHECKPOINT, 'of another log'],
  [
    'a longer name',
    v2({ origin: 'rekor2.example.org', name: 'rekor2.example.org' }),
    CHECKPOINT,
    'of another log',
  ],
  [
    'another log of the root',
    v2({ origin: 'rekor.example', name: 'rekor.example' }),
    CHECKPOINT,
    'of another log',
  ],
  ['the id of a tree, by Rekor v2', v2({ origin: 'rekor2.example - 42' }), CHECKPOINT, 'of another log'],
  ['a tree id that is none', v1({ origin: 'rekor.example - x' }), CHECKPOINT, 'of another log'],
  ['a name on the line that is another', v2({ name: 'witness.example' }), CHECKPOINT, 'did not sign'],
  [
    'a name on the line that is another one of the log',
    { ...v2({ name: 'rekor2.example/path' }), root: (root) => void (logsOf(root)[1]['baseUrl'] += '/path') },
    CHECKPOINT,
    'did not sign',
  ],
  ['another key id', v2({ keyId: Uint8Array.of(1, 2, 3, 4) }), CHECKPOINT, 'did not sign'],
  ['another key', v2({ noteKey: newKeys().privateKey }), CHECKPOINT, 'is wrong'],
  ['a size in hexadecimal', v2({ size: '0x2' }), CHECKPOINT, 'decimal'],
  ['a size with a zero before it', v2({ size: '02' }), CHECKPOINT, 'decimal'],
  ['a size with a sign', v2({ size: '+2' }), CHECKPOINT, 'decimal'],
  ['a size in other digits', v2({ size: '٢' }), CHECKPOINT, 'decimal'],
  ['a size that is not the proof’s', v2({ size: '3' }), INCLUSION, 'different trees'],
  ['no origin', v2({ note: (note) => note.replace(/^.*\n/, '') }), CHECKPOINT, 'malformed'],
  ['no size', v2({ note: (note) => note.replace('\n2\n', '\n') }), CHECKPOINT, 'malformed'],
  [
    'no root hash',
    v2({ note: (note) => note.split('\n').slice(0, 2).join('\n') + '\n' }),
    CHECKPOINT,
    'malformed',
  ],
  ['an empty line in it', v2({ note: (note) => `${note}\nx\n` }), CHECKPOINT, 'malformed'],
  ['text after the signatures', v2({ envelope: (one) => `${one}more\n` }), CHECKPOINT, 'not a signature'],
  [
    'a signature line of another form',
    v2({ envelope: (one) => `${one}- rekor2.example AAAAAAA=\n` }),
    CHECKPOINT,
    'not a signature',
  ],
  [
    'a bad signature of the log’s own key beside a good one',
    v2({ envelope: (one, line) => one + line('another note\n') }),
    CHECKPOINT,
    'is wrong',
  ],
  [
    'more signatures than there can be',
    v2({ envelope: (one, line) => one + line('x\n', 'w.example').repeat(128) }),
    CHECKPOINT,
    'too many',
  ],
  ['no signature', v2({ envelope: (one) => `${one.split('\n\n')[0]}\n\n` }), CHECKPOINT, 'malformed'],
];

const clock = (count: number): Recipe => ({
  entries: Array.from({ length: count }, () => ({ log: 'v2' }) as const),
});
const ENTRIES: readonly Row[] = [
  ['none', { entries: [] }, ENTRY, 'no transparency log'],
  ['one twice', clock(2), ENTRY, 'stands twice'],
  [
    'one twice, by another promise',
    { entries: [{ log: 'v1' }, { log: 'v1', integratedTime: SIGNED_AT + 1 }] },
    ENTRY,
    'stands twice',
  ],
  ['of an unknown log', v1({ logId: new Uint8Array(32) }), 'ERR_LOG_UNKNOWN', 'not one of the trusted root'],
  [
    'of the id of the other log',
    v1({ logId: hash(text('rekor2.example\n'), Uint8Array.of(1), spki(rekor2.publicKey).subarray(-32)) }),
    PROMISE,
    'is wrong',
  ],
  [
    'one of two of an unknown log',
    { entries: [{ log: 'v2' }, { log: 'v1', logId: new Uint8Array(32) }] },
    'ERR_LOG_UNKNOWN',
    'not one of the trusted root',
  ],
  [
    'one of two about another signature',
    { entries: [{ log: 'v2' }, { log: 'v1', signature: Uint8Array.of(1) }] },
    MISMATCH,
    'another signature',
  ],
  [
    'one of two with a wrong checkpoint',
    { entries: [{ log: 'v2' }, { log: 'v1', noteKey: stranger.privateKey }] },
    CHECKPOINT,
    'is wrong',
  ],
];

describe('what a log signed, signed again', () => {
  it.each<[string, Recipe]>([
    ['both logs', {}],
    ['Rekor v1', v1({})],
    ['Rekor v2', v2({})],
    ['a message in Rekor v1', message({})],
    ['a message in Rekor v2', { ...v2({}), content: 'message' }],
    ['an intoto entry', inToto({})],
    [
      'an intoto entry that names the same key',
      { ...inToto({ spec: put('spec.content.envelope.signatures.0', 'keyid', 'k') }), keyid: 'k' },
    ],
    [
      'a body of v1 in another order',
      v1({
        body: (body) =>
          JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as Json).toReversed())),
      }),
    ],
    ['a promise alone, in v0.1', { ...v1({ proof: null }), version: '0.1' }],
    ['a proof without a checkpoint, in v0.1', { ...v1({ proof: { checkpoint: null } }), version: '0.1' }],
    [
      'a time without a promise beside a timestamp',
      v1({ promise: null, logIndex: '1', ...entryWith('integratedTime', '1') }),
    ],
    ['an origin of v1 without a tree id', v1({ origin: 'rekor.example' })],
    ['a further line of the checkpoint', v2({ note: (note) => `${note}Timestamp: 1\n` })],
    ['a witness, whatever it signed', v2({ envelope: (one, line) => one + line('x\n', 'witness.example') })],
    [
      'a witness before the log',
      v2({ envelope: (one, line) => one.replace('\n\n', `\n\n${line('x\n', 'witness.example')}`) }),
    ],
    ['the log’s good signature twice', v2({ envelope: (one) => one + one.slice(one.indexOf('\u2014')) })],
    [
      'a signature of the log by an unknown key',
      v2({ envelope: (one) => `${one}\u2014 rekor2.example AAAAAAAA\n` }),
    ],
  ])('%s: accepted', (_what, recipe) => {
    expect(judgeMade(make(recipe))).toEqual({ code: 'accepted', message: '' });
  });

  it.each(BODIES)('a body, %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(PROMISES)('a promise with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(INCLUSIONS)('a proof with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(NOTES)('a checkpoint with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(ENTRIES)('entries: %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });

  it('a signature by each log is by its own key', () => {
    expect(judgeMade(make(v1({ noteKey: rekor2.privateKey }))).code).toBe(CHECKPOINT);
    expect(judgeMade(make(v2({ noteKey: rekor1.privateKey }))).code).toBe(CHECKPOINT);
  });
});
