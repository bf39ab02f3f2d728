// SPDX-License-Identifier: Apache-2.0
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyEd25519ph } from '../src/rekor/ed25519ph.ts';

// RFC 8032 §7.3.
const SECRET = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42';
const SIGNATURE =
  '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406';
const PKCS8_HEAD = '302e020100300506032b657004220420';

const key = createPublicKey(
  createPrivateKey({ key: Buffer.from(PKCS8_HEAD + SECRET, 'hex'), format: 'der', type: 'pkcs8' }),
);
const digest = createHash('sha512').update('abc').digest();
const signature = Buffer.from(SIGNATURE, 'hex');

describe('Ed25519ph', () => {
  it('accepts the signature of the specification', () => {
    expect(verifyEd25519ph(key, digest, signature)).toBe(true);
  });

  it.each([0, 31, 32, 63])('refuses it with another byte %d', (at) => {
    const changed = Buffer.from(signature);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(verifyEd25519ph(key, digest, changed)).toBe(false);
  });

  it('refuses it over another digest, and of another length', () => {
    expect(verifyEd25519ph(key, createHash('sha512').update('abd').digest(), signature)).toBe(false);
    expect(verifyEd25519ph(key, digest, signature.subarray(0, 63))).toBe(false);
    expect(verifyEd25519ph(key, digest, new Uint8Array())).toBe(false);
  });
});
