// SPDX-License-Identifier: Apache-2.0
import { METADATA_FIELDS, METADATA_VERSIONS } from '../core-metadata-field.ts';
import { pythonQuoted } from '../python-text.ts';
import { isProjectName, parsePythonVersion } from '../python-version.ts';
import { isLicenseExpression } from './license-rule.ts';
import type { Fault, FormValues } from './metadata-fault.ts';
import { isSpecifierSet, readRequirement } from './requirement-rule.ts';

const CONTENT_TYPES = ['text/plain', 'text/x-rst', 'text/markdown'];
const NOT_DYNAMIC = ['metadata-version', 'name', 'version'];
const PYTHON_KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);
// oxlint-disable-next-line no-control-regex -- these are the line boundaries that Python knows
const LINE_BOUNDARY = /[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/;

/** The checks of the metadata format itself, as `packaging.metadata` has them and says them. */
export function faultsOfFormat(values: FormValues): Fault[] {
  const stated = values.get('metadata_version')?.[0];
  const age = METADATA_VERSIONS.indexOf(stated ?? '');
  const shown = stated === undefined ? 'None' : pythonQuoted(stated);
  const faults: Fault[] = age < 0 ? [['metadata-version', `${shown} is not a valid metadata version`]] : [];
  if (!values.has('version')) faults.push(['version', "'version' is a required field"]);
  for (const [name, sent] of values) {
    const field = METADATA_FIELDS.get(name);
    if (!field || name === 'metadata_version') continue;
    if (age >= 0 && METADATA_VERSIONS.indexOf(field.added) > age)
      faults.push([
        field.header,
        `${field.header} introduced in metadata version ${field.added}, not ${stated}`,
      ]);
    else for (const words of FIELD_RULES[name]?.(sent) ?? []) faults.push([field.header, words]);
  }
  return faults;
}

type FieldRule = (sent: readonly string[]) => string[];

const FIELD_RULES: Readonly<Record<string, FieldRule>> = {
  name: single('name', isProjectName),
  version: single('version', (text) => isVersion(text.trim())),
  summary: ([text = '']) => (LINE_BOUNDARY.test(text) ? ["'summary' must be a single line"] : []),
  description_content_type: ([text = '']) => contentTypeFaults(text),
  dynamic: (sent) => sent.flatMap(dynamicFaults),
  license_expression: single('license-expression', isLicenseExpression),
  license_file: (sent) => sent.flatMap(licenseFileFaults),
  requires_python: single('requires-python', isSpecifierSet),
  requires_dist: each('requires-dist', (text) => readRequirement(text) !== undefined),
  provides_extra: each('provides-extra', isProjectName),
  import_name: (sent) =>
    sent.length === 1 && sent[0] === '' ? [] : sent.flatMap(importFaults('import-name')),
  import_namespace: (sent) => sent.flatMap(importFaults('import-namespace')),
};

function single(header: string, isValid: (text: string) => boolean): FieldRule {
  return each(header, isValid);
}

function each(header: string, isValid: (text: string) => boolean): FieldRule {
  return (sent) =>
    sent
      .filter((text) => !isValid(text))
      .map((text) => `${pythonQuoted(text)} is invalid for ${pythonQuoted(header)}`);
}

function isVersion(text: string): boolean {
  try {
    return parsePythonVersion(text).text !== '';
  } catch {
    return false;
  }
}

function contentTypeFaults(value: string): string[] {
  const header = "'description-content-type'";
  const [type = '', ...rest] = value.split(';').map((part) => part.trim());
  if (!CONTENT_TYPES.includes(type.toLowerCase()))
    return [
      `${header} must be one of [${CONTENT_TYPES.map(pythonQuoted).join(', ')}], not ${pythonQuoted(value)}`,
    ];
  const parameters = rest.at(-1) === '' ? rest.slice(0, -1) : rest;
  const pairs = parameters.map((part) => /^([^\s="]+)\s*=\s*(?:"([^"]*)"|([^\s=";']+))$/.exec(part));
  const given = new Map(pairs.map((pair) => [pair?.[1]?.toLowerCase(), pair?.[2] ?? pair?.[3] ?? '']));
  if (pairs.includes(null) || given.size < pairs.length)
    return [`${pythonQuoted(value)} is not a valid content type for ${header}`];
  const charset = given.get('charset') ?? 'UTF-8';
  if (charset !== 'UTF-8')
    return [`${header} can only specify the UTF-8 charset, not ${pythonQuoted(charset)}`];
  const variant = given.get('variant') ?? 'GFM';
  if (type.toLowerCase() !== 'text/markdown' || variant === 'GFM' || variant === 'CommonMark') return [];
  return [`valid Markdown variants for ${header} are ['GFM', 'CommonMark'], not ${pythonQuoted(variant)}`];
}

function dynamicFaults(value: string): string[] {
  const name = value.toLowerCase();
  if (NOT_DYNAMIC.includes(name)) return [`${pythonQuoted(name)} is not allowed as a dynamic field`];
  const known = Array.from(METADATA_FIELDS.values(), ({ header }) => header);
  return known.includes(name) ? [] : [`${pythonQuoted(name)} is not a valid dynamic field`];
}

function licenseFileFaults(path: string): string[] {
  const start = `${pythonQuoted(path)} is invalid for 'license-file', `;
  if (path.includes('..')) return [`${start}parent directory indicators are not allowed`];
  if (path.includes('*')) return [`${start}paths must be resolved`];
  if (/^(?:[/\\]|[a-z]:)/i.test(path)) return [`${start}paths must be relative`];
  const parts = path.split('/');
  return path.includes('\\') || parts.some((part) => part === '' || part === '.')
    ? [`${start}paths must use '/' delimiter`]
    : [];
}

function importFaults(header: string): (value: string) => string[] {
  return (value) => {
    const [, name = '', option] = /^([^;]*?)\s*(?:;(.*))?$/s.exec(value) ?? [];
    for (const part of name.split('.')) {
      const start = `${pythonQuoted(name)} is invalid for ${pythonQuoted(header)}; ${pythonQuoted(part)}`;
      if (!/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(part)) return [`${start} is not a valid identifier`];
      if (PYTHON_KEYWORDS.has(part)) return [`${start} is a keyword`];
    }
    if (option === undefined || option.trimStart() === 'private') return [];
    return [
      `${pythonQuoted(value)} is invalid for ${pythonQuoted(header)}; the only valid option is 'private'`,
    ];
  };
}
