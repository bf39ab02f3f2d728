// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWords } from '../src/shell-words.ts';

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

describe('shellWords', () => {
  it.each([
    ['', []],
    ['  \n ', []],
    ['a b\tc\nd', ['a', 'b', 'c', 'd']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a'b c'd"e f"`, ['ab cde f']],
    [`''`, ['']],
    [`"" x`, ['', 'x']],
    [String.raw`a\ b`, ['a b']],
    [String.raw`'\'`, ['\\']],
    [String.raw`"\"\\\n"`, [String.raw`"\\n`]],
    ['dist/*.whl $HOME #x', ['dist/*.whl', '$HOME', '#x']],
  ])('splits %j', (text, words) => {
    expect(shellWords(text)).toEqual(words);
  });

  it.each([`'a`, `a "b`, 'a\\'])('refuses %j, which has no end', (text) => {
    expect(() => shellWords(text)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  it('gives back any words that were quoted for a shell', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(shellWords(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });

  it('throws nothing but its own error for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          shellWords(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_USAGE' });
        }
      }),
    );
  });
});
