// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, encodeUtf8, parseJson, readObject } from '../src/index.ts';

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(JSON.stringify(parseJson(JSON.stringify(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('finds the end of every string, whatever backslashes and quotes stand in it', () => {
    const text = fc.array(fc.constantFrom('"', '\\', 'a', '{', ':')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (first, second) => {
        const [a, b] = [JSON.stringify(first), JSON.stringify(`${second}b`)];
        expect(parseJson(`[${a},{${b}:${a}}]`)).toEqual([first, { [`${second}b`]: first }]);
        expect(() => parseJson(`[${a},{${b}:${a},${b}:1}]`)).toThrowError(AppError);
      }),
    );
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice, deep inside', '[{"x":{"b":[],"b":[]}}]'],
    ['a key twice, after a nested object', '{"a":{"c":1},"b":[1,{"c":2}],"a":3}'],
    ['a nesting bomb', '['.repeat(100) + ']'.repeat(100)],
    ['truncated text', '{"a":'],
    ['trailing text', '{} {}'],
  ])('refuses %s', (_title, text) => {
    expect(() => parseJson(text)).toThrowError(expect.objectContaining({ code: 'ERR_JSON' }));
  });

  it('quotes a hostile key in a message: bounded, and without control characters', () => {
    const text = JSON.stringify(`\u009b2J\u202e${'x'.repeat(100_000)}`);
    for (const refused of [
      () => parseJson(`{${text}:1,${text}:2}`),
      () => readObject(parseJson(`{${text}:1}`), '$', {}),
    ])
      expect(refused).toThrowError(
        expect.objectContaining({ message: expect.stringMatching(/^[ -~]{20,200}…?[ -~]{0,40}$/) }),
      );
  });

  it('takes one key in two objects, and keys inside strings, as they are', () => {
    expect(parseJson('[{"a":1},{"a":"{\\"a\\":1,\\"a\\":2}"}]')).toHaveLength(2);
  });

  it('keeps __proto__ as data', () => {
    const value = parseJson('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  it.each(['[', '{"a":', '[{"a":[],"b":', '{"a":1,"b":{"a":'])(
    'finds a nesting bomb of %j before anything is made of it, though it is never closed',
    (piece) => {
      expect(() => parseJson(piece.repeat(2_000_000))).toThrowError('nested deeper than 64 levels');
    },
  );

  it.each([
    ['colons behind one key', `["${'a'.repeat(1_000_000)}"${':'.repeat(4_000_000)}`],
    ['objects behind one key', `{"${'a'.repeat(1_000_000)}":${'{:},'.repeat(1_000_000)}`],
    ['escaped quotes', '"\\"'.repeat(4_000_000)],
    ['backslashes', `"${'\\'.repeat(4_000_001)}"`],
  ])('is done in time with megabytes of %s', (_title, text) => {
    expect(() => parseJson(text)).toThrowError(expect.objectContaining({ code: 'ERR_JSON' }));
  });

  it('reads a string of several megabytes', () => {
    expect(parseJson(JSON.stringify({ a: '\\"'.repeat(2_000_000) }))).toHaveProperty('a');
  });

  it('lets only typed errors out, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          parseJson(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });

  it('refuses what JSON.parse refuses, by a typed error alone', () => {
    const piece = fc.constantFrom('"', '\\', 'a', ':', ',', '{', '}', '[', ']', '1', '\\u0', '\n', '"a":');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        try {
          parseJson(text);
          JSON.parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toThrowError(
      expect.objectContaining({ code: 'ERR_UTF8' }),
    );
    expect(parseJson(encodeUtf8('"é"'))).toBe('é');
  });
});
