// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature, DeferredChecks } from '../src/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const ed25519 = generateKeyPairSync('ed25519');
const ALGORITHM = { keyType: 'ec', hash: 'sha256' } as const;
const PURE = { keyType: 'ed25519', hash: undefined } as const;
const data = (text: string) => new TextEncoder().encode(text);
const signed = (text: string) => new Uint8Array(sign('sha256', data(text), privateKey));

const good = signed('text');
const wrong: [string, Parameters<typeof checkSignature>][] = [
  ['other data', [publicKey, ALGORITHM, data('Text'), good]],
  [
    'a byte moved from the signature to the data',
    [publicKey, ALGORITHM, Buffer.concat([good.subarray(-1), data('text')]), good.slice(0, -1)],
  ],
  ['another key', [other, ALGORITHM, data('text'), good]],
  ['another hash', [publicKey, { keyType: 'ec', hash: 'sha384' }, data('text'), good]],
  ['another type of key', [publicKey, { keyType: 'rsa', hash: 'sha256' }, data('text'), good]],
  ['a signature that is none', [publicKey, ALGORITHM, data('text'), data('x')]],
  ['no signature', [publicKey, ALGORITHM, data('text'), new Uint8Array()]],
];

describe('checkSignature', () => {
  it('tells a good signature, the first time and again', () => {
    const check = () => checkSignature(publicKey, ALGORITHM, data('text'), good);
    expect([check(), check(), check()]).toEqual([true, true, true]);
    const pure = new Uint8Array(sign(null, data('text'), ed25519.privateKey));
    expect(checkSignature(ed25519.publicKey, PURE, data('text'), pure)).toBe(true);
  });

  it.each(wrong)('tells %s apart, also from one that is remembered', (_title, question) => {
    expect(checkSignature(publicKey, ALGORITHM, data('text'), good)).toBe(true);
    expect(checkSignature(...question)).toBe(false);
    expect(checkSignature(...question)).toBe(false);
  });

  it('forgets, and still tells', () => {
    for (let index = 0; index < 600; index += 1) {
      const text = String(index % 300);
      expect(checkSignature(publicKey, ALGORITHM, data(text), signed(text))).toBe(true);
    }
  });
});

describe('DeferredChecks', () => {
  it('settles to true when every signature is good', async () => {
    const checks = new DeferredChecks();
    for (const text of ['a', 'b', 'c', 'a'])
      expect(checks.check(publicKey, ALGORITHM, data(text), signed(text))).toBe(true);
    await expect(checks.settle()).resolves.toBe(true);
  });

  it('settles to true when there was nothing to check', async () => {
    await expect(new DeferredChecks().settle()).resolves.toBe(true);
  });

  it.each(wrong)('settles to false for %s beside good ones', async (_title, question) => {
    const checks = new DeferredChecks();
    expect(checks.check(publicKey, ALGORITHM, data('text'), good)).toBe(true);
    const taken = checks.check(...question);
    expect(checks.check(publicKey, ALGORITHM, data('more'), signed('more'))).toBe(true);
    expect(taken && (await checks.settle())).toBe(false);
    expect(checkSignature(...question)).toBe(false);
  });
});
