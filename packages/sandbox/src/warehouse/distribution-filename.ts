// SPDX-License-Identifier: Apache-2.0
import { pythonQuoted } from './python-text.ts';
import { normalizedProjectName, parsePythonVersion, type PythonVersion } from './python-version.ts';
import { WarehouseError } from './warehouse-error.ts';

export interface WheelName {
  readonly kind: 'wheel';
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version: PythonVersion;
  /** Number and rest, or nothing. */
  readonly build: string;
  readonly interpreters: ReadonlySet<string>;
  readonly abis: ReadonlySet<string>;
  readonly platforms: ReadonlySet<string>;
}

export interface SourceName {
  readonly kind: 'source';
  readonly name: string;
  readonly version: PythonVersion;
}

const MAX_LENGTH = 512;

/** Parses the name of a wheel (binary distribution format) or of a source distribution. @throws WarehouseError ERR_WAREHOUSE_FILENAME */
export function parseDistributionFilename(filename: string): WheelName | SourceName {
  if (filename.endsWith('.whl')) return parseWheelFilename(filename);
  if (filename.endsWith('.tar.gz') || filename.endsWith('.zip')) return parseSourceFilename(filename);
  throw refused(`unknown distribution format: ${filename}`);
}

/**
 * Whether two names stand for one distribution: equal name, version, build and sets of tags, however they are spelled and ordered
 * (pypi.md §1.3; the two suffixes of a source distribution are one).
 */
export function sameDistribution(a: WheelName | SourceName, b: WheelName | SourceName): boolean {
  return identityOf(a) === identityOf(b);
}

// The tags are the product of three sets without an empty one, so that equal products have equal sets.
function identityOf(parsed: WheelName | SourceName): string {
  const common = [parsed.kind, parsed.name, parsed.version.canonical];
  if (parsed.kind === 'source') return JSON.stringify(common);
  const sets = [parsed.interpreters, parsed.abis, parsed.platforms].map((set) => Array.from(set).toSorted());
  return JSON.stringify([...common, parsed.build, ...sets]);
}

/** Parses the name of a wheel. The errors have the words that Warehouse hands on from its parser. @throws WarehouseError ERR_WAREHOUSE_FILENAME */
export function parseWheelFilename(filename: string): WheelName {
  const stem = filename.slice(0, -'.whl'.length);
  const shown = pythonQuoted(stem);
  if (!filename.endsWith('.whl'))
    throw refused(`Invalid wheel filename (extension must be '.whl'): ${pythonQuoted(filename)}`);
  const parts = stem.split('-');
  if (parts.length !== 5 && parts.length !== 6)
    throw refused(`Invalid wheel filename (wrong number of parts): ${shown}`);
  const [name = '', version = ''] = parts;
  if (name.includes('__') || !/^[A-Za-z0-9_.]+$/.test(name) || stem.length > MAX_LENGTH)
    throw refused(`Invalid project name: ${shown}`);
  return {
    kind: 'wheel',
    name: normalizedProjectName(name),
    version: versionOf(version, `Invalid wheel filename (invalid version): ${shown}`),
    build: parts.length === 6 ? buildOf(parts[2] ?? '', shown) : '',
    ...tagsOf(parts.slice(-3), shown),
  };
}

function buildOf(text: string, shown: string): string {
  const match = /^([0-9]+)([!-~]*)$/.exec(text);
  if (!match) throw refused(`Invalid build number: ${text} in ${shown}`);
  return `${BigInt(match[1] ?? '')}/${match[2]}`;
}

function tagsOf(
  parts: readonly string[],
  shown: string,
): Pick<WheelName, 'interpreters' | 'abis' | 'platforms'> {
  const [interpreters = [], abis = [], platforms = []] = parts.map((part) => part.toLowerCase().split('.'));
  const valid =
    interpreters.every((part) => /^[a-z_][a-z0-9_]*$/.test(part)) &&
    [...abis, ...platforms].every((part) => /^[!-~]+$/.test(part));
  if (!valid) throw refused(`Invalid wheel filename (invalid tag component): ${shown}`);
  return { interpreters: new Set(interpreters), abis: new Set(abis), platforms: new Set(platforms) };
}

function parseSourceFilename(filename: string): SourceName {
  const stem = filename.slice(0, filename.endsWith('.zip') ? -'.zip'.length : -'.tar.gz'.length);
  const dash = stem.lastIndexOf('-');
  const name = stem.slice(0, Math.max(dash, 0));
  if (!/^[!-~]+$/.test(name) || stem.length > MAX_LENGTH)
    throw refused(`Invalid sdist filename: ${pythonQuoted(filename)}`);
  const version = versionOf(
    stem.slice(dash + 1),
    `Invalid sdist filename (invalid version): ${pythonQuoted(filename)}`,
  );
  return { kind: 'source', name: normalizedProjectName(name), version };
}

function versionOf(text: string, words: string): PythonVersion {
  try {
    return parsePythonVersion(text);
  } catch (cause) {
    throw refused(words, cause);
  }
}

function refused(words: string, cause?: unknown): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_FILENAME', words, { cause });
}
