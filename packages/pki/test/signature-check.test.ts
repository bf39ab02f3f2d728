// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CheckPool, checkSignature, DeferredChecks } from '../src/index.ts';

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

const ask = (pool: CheckPool, text: string, signature: Uint8Array) =>
  Array.from({ length: 3 }, () => {
    const checks = new DeferredChecks(pool);
    checks.check(publicKey, ALGORITHM, data(text), signature);
    return checks.settle();
  });

describe.each([0, 1, 4])('DeferredChecks with %i threads', (threads) => {
  const pool = new CheckPool({ threads });

  it('settles to true when every signature is good', async () => {
    const checks = new DeferredChecks(pool);
    for (const text of ['a', 'b', 'c', 'a'])
      expect(checks.check(publicKey, ALGORITHM, data(text), signed(text))).toBe(true);
    expect(await Promise.all([checks.settle(), checks.settle()])).toEqual([true, true]);
  });

  it('settles to true when there was nothing to check', async () => {
    await expect(new DeferredChecks(pool).settle()).resolves.toBe(true);
  });

  it('settles everybody who asks for one signature at once', async () => {
    expect(await Promise.all(ask(pool, `shared ${threads}`, signed(`shared ${threads}`)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(await Promise.all(ask(pool, 'unshared', good))).toEqual([false, false, false]);
  });

  it('tells which of many batches holds a wrong signature, light and heavy ones mixed, and long data', async () => {
    const heavy = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const batches = Array.from({ length: 60 }, (_, index) => {
      const checks = new DeferredChecks(pool);
      const text = 'x'.repeat(index * 100);
      const wide = new Uint8Array(sign('sha384', data(`${text}${index}`), heavy.privateKey));
      checks.check(heavy.publicKey, { keyType: 'ec', hash: 'sha384' }, data(`${text}${index}`), wide);
      checks.check(publicKey, ALGORITHM, data(text), index % 7 === 3 ? good : signed(text));
      return checks.settle();
    });
    const found = await Promise.all(batches);
    expect(found).toEqual(found.map((_, index) => index % 7 !== 3));
  });

  it.each(wrong)('settles to false for %s beside good ones', async (_title, question) => {
    const checks = new DeferredChecks(pool);
    expect(checks.check(publicKey, ALGORITHM, data('text'), good)).toBe(true);
    const taken = checks.check(...question);
    expect(checks.check(publicKey, ALGORITHM, data('more'), signed('more'))).toBe(true);
    expect(taken && (await checks.settle())).toBe(false);
    expect(checkSignature(...question)).toBe(false);
  });
});

it('a pool is told how many threads it has', () => {
  for (const threads of [-1, 0.5, Number.NaN])
    expect(() => new CheckPool({ threads })).toThrowError(TypeError);
});
