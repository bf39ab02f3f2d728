// SPDX-License-Identifier: Apache-2.0
import { EXCEPTIONS, isKnown, LICENSES } from '../known-names.ts';

/** Whether a text is a license expression by PEP 639. Its names become signs, and the sentence is reduced to one. */
export function isLicenseExpression(text: string): boolean {
  const words = text.toLowerCase().replaceAll(/[()]/g, ' $& ').split(/\s+/).filter(Boolean);
  let left = words.map((word, at) => signOf(word, words[at - 1])).join('');
  for (let before = ''; left !== before; ) {
    before = left;
    left = left
      .replaceAll('LWX', 'E')
      .replaceAll(/L(?!W)/g, 'E')
      .replaceAll('(E)', 'E')
      .replaceAll('EJE', 'E');
  }
  return left === 'E';
}

function signOf(word: string, previous: string | undefined): string {
  if (word === '(' || word === ')') return word;
  if (word === 'and' || word === 'or') return 'J';
  if (word === 'with') return 'W';
  if (previous === 'with') return isKnown(EXCEPTIONS, word) ? 'X' : '?';
  if (word.startsWith('licenseref-'))
    return /^[a-z0-9.-]+$/.test(word.slice('licenseref-'.length)) ? 'L' : '?';
  return isKnown(LICENSES, word.replace(/\+$/, '')) ? 'L' : '?';
}
