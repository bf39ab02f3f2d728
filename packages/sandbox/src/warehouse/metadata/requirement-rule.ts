// SPDX-License-Identifier: Apache-2.0

const VERSION =
  'v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)*(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?[0-9]*)?(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?';
const CLAUSE = new RegExp(
  `^(?:===\\s*\\S*|[=!]=\\s*(?:v?(?:[0-9]+!)?[0-9]+(?:\\.[0-9]+)*\\.\\*|${VERSION}(?:\\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?)|~=\\s*(?=v?(?:[0-9]+!)?[0-9]+\\.[0-9])${VERSION}|[<>]=?\\s*${VERSION})$`,
  'i',
);
const NAME = '[a-z0-9](?:[a-z0-9._-]*[a-z0-9_])?';
const SHAPE = new RegExp(
  `^[ \\t]*(?<name>${NAME})[ \\t]*(?<extras>\\[[^\\]]*\\])?[ \\t]*(?:@[ \\t]*(?<url>[^ \\t]+)(?:[ \\t]+(?:;(?<after>.*))?)?|(?<versions>(?:\\([^()]*\\)|[^;()]*))[ \\t]*(?:;(?<marker>.*))?)$`,
  'is',
);
const EXTRAS = new RegExp(`^\\[[ \\t]*(?:${NAME}(?:[ \\t]*,[ \\t]*${NAME})*)?[ \\t]*\\]$`, 'i');
const VARIABLES =
  'python_full_version|python_version|os[._]name|sys[._]platform|platform_release|platform_system|platform[._]version|platform[._]machine|platform[._]python_implementation|python_implementation|implementation_name|implementation_version|extras|extra|dependency_groups';

/** Whether a text is a set of version specifiers (PEP 440). */
export function isSpecifierSet(text: string): boolean {
  const clauses = text.split(',').map((clause) => clause.trim());
  return clauses.every((clause) => clause === '' || CLAUSE.test(clause));
}

/** A requirement (PEP 508): what it names, or undefined where the text is none. */
export function readRequirement(text: string): { readonly url: string | undefined } | undefined {
  const {
    extras = '[]',
    url,
    after,
    versions = '',
    marker = after,
  } = SHAPE.exec(text)?.groups ?? { extras: '' };
  if (!EXTRAS.test(extras) || (marker !== undefined && !isMarker(marker))) return undefined;
  const bare = versions.trim().replace(/^\((.*)\)$/s, '$1');
  return url === undefined && !isSpecifierList(bare) ? undefined : { url };
}

// Unlike in Requires-Python, an empty clause may only be the last one.
function isSpecifierList(text: string): boolean {
  const clauses = text.split(',').map((clause) => clause.trim());
  if (clauses.length > 1 && clauses.at(-1) === '') clauses.pop();
  return text.trim() === '' || clauses.every((clause) => CLAUSE.test(clause));
}

/** A marker is a sentence over three signs once its words are replaced: v for a value, o for a comparison, j for a junction. */
function isMarker(text: string): boolean {
  let left = text
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, ' V ')
    .replaceAll(new RegExp(`\\b(?:${VARIABLES})\\b`, 'g'), ' V ')
    .replaceAll(/===|[=!~<>]=|[<>]|\bnot\s+in\b|\bin\b/g, ' O ')
    .replaceAll(/\b(?:and|or)\b/g, ' J ')
    .replaceAll(/\s+/g, '');
  for (let before = ''; left !== before; ) {
    before = left;
    left = left.replaceAll(/VOV/g, 'M').replaceAll(/\(M\)/g, 'M').replaceAll(/MJM/g, 'M');
  }
  return left === 'M';
}
