// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodeBase64, encodeHex, isAppError, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { CheckPool } from '@colophon/pki';
import { parseTrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import {
  digestsFor,
  judge,
  judgeOnPool,
  verifyEvidence,
  type Artifact,
  type Policies,
  type Policy,
} from '../src/index.ts';
import { text } from './der.ts';
import { makeForm, rootOfForms, type Form } from './forms.ts';
import { FILE, FILENAME, SIGNED_AT, type KeyPair } from './miniature.ts';

const ec = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });
const P256 = ec('P-256');
const P384 = ec('P-384');
const P521 = ec('P-521');
const RSA: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ED25519: KeyPair = generateKeyPairSync('ed25519');
const ROOT = parseTrustedRoot(rootOfForms());
const TIMESTAMPS_ONLY = parseTrustedRoot(rootOfForms({ timestampOnly: true }));

const hashed = (name: string) => new Uint8Array(createHash(name).update(FILE).digest());
const BY_PATH: Artifact = { filename: FILENAME, sha256: sha256(FILE), bytes: FILE };
const BY_DIGEST: Artifact = { filename: FILENAME, sha256: sha256(FILE) };
const BY_DIGESTS: Artifact = { ...BY_DIGEST, sha384: hashed('sha384'), sha512: hashed('sha512') };
const OCTO: Policy = { kind: 'GitHub', repository: 'octo/sample' };
const keyPolicy = (publicKey: KeyObject, more: object = {}): Policy => ({ kind: 'key', publicKey, ...more });

const BASE: Form = {
  content: 'dsse',
  signer: 'certificate',
  keys: P256,
  logs: ['v2'],
  timestamps: [SIGNED_AT],
};
const policiesFor = ({ signer, keys }: Form): Policies => ({
  anyOf: [signer === 'key' ? keyPolicy(keys.publicKey) : OCTO],
});

interface Setting {
  readonly artifact?: Artifact;
  readonly root?: typeof ROOT;
  readonly policies?: Policies;
}

function outcomeOf(
  form: Form,
  { artifact = BY_PATH, root = ROOT, policies = policiesFor(form) }: Setting = {},
): string {
  try {
    const bundle = parseBundle(makeForm(form));
    verifyEvidence({ kind: 'bundle', name: 'form', bundle }, artifact, [root], policies);
    return 'verified';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

const KINDS: [string, KeyPair, Form['hash']?][] = [
  ['P-256', P256],
  ['P-384 with SHA-384', P384, 'sha384'],
  ['P-384 with SHA-256', P384],
  ['P-521 with SHA-512', P521, 'sha512'],
  ['P-521 with SHA-256', P521],
  ['RSA', RSA],
  ['Ed25519', ED25519, null],
];
const CASES = KINDS.flatMap(([name, keys, hash]) =>
  (['message', 'dsse'] as const).flatMap((content) =>
    (['certificate', 'key'] as const).map((signer): [string, Form] => [
      `${content} by a ${signer} of ${name}`,
      { ...BASE, content, signer, keys, logs: ['v1'], ...(hash === undefined ? {} : { hash }) },
    ]),
  ),
);

describe('every kind of key', () => {
  // An envelope is logged here as what was signed, which no kind of Rekor v1 says of one; see the next test.
  it.each(CASES.filter(([, { content }]) => content === 'message'))('signs a %s', (_name, form) => {
    expect(outcomeOf(form)).toBe('verified');
    const digests = form.hash === null ? 'ERR_EVIDENCE' : 'verified';
    expect(outcomeOf(form, { artifact: BY_DIGESTS })).toBe(digests);
    const other = {
      ...BY_DIGESTS,
      sha256: new Uint8Array(32),
      sha384: new Uint8Array(48),
      sha512: new Uint8Array(64),
    };
    expect(outcomeOf(form, { artifact: other })).toBe('ERR_LOG_ENTRY_MISMATCH');
  });

  it.each(CASES.filter(([, { content }]) => content === 'dsse'))('signs a %s', (_name, form) => {
    expect(outcomeOf(form)).toBe('verified');
    const edited = { ...form, edit: (bundle: Record<string, unknown>) => spoilSignature(bundle) };
    expect(outcomeOf(edited)).toBe('ERR_LOG_ENTRY_MISMATCH');
  });

  it.each<[string, Form]>([
    ['P-256', { ...BASE }],
    ['P-384', { ...BASE, keys: P384, hash: 'sha384' }],
    ['P-521', { ...BASE, keys: P521, hash: 'sha512' }],
    ['RSA', { ...BASE, keys: RSA }],
    ['a key of the user', { ...BASE, signer: 'key' }],
    ['a message', { ...BASE, content: 'message' }],
  ])('is logged in Rekor v2: %s', (_name, form) => {
    expect(outcomeOf(form)).toBe('verified');
    const reordered = {
      ...form,
      body: (body: string) =>
        body.replace('{"apiVersion":"0.0.2",', '{').replace(/\}$/, ',"apiVersion":"0.0.2"}'),
    };
    expect(outcomeOf(reordered)).toBe('ERR_LOG_ENTRY');
    const renamed = {
      ...form,
      body: (body: string) => body.replace(/"keyDetails":"[^"]*"/, '"keyDetails":"PKIX_ED25519"'),
    };
    expect(outcomeOf(renamed)).toBe('ERR_LOG_ENTRY');
  });

  it.each<[string, Form]>([
    ['SHA-384', { ...BASE, content: 'message', keys: P384, hash: 'sha384', logs: ['v1'] }],
    ['SHA-512', { ...BASE, content: 'message', keys: P521, hash: 'sha512', logs: ['v1'] }],
  ])('by %s alone is not judged by the SHA-256 digest', (_name, form) => {
    expect(outcomeOf(form, { artifact: BY_DIGEST })).toBe('ERR_EVIDENCE');
  });
});

const digestsAsked = (form: Form) => {
  const bundle = parseBundle(makeForm(form));
  return [...digestsFor({ kind: 'bundle', name: 'form', bundle }, policiesFor(form))].toSorted();
};
const oldStatement = (digest: object) =>
  text(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v0.1',
      subject: [{ name: 'a', digest }],
      predicateType: 'x:y',
    }),
  );

describe('digestsFor', () => {
  const cases: [string, Form, string[]][] = [
    ['an envelope', BASE, ['sha256']],
    [
      'a subject by SHA-512',
      { ...BASE, payload: oldStatement({ sha512: 'ab'.repeat(64) }) },
      ['sha256', 'sha512'],
    ],
    ['a malformed statement', { ...BASE, payload: text('{') }, ['sha256']],
    ['a message', { ...BASE, content: 'message' }, ['sha256']],
    ['a message by P-384', { ...BASE, content: 'message', keys: P384, hash: 'sha384' }, ['sha256', 'sha384']],
    [
      'a message by a key on P-521',
      { ...BASE, content: 'message', signer: 'key', keys: P521 },
      ['sha256', 'sha512'],
    ],
  ];
  it.each(cases)('names what %s may be judged by', (_title, form, names) => {
    expect(digestsAsked(form)).toEqual(names);
  });
});

function spoilSignature(bundle: Record<string, unknown>): void {
  const { signatures } = bundle['dsseEnvelope'] as { signatures: { sig: string }[] };
  const [first] = signatures;
  if (first !== undefined) first.sig = encodeBase64(Buffer.from(first.sig, 'base64').toReversed());
}

describe('a wrong signature over a digest', () => {
  it.each<[string, KeyPair]>([
    ['ECDSA', P256],
    ['RSA', RSA],
  ])('by %s is refused, although it was logged', (_name, keys) => {
    const other = keys === RSA ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : ec('P-256');
    const mixed: KeyPair = { publicKey: keys.publicKey, privateKey: other.privateKey };
    for (const artifact of [BY_PATH, BY_DIGEST])
      expect(outcomeOf({ ...BASE, content: 'message', keys: mixed }, { artifact })).toBe('ERR_SIGNATURE');
  });
});

const at = (offset: number) => new Date(SIGNED_AT * 1000 + offset);

describe('a key of the user', () => {
  const form: Form = { ...BASE, signer: 'key', hint: 'release-key' };
  const hour = 3_600_000;
  const verdicts: [string, string, Form, object?][] = [
    ['with its hint', 'verified', form, { hint: 'release-key' }],
    ['with another hint', 'ERR_IDENTITY', form, { hint: 'other-key' }],
    ['with the hint in the envelope too', 'verified', { ...form, keyid: 'release-key' }],
    ['with another hint in the envelope', 'ERR_EVIDENCE', { ...form, keyid: 'other-key' }],
    ['in its window', 'verified', form, { validFor: { start: at(-hour), end: at(hour) } }],
    ['at the ends of its window', 'verified', form, { validFor: { start: at(0), end: at(0) } }],
    ['after its window', 'ERR_IDENTITY', form, { validFor: { start: at(-hour), end: at(-1) } }],
    ['before its window', 'ERR_IDENTITY', form, { validFor: { start: at(1) } }],
    ['without a time', 'verified', { ...form, timestamps: [] }],
    [
      'with a window and no time',
      'ERR_TIMESTAMP',
      { ...form, timestamps: [] },
      { validFor: { start: at(-hour) } },
    ],
  ];
  it.each(verdicts)('%s: %s', (_title, code, made, more) => {
    expect(outcomeOf(made, { policies: { anyOf: [keyPolicy(P256.publicKey, more)] } })).toBe(code);
  });

  it('is tried beside others, and the one that holds is named', () => {
    const bundle = parseBundle(makeForm(form));
    const anyOf: [Policy, ...Policy[]] = [OCTO, keyPolicy(P384.publicKey), keyPolicy(P256.publicKey)];
    const verified = verifyEvidence({ kind: 'bundle', name: 'form', bundle }, BY_DIGEST, [ROOT], { anyOf });
    expect(verified).toMatchObject({ policy: 2, signer: { identityKind: 'key', identity: 'release-key' } });
  });

  it('never meets a certificate, nor a certificate its policy', () => {
    expect(outcomeOf(BASE, { policies: { anyOf: [keyPolicy(P256.publicKey)] } })).toBe('ERR_IDENTITY');
    expect(outcomeOf(form, { policies: { anyOf: [OCTO] } })).toBe('ERR_EVIDENCE');
    expect(outcomeOf(form, { policies: { anyOf: [keyPolicy(ec('P-256').publicKey)] } })).toBe(
      'ERR_LOG_ENTRY_MISMATCH',
    );
  });

  it('without a time needs a log that is still in use', () => {
    const root = parseTrustedRoot(
      rootOfForms({ rekorWindow: { start: '2026-01-01T00:00:00Z', end: '2036-01-01T00:00:00Z' } }),
    );
    expect(outcomeOf({ ...form, timestamps: [] }, { root })).toBe('ERR_LOG_VALIDITY');
    expect(outcomeOf(form, { root })).toBe('verified');
  });

  it.each([
    ['a private key', P256.privateKey],
    ['a text', 'key'],
    ['a curve that is not supported', ec('secp256k1').publicKey],
    ['a short RSA key', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
  ])('is a TypeError when it is %s', (_title, publicKey) => {
    const policies = { anyOf: [{ kind: 'key', publicKey }] } as unknown as Policies;
    expect(outcomeOf(form, { policies })).toContain('TypeError');
  });

  it('has a window of dates', () => {
    const validFor = { start: new Date('never') };
    expect(outcomeOf(form, { policies: { anyOf: [keyPolicy(P256.publicKey, { validFor })] } })).toContain(
      'TypeError',
    );
  });

  it('has no circumstances', () => {
    expect(
      outcomeOf(form, { policies: { anyOf: [keyPolicy(P256.publicKey, { ref: 'refs/tags/v1' })] } }),
    ).toContain('TypeError');
  });
});

describe('times and logs', () => {
  const day = 86_400;
  const cases: [string, string, Form, Setting?][] = [
    ['a timestamp and Rekor v2', 'verified', BASE],
    ['Rekor v2 without a time', 'ERR_TIMESTAMP', { ...BASE, timestamps: [] }],
    ['two logs', 'verified', { ...BASE, logs: ['v1', 'v2'] }],
    [
      'two logs, one that the root does not know',
      'ERR_LOG_UNKNOWN',
      { ...BASE, logs: ['v1', 'v2'] },
      {
        root: parseTrustedRoot(
          rootOfForms()
            .replace('rekor2.example', 'x.example')
            .replace(/,\{"baseUrl":"https:\/\/x\.example.*?\}\}(?=\])/, ''),
        ),
      },
    ],
    ['one entry twice', 'ERR_LOG_ENTRY', { ...BASE, logs: ['v2', 'v2'] }],
    ['two timestamps', 'verified', { ...BASE, timestamps: [SIGNED_AT, SIGNED_AT + 1] }],
    [
      'a good timestamp beside one after the certificate',
      'ERR_CERTIFICATE_VALIDITY',
      { ...BASE, timestamps: [SIGNED_AT, SIGNED_AT + day] },
    ],
    [
      'a good promise beside a timestamp after the certificate',
      'ERR_CERTIFICATE_VALIDITY',
      { ...BASE, logs: ['v1'], timestamps: [SIGNED_AT + day] },
    ],
    [
      'Rekor v2 after its window',
      'ERR_LOG_VALIDITY',
      BASE,
      {
        root: parseTrustedRoot(
          rootOfForms({ rekorWindow: { start: '2025-01-01T00:00:00Z', end: '2025-12-31T00:00:00Z' } }),
        ),
      },
    ],
    [
      'Rekor v2 before its window',
      'ERR_LOG_VALIDITY',
      BASE,
      { root: parseTrustedRoot(rootOfForms({ rekorWindow: { start: '2027-01-01T00:00:00Z' } })) },
    ],
    ['no log where there are logs', 'ERR_LOG_ENTRY', { ...BASE, logs: [] }],
    ['an instance without logs', 'verified', { ...BASE, logs: [] }, { root: TIMESTAMPS_ONLY }],
    [
      'an instance without logs, and no timestamp',
      'ERR_TIMESTAMP',
      { ...BASE, logs: [], timestamps: [] },
      { root: TIMESTAMPS_ONLY },
    ],
    [
      'an instance without logs, and an entry of some log',
      'ERR_LOG_UNKNOWN',
      BASE,
      { root: TIMESTAMPS_ONLY },
    ],
  ];
  it.each(cases)('%s: %s', (_title, code, form, setting) => {
    expect(outcomeOf(form, setting)).toBe(code);
  });

  it('of several instances one must hold wholly', () => {
    const bundle = parseBundle(makeForm({ ...BASE, logs: [] }));
    const policies: Policies = { anyOf: [OCTO] };
    const verify = (roots: (typeof ROOT)[]) =>
      verifyEvidence({ kind: 'bundle', name: 'form', bundle }, BY_DIGEST, roots, policies).trustedRoot;
    expect(verify([ROOT, TIMESTAMPS_ONLY])).toBe(TIMESTAMPS_ONLY);
  });
});

const hex = (name: string) => encodeHex(hashed(name));

describe('statements of bundles', () => {
  const TYPE = 'https://slsa.dev/provenance/v1';
  const statement = (digest: object, type = 'v0.1', more: object[] = []) =>
    text(
      JSON.stringify({
        _type: `https://in-toto.io/Statement/${type}`,
        subject: [{ name: 'pkg:npm/sample@1.0', digest }, ...more],
        predicateType: TYPE,
        predicate: {},
      }),
    );
  const wrong = 'ab'.repeat(64);
  const cases: [string, string, Uint8Array, Artifact?][] = [
    ['v0.1', 'verified', statement({ sha256: hex('sha256') }), BY_DIGEST],
    ['v0.1 with SHA-512 alone', 'verified', statement({ sha512: hex('sha512') }), BY_DIGESTS],
    ['SHA-384 alone, of bytes', 'verified', statement({ sha384: hex('sha384') }, 'v1'), BY_PATH],
    ['SHA-512 alone, which is not known', 'ERR_EVIDENCE', statement({ sha512: hex('sha512') }), BY_DIGEST],
    ['SHA-512 of another file', 'ERR_SUBJECT_DIGEST', statement({ sha512: wrong }), BY_DIGESTS],
    [
      'SHA-512 of another file beside the right SHA-256',
      'ERR_SUBJECT_DIGEST',
      statement({ sha256: hex('sha256'), sha512: wrong }),
      BY_DIGESTS,
    ],
    [
      'the same, where SHA-512 is not known',
      'verified',
      statement({ sha256: hex('sha256'), sha512: wrong }),
      BY_DIGEST,
    ],
    ['another algorithm alone', 'ERR_SUBJECT_DIGEST', statement({ sha1: 'ab'.repeat(20) }), BY_DIGESTS],
    [
      'many subjects, one of them right',
      'verified',
      statement({ sha256: 'ab'.repeat(32) }, 'v1', [{ name: 'b', digest: { sha256: hex('sha256') } }]),
      BY_DIGEST,
    ],
    ['v0.2', 'ERR_STATEMENT', statement({ sha256: hex('sha256') }, 'v0.2'), BY_DIGEST],
  ];
  it.each(cases)('%s: %s', (_title, code, payload, artifact = BY_PATH) => {
    expect(outcomeOf({ ...BASE, payload }, { artifact })).toBe(code);
  });
});

const question = (form: Form) => ({
  evidence: [{ kind: 'bundle', name: 'form', bundle: parseBundle(makeForm(form)) } as const],
  artifact: BY_PATH,
  trustedRoots: [ROOT],
  policies: policiesFor(form),
});

const POOL = new CheckPool({ threads: 1 });

describe('judgeOnPool', () => {
  const mixed = { ...P256, privateKey: ec('P-256').privateKey };
  it.each<[string, Form]>([
    ['an envelope', BASE],
    ['a message', { ...BASE, content: 'message', logs: ['v1', 'v2'] }],
    ['a wrong signature', { ...BASE, keys: mixed }],
    ['no time', { ...BASE, timestamps: [] }],
    ['P-384 with SHA-256', { ...BASE, content: 'message', logs: ['v1'], keys: P384 }],
  ])('comes to the same verdict as judge: %s', async (_title, form) => {
    const asked = question(form);
    const verdict = await judgeOnPool(asked, POOL);
    const { status, ...rest } = judge(asked);
    expect(verdict).toMatchObject({ status, ...('code' in rest ? { code: rest.code } : {}) });
  });

  it('holds the question to its type', async () => {
    await expect(
      judgeOnPool({ ...question(BASE), policies: { anyOf: [] } as unknown as Policies }, POOL),
    ).rejects.toThrowError(TypeError);
  });
});
