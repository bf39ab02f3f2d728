// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEcdsaSignature, verifyEcdsaDigest } from '../src/rekor/ecdsa-digest.ts';

const CURVES = ['P-256', 'P-384', 'P-521'];
const HASHES = ['sha256', 'sha384', 'sha512'];

describe.each(CURVES.flatMap((curve) => HASHES.map((hash) => [curve, hash] as const)))(
  '%s with %s',
  (namedCurve, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const digestOf = (text: string) => new Uint8Array(createHash(hash).update(text).digest());

    it.each(['der', 'ieee-p1363'] as const)(
      'accepts signatures in %s and refuses other digests',
      (dsaEncoding) => {
        for (let round = 0; round < 8; round += 1) {
          const signature = parseEcdsaSignature(
            sign(hash, Buffer.from(`text ${round}`), { key: privateKey, dsaEncoding }),
          );
          if (!signature) throw new Error('no signature');
          expect(verifyEcdsaDigest(publicKey, digestOf(`text ${round}`), signature)).toBe(true);
          expect(verifyEcdsaDigest(publicKey, digestOf('another'), signature)).toBe(false);
          expect(
            verifyEcdsaDigest(publicKey, digestOf(`text ${round}`), { ...signature, s: signature.s + 1n }),
          ).toBe(false);
        }
      },
    );

    it('refuses a digest of zeros', () => {
      const signature = parseEcdsaSignature(sign(hash, Buffer.from('text'), privateKey));
      if (!signature) throw new Error('no signature');
      expect(verifyEcdsaDigest(publicKey, new Uint8Array(32), signature)).toBe(false);
    });

    it('refuses numbers out of range', () => {
      for (const number of [0n, 2n ** 600n])
        expect(verifyEcdsaDigest(publicKey, digestOf(''), { r: number, s: number })).toBe(false);
    });
  },
);

describe('parseEcdsaSignature', () => {
  it('reads what is not DER as two numbers of equal length', () => {
    const time = fc
      .uint8Array({ minLength: 62, maxLength: 62 })
      .map((rest) => new Uint8Array([0x18, 20, ...rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ minLength: 64, maxLength: 64 }), time), (bytes) => {
        const half = Buffer.from(bytes.subarray(0, 32)).toString('hex');
        expect(parseEcdsaSignature(bytes)?.r).toBe(BigInt(`0x${half}`));
      }),
    );
  });

  it('reads nothing where a byte follows the DER', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    const longer = Buffer.concat([signature, Buffer.alloc(signature.length % 2 === 0 ? 1 : 2)]);
    expect(parseEcdsaSignature(longer)).toBeUndefined();
  });

  it.each([0, 63, 134])('reads nothing in %d bytes of no form', (length) => {
    expect(parseEcdsaSignature(new Uint8Array(length))).toBeUndefined();
  });
});
