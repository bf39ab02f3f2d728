// SPDX-License-Identifier: Apache-2.0
import { METADATA_FIELDS, METADATA_VERSIONS } from './core-metadata-field.ts';
import { pythonQuoted } from './python-text.ts';
import { isProjectName, parsePythonVersion, type PythonVersion } from './python-version.ts';
import { Refusal } from './refusal.ts';
import type { UploadForm } from './upload-form.ts';

/** The metadata that the index works with; the rest is checked and let go. */
export interface ReleaseMetadata {
  readonly name: string;
  readonly version: PythonVersion;
  readonly summary: string;
  readonly requiresPython: string | undefined;
}

type Fault = readonly [header: string, words: string];

const FIRST = ['metadata-version', 'name', 'version'];
const CONTENT_TYPES = ['text/plain', 'text/x-rst', 'text/markdown'];

/**
 * The checks of the metadata in the form (pypi.md §3, check 3): those of the format, then those of the index, and of each group
 * the first fault: metadata version, name, version, the others by the alphabet. Classifiers, addresses and URLs are not looked up.
 * @throws Refusal 400
 */
export function readReleaseMetadata(form: UploadForm): ReleaseMetadata {
  const values = new Map<string, readonly string[]>();
  for (const name of METADATA_FIELDS.keys()) {
    const sent = form.all(name);
    if (sent.length > 1 || (sent[0] ?? '') !== '') values.set(name, sent);
  }
  for (const faultsOf of [faultsOfForm, faultsOfFormat, faultsOfIndex]) refuseFirst(faultsOf(values));
  const [name = '', version = '', summary = ''] = ['name', 'version', 'summary'].map(
    (key) => values.get(key)?.[0],
  );
  const requiresPython = values.get('requires_python')?.[0];
  return { name, version: parsePythonVersion(version.trim()), summary, requiresPython };
}

function refuseFirst(faults: readonly Fault[]): void {
  const rank = ([header]: Fault) => (FIRST.includes(header) ? FIRST.indexOf(header) : FIRST.length);
  const ordered = faults.toSorted((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const [fault] = ordered;
  if (!fault) return;
  const words = fault[1].endsWith('.') ? fault[1] : `${fault[1]}.`;
  throw new Refusal(
    400,
    `${words} See https://packaging.python.org/specifications/core-metadata for more information.`,
  );
}

type Values = ReadonlyMap<string, readonly string[]>;

function faultsOfForm(values: Values): Fault[] {
  return Array.from(values)
    .filter(([name, sent]) => sent.length > 1 && METADATA_FIELDS.get(name)?.multiple === false)
    .map(([name]) => [name, `${pythonQuoted(name)} has invalid data`]);
}

function faultsOfFormat(values: Values): Fault[] {
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
    else for (const words of formatFaults(name, sent)) faults.push([field.header, words]);
  }
  return faults;
}

function formatFaults(name: string, sent: readonly string[]): string[] {
  const [value = ''] = sent;
  const invalid = (header: string) => [`${pythonQuoted(value)} is invalid for ${pythonQuoted(header)}`];
  if (name === 'name') return isProjectName(value) ? [] : invalid('name');
  if (name === 'version') return isVersion(value.trim()) ? [] : invalid('version');
  if (name === 'summary') return /[\n\r\v\f]/.test(value) ? ["'summary' must be a single line"] : [];
  if (name === 'description_content_type') return contentTypeFaults(value);
  if (name === 'dynamic') return sent.flatMap(dynamicFaults);
  return name === 'license_file' ? sent.flatMap(licenseFileFaults) : [];
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
  const [type = '', ...parameters] = value.split(';').map((part) => part.trim());
  if (!CONTENT_TYPES.includes(type.toLowerCase()))
    return [
      `${header} must be one of [${CONTENT_TYPES.map(pythonQuoted).join(', ')}], not ${pythonQuoted(value)}`,
    ];
  const given = new Map(
    parameters.map((part) => part.split('=', 2)).map(([key = '', text = '']) => [key.toLowerCase(), text]),
  );
  const charset = given.get('charset') ?? 'UTF-8';
  if (charset.toLowerCase() !== 'utf-8')
    return [`${header} can only specify the UTF-8 charset, not ${pythonQuoted(charset)}`];
  const variant = given.get('variant') ?? 'GFM';
  if (type.toLowerCase() !== 'text/markdown' || variant === 'GFM' || variant === 'CommonMark') return [];
  return [`valid Markdown variants for ${header} are ['GFM', 'CommonMark'], not ${pythonQuoted(variant)}`];
}

function dynamicFaults(value: string): string[] {
  const name = value.toLowerCase();
  if (FIRST.includes(name)) return [`${pythonQuoted(name)} is not allowed as a dynamic field`];
  const known = Array.from(METADATA_FIELDS.values(), ({ header }) => header);
  return known.includes(name) ? [] : [`${pythonQuoted(name)} is not a valid dynamic field`];
}

function licenseFileFaults(path: string): string[] {
  const start = `${pythonQuoted(path)} is invalid for 'license-file', `;
  if (path.includes('..')) return [`${start}parent directory indicators are not allowed`];
  if (path.includes('*')) return [`${start}paths must be resolved`];
  if (/^(?:[/\\]|[a-z]:)/i.test(path)) return [`${start}paths must be relative`];
  return path.includes('\\') ? [`${start}paths must use '/' delimiter`] : [];
}

function faultsOfIndex(values: Values): Fault[] {
  const version = parsePythonVersion(values.get('version')?.[0]?.trim() ?? '');
  const faults: Fault[] = [];
  if (version.isLocal)
    faults.push(['version', `The use of local versions in '${version.text}' is not allowed.`]);
  if ((values.get('summary')?.[0] ?? '').length > 512)
    faults.push(['summary', "'summary' field must be 512 characters or less."]);
  for (const requirement of values.get('requires_dist') ?? [])
    if (/^[^;]*@/.test(requirement))
      faults.push(['requires-dist', `Can't have direct dependency: ${requirement}`]);
  for (const entry of values.get('project_urls') ?? []) {
    const words = projectUrlFault(entry);
    if (words) faults.push(['project-url', words]);
  }
  if (values.has('license') && values.has('license_expression'))
    faults.push([
      'license',
      'License is deprecated when License-Expression is present. Only License-Expression should be present.',
    ]);
  return faults;
}

function projectUrlFault(entry: string): string | undefined {
  const comma = entry.indexOf(',');
  const label = (comma < 0 ? entry : entry.slice(0, comma)).trim();
  if (label === '') return 'Must have a label';
  if (label.length > 32) return `${pythonQuoted(label)} must be 32 characters or less.`;
  return comma < 0 || entry.slice(comma + 1).trim() === '' ? 'Must have a URL' : undefined;
}
