// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBase64,
  decodeBase64Url,
  decodeHex,
  encodeBase64,
  encodeHex,
  Secret,
  type JsonValue,
} from '../src/index.ts';
import { readArray, readBase64, readDecimal, readObject, readTimestamp } from '../src/index.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const takes = (decode: (text: string) => unknown, spelled: string): boolean => {
  try {
    return decode(spelled) !== undefined;
  } catch {
    return false;
  }
};

describe('base64 and hexadecimal', () => {
  it('round-trip any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeHex(encodeHex(bytes))).toEqual(bytes);
        expect(decodeBase64Url(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
      }),
    );
  });

  const notBase64 = [
    'YQ',
    'YQ=',
    'YQ===',
    'YQ==YQ==',
    'Y Q=',
    'YQ==\n',
    'YQ\n=',
    'YR==',
    'YWF=',
    '-_8=',
    '%%%%',
    'YWJj!',
  ];
  it.each([...notBase64, 'YWJj    ', 'YWJ\u0141', 'YWJ\u00c1', '====', 'A==='])(
    'refuse base64 %j',
    (text) => {
      expect(() => decodeBase64(text)).toThrowError(throwsCode('ERR_BASE64'));
    },
  );

  it('take of all texts those that encode to themselves', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'ABQw09+/=-_ \n\u0141\u00e9'.split('')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (spelled) => {
        for (const [decode, encoding] of [
          [decodeBase64, 'base64'],
          [decodeBase64Url, 'base64url'],
        ] as const)
          expect(takes(decode, spelled)).toBe(Buffer.from(spelled, encoding).toString(encoding) === spelled);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['a', 'AB', '0x', 'zz'])('refuse hexadecimal %j', (text) => {
    expect(() => decodeHex(text)).toThrowError(throwsCode('ERR_HEX'));
  });

  it.each(['YQ==', 'Y+', 'YR'])('refuse base64url %j', (text) => {
    expect(() => decodeBase64Url(text)).toThrowError(throwsCode('ERR_BASE64'));
  });
});

describe('the readers of JSON shapes', () => {
  const bad: [string, () => unknown][] = [
    ['a missing key', () => readObject({}, '$', { required: ['a'] })],
    ['an unknown key', () => readObject({ b: 1 }, '$', { optional: ['a'] })],
    ['an array for an object', () => readObject([], '$', {})],
    ['null for an object', () => readObject(null, '$', {})],
    ['a long array', () => readArray([1, 2, 3] as JsonValue[], '$', 2)],
    ['a number for a decimal', () => readDecimal(5, '$')],
    ['a leading zero', () => readDecimal('05', '$')],
    ['a sign', () => readDecimal('-1', '$')],
    ['a space', () => readDecimal(' 5', '$')],
    ['2^64', () => readDecimal('18446744073709551616', '$')],
    ['lenient base64', () => readBase64('YQ', '$')],
    ['a local time', () => readTimestamp('2026-01-01 00:00:00', '$')],
    ['month 13', () => readTimestamp('2026-13-01T00:00:00Z', '$')],
  ];
  it.each(bad)('refuse %s', (_title, read) => {
    expect(read).toThrowError(throwsCode('ERR_JSON_SHAPE'));
  });

  it('read what is right', () => {
    expect(readDecimal('18446744073709551615', '$')).toBe(18446744073709551615n);
    expect(readTimestamp('2026-01-01T00:00:00.123456Z', '$').toISOString()).toBe('2026-01-01T00:00:00.123Z');
    expect(readObject({ a: 1, z: 2 }, '$', { required: ['a'], open: true })).toEqual({ a: 1, z: 2 });
  });
});

describe('Secret', () => {
  it('never prints its text', () => {
    const secret = new Secret('hunter2');
    const shown = [String(secret), JSON.stringify({ secret }), inspect(secret)];
    shown.push(inspect({ secret }, { depth: 5, showHidden: true }));
    expect(shown.join()).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});
