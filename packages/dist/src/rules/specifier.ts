// SPDX-License-Identifier: Apache-2.0

const RELEASE = 'v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)*';
const PRE = '(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?';
const POST = '(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?';
const DEV = '(?:[-_.]?dev[-_.]?[0-9]*)?';
const LOCAL = '(?:\\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?';

/** One clause of a version specifier (PEP 440), as it stands in requirements too; to be matched without case. */
export const SPECIFIER_SOURCE = [
  '===\\s*[^\\s;)]*',
  `(?:==|!=)\\s*${RELEASE}(?:\\.\\*|${PRE}${POST}${DEV}${LOCAL})`,
  `~=\\s*v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)+${PRE}${POST}${DEV}`,
  `(?:<=|>=|<|>)\\s*${RELEASE}${PRE}${POST}${DEV}`,
].join('|');

const WHOLE = new RegExp(`^(?:${SPECIFIER_SOURCE})$`, 'i');

/** The first clause of a Requires-Python that PEP 440 does not know, if there is one. */
export function specifierFlaw(text: string): string | undefined {
  return text
    .split(',')
    .map((clause) => clause.trim())
    .find((clause) => clause !== '' && !WHOLE.test(clause));
}
