// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { encodeBase64, isAppError } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { encodePem } from '@colophon/pki';
import { parseTrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policies, type Policy } from '../src/index.ts';
import { claim, der, extension, oid, purposes, sequence, text, uriName } from './der.ts';
import { makeForm, rootOfForms, type Form } from './forms.ts';
import {
  authority,
  type KeyPair,
  makeMiddle,
  newKeys,
  SIGNED_AT,
  spki,
  stranger,
  timestamping,
  WORKFLOW,
} from './lab-certificates.ts';
import type { Json } from './lab-entries.ts';
import { ARTIFACT, FILE, judgeMade, make, VALID_FOR, type Recipe } from './lab.ts';

/*
 * What stock clients leave open, by the number of the gap, and each demand of the client specification that they meet in part or not at
 * all: one case at least for each, which only the rule in question refuses. Everything around them is in re-signed-*.test.ts.
 */

type Case = readonly [title: string, judge: () => string, outcome: string];
const of = (recipe: Recipe, policies?: Policies) => () =>
  judgeMade(make(recipe), policies === undefined ? {} : { policies }).code;
const rootWith = (change: (root: Json) => void): Recipe => ({ root: change });
const firstOf = (root: Json, place: string): Json => (root[place] as [Json])[0];
const withoutStart = (place: string) =>
  rootWith((root) => {
    const first = firstOf(root, place);
    ((first['publicKey'] as Json | undefined) ?? first)['validFor'] = {};
  });
const window = (place: string, index: number, validFor: object) =>
  rootWith((root) => {
    const one = (root[place] as Json[])[index];
    const holder = (one?.['publicKey'] as Json | undefined) ?? one;
    if (holder !== undefined) holder['validFor'] = validFor;
  });
const bundle = (change: (bundle: Json) => void): Recipe => ({ bundle: change });
const v2 = (more: object = {}): Recipe => ({ entries: [{ log: 'v2', ...more }] });
const v1 = (more: object = {}): Recipe => ({ entries: [{ log: 'v1', ...more }] });
const exactly = (identity: string): Policies => ({
  anyOf: [{ kind: 'identity', identity, issuer: 'https://token.actions.githubusercontent.com' }],
});
const KEYS = newKeys();
const KEY_POLICY: Policy = { kind: 'key', publicKey: KEYS.publicKey };
const FORM: Form = { content: 'dsse', signer: 'key', keys: KEYS, logs: ['v2'], timestamps: [SIGNED_AT] };
function form(changes: Partial<Form>, policy: Policy = KEY_POLICY) {
  return () => {
    try {
      const parsed = parseBundle(makeForm({ ...FORM, ...changes }));
      const root = parseTrustedRoot(rootOfForms());
      const artifact = { ...ARTIFACT, bytes: FILE };
      verifyEvidence({ kind: 'bundle', name: 'form', bundle: parsed }, artifact, [root], { anyOf: [policy] });
      return 'accepted';
    } catch (error) {
      return isAppError(error) ? error.code : `raw ${String(error)}`;
    }
  };
}
const userName = extension(
  '2.5.29.17',
  sequence(der(0xa0, oid('1.3.6.1.4.1.57264.1.7'), der(0xa0, der(0x0c, text('octo!example.org'))))),
  true,
);
const email = extension('2.5.29.17', sequence(der(0x81, text('octo@example.org'))), true);
const keyPem = encodePem(spki(stranger.publicKey), 'PUBLIC KEY');
const shortIds = rootWith((root) => {
  for (const log of root['tlogs'] as Json[]) {
    const { keyId } = log['logId'] as { keyId: string };
    log['checkpointKeyId'] = { keyId: encodeBase64(Buffer.from(keyId, 'base64').subarray(0, 4)) };
  }
});
const statement = (changes: Json) =>
  text(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'sample-1.0.tar.gz', digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
      ...changes,
    }),
  );
const PAIRS: Partial<Record<'P-384' | 'P-521', KeyPair>> = {};
const ED25519 = generateKeyPairSync('ed25519');

const GAPS: readonly Case[] = [
  ['gap 1: a transparency log without a start', of(withoutStart('tlogs')), 'ERR_TRUSTED_ROOT'],
  ['gap 1: a certificate log without a start', of(withoutStart('ctlogs')), 'ERR_TRUSTED_ROOT'],
  ['gap 1: an authority without a start', of(withoutStart('certificateAuthorities')), 'ERR_TRUSTED_ROOT'],
  [
    'gap 1: a timestamp authority without a start',
    of(withoutStart('timestampAuthorities')),
    'ERR_TRUSTED_ROOT',
  ],
  [
    'gap 2: a root of another media type',
    of(rootWith((root) => void (root['mediaType'] = 'x'))),
    'ERR_TRUSTED_ROOT',
  ],
  [
    'gap 3: Rekor v2 by a retired key',
    of({ ...v2(), ...window('tlogs', 1, { ...VALID_FOR, end: '2025-12-31T00:00:00Z' }) }),
    'ERR_LOG_VALIDITY',
  ],
  [
    'gap 3: Rekor v2 by a key of tomorrow',
    of({ ...v2(), ...window('tlogs', 1, { start: '2026-02-01T00:00:00Z' }) }),
    'ERR_LOG_VALIDITY',
  ],
  ['gap 4: a checkpoint key id of four bytes breaks nothing', of(shortIds), 'accepted'],
  ['gap 5: a statement about another file', of({ payload: statement({}) }), 'ERR_SUBJECT_DIGEST'],
  ['gap 5: another type of payload', of({ payloadType: 'text/plain' }), 'ERR_STATEMENT'],
  ['gap 5: another type of statement', of({ payload: statement({ _type: 'x' }) }), 'ERR_STATEMENT'],
  [
    'gap 6: an identity that is only begun by the demanded one',
    of({ leaf: { extensions: { names: uriName(`${WORKFLOW}-evil`) } } }, exactly(WORKFLOW)),
    'ERR_IDENTITY',
  ],
  [
    'gap 6: an identity where a dot could be any character',
    of(
      { leaf: { extensions: { names: uriName(WORKFLOW.replace('release.yml', 'release-yml')) } } },
      exactly(WORKFLOW),
    ),
    'ERR_IDENTITY',
  ],
  [
    'gap 7: a media type of tomorrow',
    of(bundle((one) => void (one['mediaType'] = 'application/vnd.dev.sigstore.bundle.v0.4+json'))),
    'ERR_BUNDLE',
  ],
  [
    'gap 8: base64 with junk in it',
    of(
      v1({ entry: (one: Json) => void (one['canonicalizedBody'] = `!!${String(one['canonicalizedBody'])}`) }),
    ),
    'ERR_BUNDLE',
  ],
  [
    'gap 9: certificates of nobody behind the leaf',
    of({ ...v1(), version: '0.1', others: [makeMiddle({ serial: [9] })] }),
    'ERR_CERTIFICATE_CHAIN',
  ],
  ['gap 10: a key is demanded, and a certificate signed', form({ signer: 'certificate' }), 'ERR_IDENTITY'],
  [
    'gap 10: an identity is demanded, and a key signed',
    form({}, { kind: 'GitHub', repository: 'octo/sample' }),
    'ERR_EVIDENCE',
  ],
  ['gap 11: another key in the entry', of(v1({ verifier: keyPem })), 'ERR_LOG_ENTRY_MISMATCH'],
  ['gap 12: a part of the log’s name', of(v2({ origin: 'rekor2', name: 'rekor2' })), 'ERR_LOG_CHECKPOINT'],
  ['gap 12: an origin of another log', of(v2({ origin: 'other.example' })), 'ERR_LOG_CHECKPOINT'],
  [
    'gap 12: garbage after the signatures',
    of(v2({ envelope: (one: string) => `${one}garbage\n` })),
    'ERR_LOG_CHECKPOINT',
  ],
  ['gap 12: a size in hexadecimal', of(v2({ size: '0x2' })), 'ERR_LOG_CHECKPOINT'],
  [
    'gap 12: a failing signature of the log beside a good one',
    of(v2({ envelope: (one: string, line: (note: string) => string) => one + line('x\n') })),
    'ERR_LOG_CHECKPOINT',
  ],
  [
    'gap 13: a leaf for servers',
    of({ leaf: { extensions: { purposes: purposes('1.3.6.1.5.5.7.3.1') } } }),
    'ERR_CERTIFICATE_USAGE',
  ],
  ['gap 13: a leaf without key usage', of({ leaf: { extensions: { usage: [] } } }), 'ERR_CERTIFICATE_USAGE'],
  [
    'gap 13: a timestamp authority that is for code too',
    of({ tsa: { extensions: { purposes: timestamping(true, '1.3.6.1.5.5.7.3.3') } } }),
    'ERR_TIMESTAMP',
  ],
  [
    'gap 13: a critical extension that nobody knows',
    of({ leaf: { extensions: { more: extension('1.2.3.4', der(5), true) } } }),
    'ERR_CERTIFICATE_USAGE',
  ],
  [
    'gap 13: an authority that constrains names',
    of({ middle: { extensions: { more: extension('2.5.29.30', sequence()) } } }),
    'ERR_CERTIFICATE_CHAIN',
  ],
  [
    'gap 14: a user name is an identity',
    of({ leaf: { extensions: { names: userName } } }, exactly('octo!example.org')),
    'accepted',
  ],
  [
    'gap 14: another user name is another',
    of({ leaf: { extensions: { names: userName } } }, exactly('octo')),
    'ERR_IDENTITY',
  ],
  [
    'gap 15, decided: each timestamp must hold, even beside a good one',
    of({ timestamps: [{}, { key: stranger }] }),
    'ERR_TIMESTAMP',
  ],
  ['gap 15: a timestamp that was not granted', of({ timestamps: [{ status: 2 }] }), 'ERR_TIMESTAMP'],
  ['gap 15: a timestamp that names no certificate', of({ timestamps: [{ names: null }] }), 'ERR_TIMESTAMP'],
  [
    'gap 15: a timestamp that brings a certificate of nobody',
    of({ timestamps: [{ certificates: [makeMiddle()] }] }),
    'ERR_TIMESTAMP',
  ],
  [
    'gap 15, decided: any policy of the authority will do',
    of({ timestamps: [{ policy: '1.2.3' }] }),
    'accepted',
  ],
  [
    'gap 16: v0.1 with a proof and no checkpoint is judged by its promise',
    of({ ...v1({ proof: { checkpoint: null } }), version: '0.1' }),
    'accepted',
  ],
  [
    'gap 16: and its promise must hold',
    of({ ...v1({ proof: { checkpoint: null }, promise: () => 'x' }), version: '0.1' }),
    'ERR_LOG_PROMISE',
  ],
  ['gap 17: a digest beside a message is a hint', of({ content: 'message' }), 'accepted'],
  [
    'gap 17: its algorithm does not choose that of the signature',
    of({
      content: 'message',
      bundle: (one) =>
        void ((one['messageSignature'] as Json)['messageDigest'] = {
          algorithm: 'SHA2_512',
          digest: encodeBase64(new Uint8Array(64)),
        }),
    }),
    'ERR_SUBJECT_DIGEST',
  ],
  [
    'gap 18: an envelope by P-384 with SHA-384',
    form({ keys: pair('P-384'), hash: 'sha384' }, keyOf('P-384')),
    'accepted',
  ],
  [
    'gap 18: an envelope by P-521 with SHA-512',
    form({ keys: pair('P-521'), hash: 'sha512' }, keyOf('P-521')),
    'accepted',
  ],
  [
    'gap 18: a message by Ed25519',
    form(
      { content: 'message', keys: ED25519, hash: null, logs: ['v1'] },
      { kind: 'key', publicKey: ED25519.publicKey },
    ),
    'accepted',
  ],
  ['gap 19: a managed key needs no time', form({ timestamps: [] }), 'accepted'],
  [
    'gap 20, decided: a witness is passed over, whatever it signs',
    of(v2({ envelope: (one: string) => `${one}\u2014 witness.example AAAAAAAAAAAA\n` })),
    'accepted',
  ],
  ['gap 20, decided: one log is enough', of(v1()), 'accepted'],
  [
    'gap 20, decided: but all that are there must hold',
    of({ entries: [{ log: 'v1' }, { log: 'v2', noteKey: stranger.privateKey }] }),
    'ERR_LOG_CHECKPOINT',
  ],
  [
    'gap 21: the withdrawn kind dsse/0.0.2',
    of(v1({ kindVersion: { kind: 'dsse', version: '0.0.2' } })),
    'ERR_LOG_ENTRY',
  ],
  [
    'gap 22, decided: the body of Rekor v2 is computed, and compared whole',
    of(v2({ body: (body: string) => body.replace(',', ', ') })),
    'ERR_LOG_ENTRY',
  ],
];

function pair(curve: 'P-384' | 'P-521') {
  PAIRS[curve] ??= newKeys(curve);
  return PAIRS[curve];
}
function keyOf(curve: 'P-384' | 'P-521'): Policy {
  return { kind: 'key', publicKey: pair(curve).publicKey };
}

const media = (type: string, more: Recipe = {}) =>
  of({ ...more, ...bundle((one) => void (one['mediaType'] = type)) });
const OLD = 'application/vnd.dev.sigstore.bundle+json;version=';

const MUSTS: readonly Case[] = [
  [
    'bundle.proto: the media type of v0.3',
    media('application/vnd.dev.sigstore.bundle.v0.3+json'),
    'accepted',
  ],
  ['bundle.proto: the older media type of v0.3', media(`${OLD}0.3`), 'accepted'],
  ['bundle.proto: the media type of v0.2', of({ version: '0.2', entries: [{ log: 'v1' }] }), 'accepted'],
  ['bundle.proto: the media type of v0.1', of({ version: '0.1', entries: [{ log: 'v1' }] }), 'accepted'],
  ['bundle.proto: no other one', media(`${OLD}0.4`), 'ERR_BUNDLE'],
  ['bundle.proto: v0.1 has a promise', of({ version: '0.1', entries: [{ log: 'v2' }] }), 'ERR_BUNDLE'],
  [
    'bundle.proto: hints at keys are the same in material and envelope',
    form({ hint: 'a', keyid: 'b' }),
    'ERR_EVIDENCE',
  ],
  ['bundle.proto: hints at keys that are the same', form({ hint: 'a', keyid: 'a' }), 'accepted'],
  [
    'client spec 4.3: the path holds at each of the times',
    of({ timestamps: [{}, { at: SIGNED_AT + 600 }] }),
    'ERR_CERTIFICATE_VALIDITY',
  ],
  [
    'client spec 4.3: also at the log’s, beside a good timestamp',
    of(v1({ integratedTime: SIGNED_AT + 600 })),
    'ERR_CERTIFICATE_VALIDITY',
  ],
  [
    'client spec 4.3: no more intermediates than an authority allows',
    of({ caRoot: { extensions: { authority: authority(0) } } }),
    'ERR_CERTIFICATE_CHAIN',
  ],
  [
    'trustroot.proto: the time lies in the authority’s window',
    of(window('certificateAuthorities', 0, { start: '2026-01-02T00:00:00Z' })),
    'ERR_CERTIFICATE_VALIDITY',
  ],
  [
    'trustroot.proto: and in that of each of its certificates',
    of({ middle: { until: '260101000000Z' } }),
    'ERR_CERTIFICATE_VALIDITY',
  ],
  [
    'trustroot.proto: windows are closed at both ends',
    of(window('certificateAuthorities', 0, { start: '2026-01-01T00:01:00Z', end: '2026-01-01T00:01:00Z' })),
    'accepted',
  ],
  [
    'fulcio spec: a leaf is for code signing',
    of({ leaf: { extensions: { purposes: [] } } }),
    'ERR_CERTIFICATE_USAGE',
  ],
  [
    'fulcio spec: a leaf is no authority',
    of({ leaf: { extensions: { ca: authority() } } }),
    'ERR_CERTIFICATE_USAGE',
  ],
  [
    'fulcio spec: the issuer is checked with the identity',
    of({ leaf: { extensions: { issuer: claim(8, 'https://x') } } }, exactly(WORKFLOW)),
    'ERR_IDENTITY',
  ],
  [
    'fulcio spec: an address for mail is an identity',
    of({ leaf: { extensions: { names: email } } }, exactly('octo@example.org')),
    'accepted',
  ],
  [
    'client spec 4.4: the certificate in the entry is the bundle’s',
    of(v2({ verifier: makeMiddle() })),
    'ERR_LOG_ENTRY_MISMATCH',
  ],
  ['client spec 4.5: the type of the payload', of({ payloadType: 'application/json' }), 'ERR_STATEMENT'],
  ['client spec 4.5: the payload is a statement', of({ payload: text('{}') }), 'ERR_STATEMENT'],
  ['client spec 4.5: the file is one of its subjects', of({ payload: statement({}) }), 'ERR_SUBJECT_DIGEST'],
  [
    'client spec 4.6: no entry is counted twice',
    of({ entries: [{ log: 'v2' }, { log: 'v2' }] }),
    'ERR_LOG_ENTRY',
  ],
  ['rekor spec: the index of v2 is the proof’s', of(v2({ logIndex: '7' })), 'ERR_LOG_ENTRY'],
  ['rekor spec: v2 gives no time', of(v2({ promise: (signed: string) => signed })), 'ERR_LOG_ENTRY'],
];

describe('what stock clients leave open', () => {
  it.each(GAPS)('%s', (_title, judge, outcome) => {
    expect(judge()).toBe(outcome);
  });

  it('no gap is left out', () => {
    const numbers = new Set(GAPS.map(([title]) => Number(/^gap (\d+)/.exec(title)?.[1])));
    expect([...numbers]).toEqual(Array.from({ length: 22 }, (_one, index) => index + 1));
  });
});

describe('what the specifications demand, and stock clients do in part or not at all', () => {
  it.each(MUSTS)('%s', (_title, judge, outcome) => {
    expect(judge()).toBe(outcome);
  });
});
