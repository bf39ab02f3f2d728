// SPDX-License-Identifier: Apache-2.0
import { isAppError, sha256 } from '@colophon/base';
import { encodePublishStatement, parseBundle } from '@colophon/attestation';
import { parseTrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policies } from '../src/index.ts';
import { claim, der, extension, text } from './der.ts';
import { makeForm, rootOfForms, type Form } from './forms.ts';
import { FILE, FILENAME, LEAF, makeBundle, otherSigner, SIGNED_AT, type Recipe } from './miniature.ts';
import { mutationsOf } from './mutation.ts';

/*
 * Changes below a signature: the miniature signs every layer above a change again, so that what refuses it is the rule about
 * what was changed, and never a broken signature.
 */

const EXHAUSTIVE = process.env['COLOPHON_EXHAUSTIVE'] === '1';
const STRIDE = EXHAUSTIVE ? 1 : 17;
const OCTO: Policies = { anyOf: [{ kind: 'GitHub', repository: 'octo/sample', workflow: 'release.yml' }] };
const artifact = { filename: FILENAME, sha256: sha256(FILE) };

function outcomeOf(bundle: string, root: string): string {
  try {
    const evidence = { kind: 'bundle', name: 're-signed', bundle: parseBundle(bundle) } as const;
    verifyEvidence(evidence, artifact, [parseTrustedRoot(root)], OCTO);
    return 'accepted';
  } catch (error) {
    return isAppError(error) && error.code.startsWith('ERR_') ? 'refused' : `raw ${String(error)}`;
  }
}

const outcome = (recipe: Recipe): string => {
  const { bundle, root } = makeBundle(recipe);
  return outcomeOf(bundle, root);
};

/** The changes that are not refused, by place and kind. */
function survivors(document: string, judge: (changed: string) => string): string[] {
  const found = new Set<string>();
  let count = 0;
  for (const { at, change, text: changed } of mutationsOf(document, STRIDE)) {
    count += 1;
    const result = judge(changed);
    if (result !== 'refused') found.add(`${at} ${change.replace(/\d+$/, 'N')}: ${result}`);
  }
  expect(count).toBeGreaterThan(50);
  return [...found].toSorted();
}

const bodyOf = (bundle: string): string => {
  const [entry] = (
    JSON.parse(bundle) as { verificationMaterial: { tlogEntries: { canonicalizedBody: string }[] } }
  ).verificationMaterial.tlogEntries;
  return Buffer.from(entry?.canonicalizedBody ?? '', 'base64').toString();
};

describe('what a log has signed', () => {
  it('of Rekor v1 may differ in what only the signer could compare', () => {
    // A signature is never twice the same, so the change is made in the body of this bundle's own entry.
    const { bundle } = makeBundle();
    const changedBy = (changed: string) => outcome({ body: (body) => merged(body, bodyOf(bundle), changed) });
    const places = survivors(bodyOf(bundle), changedBy).map((one) => one.split(' ')[0]);
    // The hash of a JSON text that only the signer had.
    expect([...new Set(places)]).toEqual(['$.spec.envelopeHash.value']);
  });

  it('of Rekor v2 may differ in nothing', () => {
    const form: Form = {
      content: 'dsse',
      signer: 'certificate',
      keys: otherSigner,
      logs: ['v2'],
      timestamps: [SIGNED_AT],
    };
    const root = rootOfForms();
    const plain = makeForm(form);
    expect(outcomeOf(plain, root)).toBe('accepted');
    const changedBy = (changed: string) =>
      outcomeOf(
        makeForm({ ...form, body: (body) => merged(JSON.parse(body), bodyOf(plain), changed) }),
        root,
      );
    expect(survivors(bodyOf(plain), changedBy)).toEqual([]);
  });
});

// Takes over into a body of now what `changed` has changed in a body of before.
function merged(now: unknown, before: string, changed: string): string {
  const values = new Map<string, string>();
  const [from, to] = [JSON.stringify(JSON.parse(before)), JSON.stringify(now)];
  for (const key of ['signature', 'verifier', 'content', 'rawBytes', 'value', 'digest'])
    for (const [index, old] of valuesOf(from, key).entries())
      values.set(old, valuesOf(to, key)[index] ?? old);
  return [...values].reduce((body, [old, value]) => body.replace(`"${old}"`, `"${value}"`), changed);
}

const valuesOf = (json: string, key: string): string[] =>
  [...json.matchAll(new RegExp(`"${key}":"([^"]+)"`, 'g'))].map(([, value = '']) => value);

describe('what the signer has signed', () => {
  it('may differ in the predicate of a publish statement alone', () => {
    const sha256Hex = Buffer.from(artifact.sha256).toString('hex');
    const statement = Buffer.from(encodePublishStatement({ filename: FILENAME, sha256Hex })).toString();
    expect(survivors(statement, (payload) => outcome({ payload: text(payload) }))).toEqual([
      // PyPI takes an object or nothing.
      '$.predicate an object: accepted',
      '$.predicate dropped: accepted',
    ]);
  });
});

describe('what the authority has certified', () => {
  it('needs each of its extensions, once', () => {
    const NAMES = ['key usage', 'purpose', 'name', 'issuer', 'repository', 'commit', 'ref', 'workflow'];
    const lacking = NAMES.filter(
      (_name, index) => outcome({ leafExtensions: LEAF.toSpliced(index, 1) }) === 'accepted',
    );
    // The workflow may be named at the commit or at the ref; here it is at the ref, and the commit is one more claim.
    expect(lacking).toEqual(['commit']);
    const twice = LEAF.filter((one) => outcome({ leafExtensions: [...LEAF, one] }) === 'accepted');
    expect(twice).toEqual([]);
  });

  it.each<[string, Uint8Array]>([
    ['an unknown extension', extension('1.2.3', Uint8Array.of(1))],
    ['another critical extension', extension('1.2.3', Uint8Array.of(5, 0), true)],
    ['a critical key identifier', extension('2.5.29.14', der(0x04, Uint8Array.of(1)), true)],
    ['critical policies', extension('2.5.29.32', Uint8Array.of(0x30, 0), true)],
    ['critical name constraints', extension('2.5.29.30', Uint8Array.of(0x30, 0), true)],
    ['a claim that is no text', extension('1.3.6.1.4.1.57264.1.11', Uint8Array.of(5, 0))],
    ['a claim in BER', extension('1.3.6.1.4.1.57264.1.11', Uint8Array.of(0x0c, 0x81, 1, 0x61))],
    ['a claim with a NUL', claim(11, 'github-hosted\0')],
  ])('is judged with %s', (title, more) => {
    const wanted = title === 'an unknown extension' ? 'accepted' : 'refused';
    expect(outcome({ leafExtensions: [...LEAF, more] })).toBe(wanted);
  });
});

describe('what the trusted root says', () => {
  it('may differ in names that decide nothing', () => {
    const { bundle, root } = makeBundle();
    expect(outcomeOf(bundle, root)).toBe('accepted');
    const places = survivors(root, (changed) => outcomeOf(bundle, changed)).map((one) => one.split(' ')[0]);
    const free: readonly (string | undefined)[] = [
      '$.certificateAuthorities',
      // Its one certificate is signed by itself, and so by the next one when it stands twice.
      '$.certificateAuthorities[].certChain.certificates',
      // An anchor need not be signed by itself: it is one once its issuer's name differs.
      '$.certificateAuthorities[].certChain.certificates[].rawBytes',
      '$.certificateAuthorities[].uri',
      '$.certificateAuthorities[].validFor.start',
      '$.ctlogs',
      '$.ctlogs[].baseUrl',
      '$.ctlogs[].publicKey.validFor.start',
      '$.timestampAuthorities',
      '$.tlogs',
      '$.tlogs[].baseUrl',
      '$.tlogs[].publicKey.validFor.start',
    ];
    expect(places.filter((place) => !free.includes(place))).toEqual([]);
  });
});
