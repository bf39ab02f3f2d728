// SPDX-License-Identifier: Apache-2.0
import { constants, createPublicKey, ECDH, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isAppError, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { importPublicKey } from '@colophon/pki';
import { parseTrustedRoot } from '@colophon/trust';
import { ed25519, ed25519ph } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { isDigestSignedBy } from '../src/digest-signature.ts';
import { verifyEvidence, type Artifact, type Policies } from '../src/index.ts';
import { makeForm, rootOfForms, type Form } from './forms.ts';
import { spki } from './lab-certificates.ts';
import { ARTIFACT, FILENAME } from './lab.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const ROOT = parseTrustedRoot(rootOfForms());

function outcomeOf(form: Form, publicKey: KeyObject, artifact: Artifact = ARTIFACT): string {
  try {
    const evidence = { kind: 'bundle', name: 'form', bundle: parseBundle(makeForm(form)) } as const;
    verifyEvidence(evidence, artifact, [ROOT], { anyOf: [{ kind: 'key', publicKey }] });
    return 'verified';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = (data: Uint8Array) =>
  new Uint8Array(sign('sha256', data, { key: RSA.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }));
const seed = ed25519.utils.randomSecretKey();
const raw = ed25519.getPublicKey(seed);
const ED25519_KEY = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
  format: 'der',
  type: 'spki',
});
const keys = (publicKey: KeyObject) => ({ publicKey, privateKey: RSA.privateKey });

const pure = (data: Uint8Array) => ed25519.sign(data, seed);
const hashed = (data: Uint8Array) => ed25519ph.sign(data, seed);
const form = (publicKey: KeyObject, make: (data: Uint8Array) => Uint8Array): Form => ({
  content: 'message',
  signer: 'key',
  keys: keys(publicKey),
  logs: ['v1'],
  sign: make,
});

/** Kinds of keys and of signatures that Sigstore's registry or node:crypto knows, and that are refused on purpose. */
describe('the scheme is the key’s own', () => {
  it('PKCS #1 v1.5 for RSA, and not PSS', () => {
    const pkcs1 = (data: Uint8Array) => new Uint8Array(sign('sha256', data, RSA.privateKey));
    expect(outcomeOf(form(RSA.publicKey, pkcs1), RSA.publicKey)).toBe('verified');
    expect(outcomeOf(form(RSA.publicKey, pss), RSA.publicKey)).toBe('ERR_SIGNATURE');
  });

  it('Ed25519 over the content, and not Ed25519ph over its digest', () => {
    expect(outcomeOf(form(ED25519_KEY, pure), ED25519_KEY)).toBe('verified');
    expect(outcomeOf(form(ED25519_KEY, hashed), ED25519_KEY)).toBe('ERR_SIGNATURE');
  });
});

/** SubjectPublicKeyInfo up to a compressed point, by curve (RFC 5480 §2.2). */
const COMPRESSED = [
  ['P-256', '3039301306072a8648ce3d020106082a8648ce3d030107032200', 'prime256v1'],
  ['P-384', '3046301006072a8648ce3d020106052b81040022033200', 'secp384r1'],
  ['P-521', '3058301006072a8648ce3d020106052b81040023034400', 'secp521r1'],
] as const;

describe('a signature by RSA', () => {
  it('is as long as the modulus, also where only the digest is known', () => {
    const signed = Array.from({ length: 10_000 }, (_one, index) => Buffer.from([index >> 8, index & 0xff]));
    const madeOf = (data: Uint8Array) => sign('sha256', data, RSA.privateKey);
    // One in 256 begins with a zero.
    const data = signed.find((one) => madeOf(one)[0] === 0) ?? Buffer.of();
    const signature = madeOf(data);
    const key = { publicKey: RSA.publicKey, publicKeyInfo: spki(RSA.publicKey) };
    const judge = (bytes: Uint8Array) => isDigestSignedBy(key, 'sha256', sha256(data), bytes);
    expect(judge(signature)).toBe(true);
    for (const other of [signature.subarray(1), Buffer.concat([Buffer.of(0), signature])])
      expect(judge(other)).toBe(false);
  });
});

describe('a key whose point is compressed', () => {
  it.each(COMPRESSED)('on %s is judged by the file and by its digest alike', (namedCurve, head, curve) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), ...[x, y].map((text) => Buffer.from(text, 'base64url'))]);
    const short = ECDH.convertKey(point, curve, undefined, undefined, 'compressed') as Buffer;
    const key = importPublicKey(Buffer.concat([Buffer.from(head, 'hex'), short]));
    const made = form(key, (data) => new Uint8Array(sign('sha256', data, privateKey)));
    expect(outcomeOf(made, key)).toBe('verified');
    expect(outcomeOf(made, key, { filename: FILENAME, sha256: ARTIFACT.sha256 })).toBe('verified');
    const other = { filename: FILENAME, sha256: new Uint8Array(32) };
    expect(outcomeOf(made, key, other)).not.toBe('verified');
  });
});

const PSS = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const REFUSED: readonly (readonly [kind: string, publicKey: KeyObject])[] = [
  ['RSA-PSS', PSS.publicKey],
  ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey],
  ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
  ['Ed448', generateKeyPairSync('ed448').publicKey],
  ['X25519', generateKeyPairSync('x25519').publicKey],
  ['DSA', generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).publicKey],
  ...postQuantumKeys(),
];

// Node.js has these since 24.6, on an OpenSSL that has them.
function postQuantumKeys(): [string, KeyObject][] {
  return ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'].flatMap((kind): [string, KeyObject][] => {
    try {
      const generate = generateKeyPairSync as unknown as (type: string) => { publicKey: KeyObject };
      return [[kind, generate(kind).publicKey]];
    } catch {
      return [];
    }
  });
}

describe('a key of a kind that is not taken', () => {
  it.each(REFUSED)('%s: no certificate, log or key file may hold one', (_kind, publicKey) => {
    const der = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    expect(() => importPublicKey(der)).toThrowError(throwsCode('ERR_CERTIFICATE'));
  });

  it.each(REFUSED)('%s: no policy may name one', (_kind, publicKey) => {
    const policies: Policies = { anyOf: [{ kind: 'key', publicKey }] };
    const bundle = parseBundle(makeForm({ content: 'message', signer: 'key', keys: RSA, logs: ['v1'] }));
    expect(() =>
      verifyEvidence({ kind: 'bundle', name: 'form', bundle }, ARTIFACT, [ROOT], policies),
    ).toThrowError(TypeError);
  });
});
