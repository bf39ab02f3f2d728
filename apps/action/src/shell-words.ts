// SPDX-License-Identifier: Apache-2.0
import { usageError } from 'colophon/src/cli-error.ts';

// A word is any run of these: what is in '…' as it is, what is in "…" with \" and \\ undone, \x, and plain characters.
const PART = /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<escaped>[^])|(?<plain>[^\s'"\\]+)/y;
const SPACE = /\s*/y;

/**
 * Splits a text into words as a POSIX shell does, by space and quotes; nothing is expanded. These are the rules of
 * Python's shlex.split, for which inputs of other actions are written.
 * @throws CliError ERR_USAGE for a quote without an end
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const { word, end } = readWord(text, at);
    words.push(word);
    at = skipSpace(text, end);
  }
  return words;
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function readWord(text: string, start: number): { word: string; end: number } {
  let [word, end] = ['', start];
  for (;;) {
    PART.lastIndex = end;
    const { groups } = PART.exec(text) ?? {};
    if (groups === undefined) break;
    end = PART.lastIndex;
    word +=
      groups['single'] ??
      groups['double']?.replaceAll(/\\(["\\])/g, '$1') ??
      groups['escaped'] ??
      groups['plain'] ??
      '';
  }
  if (end < text.length && !/\s/.test(text[end] ?? ''))
    throw usageError('an input has a quote without its end');
  return { word, end };
}
