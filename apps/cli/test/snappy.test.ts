// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSnappy } from '../src/evidence/snappy.ts';
import { compressSnappy } from './support/snappy-block.ts';

const MAX = 1 << 20;
const text = (block: readonly number[]) => Buffer.from(expandSnappy(Uint8Array.from(block), MAX)).toString();
const bytes = (words: string) => [...Buffer.from(words)];

describe('a block of snappy', () => {
  it.each([
    ['nothing', [0], ''],
    ['a literal', [3, 2 << 2, ...bytes('abc')], 'abc'],
    ['a literal whose length has its own byte', [70, 60 << 2, 69, ...bytes('x'.repeat(70))], 'x'.repeat(70)],
    ['a literal whose length has two', [70, 61 << 2, 69, 0, ...bytes('y'.repeat(70))], 'y'.repeat(70)],
    ['a short copy that repeats itself', [7, 1 << 2, ...bytes('ab'), 0b00000101, 2], 'abababa'],
    ['a copy with an offset of two bytes', [6, 2 << 2, ...bytes('abc'), (2 << 2) | 2, 3, 0], 'abcabc'],
    ['a copy with an offset of four', [6, 2 << 2, ...bytes('abc'), (2 << 2) | 3, 3, 0, 0, 0], 'abcabc'],
  ])('holds %s', (_what, block, expanded) => {
    expect(text(block)).toBe(expanded);
  });

  it.each([
    ['is empty', []],
    ['does not end its size', [0x80, 0x80, 0x80, 0x80, 0x80, 1]],
    ['claims more than is allowed', [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['holds more than it claims', [1, 1 << 2, ...bytes('ab')]],
    ['holds less than it claims', [3, 1 << 2, ...bytes('ab')]],
    ['ends within a literal', [3, 2 << 2, ...bytes('ab')]],
    ['ends within a length', [3, 61 << 2, 1]],
    ['ends within an offset', [6, 2 << 2, ...bytes('abc'), (2 << 2) | 2, 3]],
    ['copies from before its beginning', [6, 1 << 2, ...bytes('ab'), (3 << 2) | 2, 3, 0]],
    ['copies from nowhere', [6, 1 << 2, ...bytes('ab'), (3 << 2) | 2, 0, 0]],
    ['goes on behind its end', [2, 1 << 2, ...bytes('ab'), 0, 0]],
  ])('that %s is refused', (_what, block) => {
    expect(() => text(block)).toThrow(expect.objectContaining({ code: 'ERR_BUNDLE' }));
  });

  it('gives back what was compressed', () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 400 });
    const repetitive = fc
      .tuple(part, fc.integer({ min: 1, max: 40 }))
      .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => piece)));
    fc.assert(
      fc.property(repetitive, (data) => {
        expect(Buffer.from(expandSnappy(compressSnappy(data), MAX)).equals(data)).toBe(true);
      }),
    );
  });

  it('of any bytes expands or is refused with its code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        let code: string | undefined;
        try {
          expandSnappy(block, MAX);
        } catch (error) {
          code = isAppError(error) ? error.code : 'untyped';
        }
        expect([undefined, 'ERR_BUNDLE']).toContain(code);
      }),
      { numRuns: 2000 },
    );
  });
});
