// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { DistError } from './dist-error.ts';
import { normalizeName } from './project-name.ts';
import { parseVersion, sameVersion } from './version.ts';

/** The name of a wheel (PEP 427), taken apart. */
export interface WheelFilename {
  readonly kind: 'wheel';
  readonly filename: string;
  /** Normal form of the project's name (PEP 503). */
  readonly name: string;
  /** Canonical PEP 440 version. */
  readonly version: string;
  /** Name and version as the file name spells them: members of the archive go by these. */
  readonly rawName: string;
  readonly rawVersion: string;
  /** Build tag as written: digits, then anything. */
  readonly build?: string;
  /** Python tag as written, maybe a set: `py2.py3`. */
  readonly pythonTag: string;
  /** Every `python-abi-platform` that the compressed tag sets stand for (PEP 425), in lower case. */
  readonly tags: ReadonlySet<string>;
}

/** The name of a source distribution (PEP 625), taken apart. */
export interface SdistFilename {
  readonly kind: 'sdist';
  readonly filename: string;
  readonly name: string;
  readonly version: string;
  readonly rawName: string;
  readonly rawVersion: string;
  readonly extension: '.tar.gz' | '.zip';
}

export type DistFilename = WheelFilename | SdistFilename;

// No file system takes a longer name. It also bounds the tag sets: their product is what a name can blow up.
const MAX_LENGTH = 255;
const CONTROL_OR_SEPARATOR = /[\p{Cc}/\\]/u;
const WHEEL_NAME = /^[\p{L}\p{N}_.]+$/u;
const BUILD_TAG = /^([0-9]+)(.*)/;

/** Tells by the suffix alone (lower case, as indexes want it) whether a name claims to be a distribution's. */
export function isDistFilename(filename: string): boolean {
  return /\.(?:whl|tar\.gz|zip)$/.test(filename);
}

/**
 * Parses the name of a wheel or sdist by the rules of `packaging.utils.parse_wheel_filename` and
 * `parse_sdist_filename`. Beyond them an empty project name, path separators, control characters and more than
 * 255 characters are refused: no index takes such a name, and the first two would leave the folder they are joined to.
 * @throws DistError ERR_DIST_FILENAME
 */
export function parseDistFilename(filename: string): DistFilename {
  if (filename.length > MAX_LENGTH) throw invalid(filename, `longer than ${MAX_LENGTH} characters`);
  if (CONTROL_OR_SEPARATOR.test(filename)) throw invalid(filename, 'a control character or path separator');
  if (filename.endsWith('.whl')) return parseWheelFilename(filename);
  if (filename.endsWith('.tar.gz')) return parseSdistFilename(filename, '.tar.gz');
  if (filename.endsWith('.zip')) return parseSdistFilename(filename, '.zip');
  throw invalid(filename, 'the suffix is not .whl, .tar.gz or .zip');
}

/**
 * Whether two names stand for one distribution, as PEP 740 verifiers compare them: name, version, build tag and the
 * set of tags. The order of tags, the spelling of name and version and an sdist's suffix do not count.
 */
export function sameDistribution(a: DistFilename, b: DistFilename): boolean {
  if (a.name !== b.name || (a.version !== b.version && !sameVersion(a.version, b.version))) return false;
  if (a.kind === 'sdist' || b.kind === 'sdist') return a.kind === b.kind;
  return (
    buildKey(a) === buildKey(b) && a.tags.size === b.tags.size && [...a.tags].every((tag) => b.tags.has(tag))
  );
}

function parseWheelFilename(filename: string): WheelFilename {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  if (parts.length !== 5 && parts.length !== 6) throw invalid(filename, 'it needs four or five dashes');
  const [python = '', abi = '', platform = ''] = parts.splice(-3);
  const [rawName = '', rawVersion = '', build] = parts;
  if (rawName.includes('__') || !WHEEL_NAME.test(rawName))
    throw invalid(filename, 'the first part is not the project name of a wheel');
  if (build !== undefined && !BUILD_TAG.test(build))
    throw invalid(filename, 'the build tag does not begin with a digit');
  return {
    kind: 'wheel',
    filename,
    ...nameAndVersion(filename, rawName, rawVersion),
    ...(build === undefined ? {} : { build }),
    pythonTag: python,
    tags: expandTags(python, abi, platform),
  };
}

// A version holds no dash in its canonical form, so the last one divides.
function parseSdistFilename(filename: string, extension: SdistFilename['extension']): SdistFilename {
  const stem = filename.slice(0, -extension.length);
  const dash = stem.lastIndexOf('-');
  if (dash < 1) throw invalid(filename, 'no name and version with a dash between them');
  const parts = nameAndVersion(filename, stem.slice(0, dash), stem.slice(dash + 1));
  return { kind: 'sdist', filename, ...parts, extension };
}

function nameAndVersion(filename: string, rawName: string, rawVersion: string) {
  try {
    return { name: normalizeName(rawName), version: parseVersion(rawVersion), rawName, rawVersion };
  } catch (cause) {
    throw new DistError('ERR_DIST_FILENAME', `file name ${quote(filename)}: not a PEP 440 version`, {
      cause,
    });
  }
}

function expandTags(python: string, abi: string, platform: string): ReadonlySet<string> {
  const [pythons = [], abis = [], platforms = []] = [python, abi, platform].map((set) =>
    set.toLowerCase().split('.'),
  );
  const triples = pythons.flatMap((p) => abis.flatMap((a) => platforms.map((tag) => `${p}-${a}-${tag}`)));
  return new Set(triples);
}

// 01abc and 1abc are one build tag: packaging compares the number and the rest.
function buildKey({ build }: WheelFilename): string {
  const [, digits = '', rest = ''] = BUILD_TAG.exec(build ?? '') ?? [];
  return `${digits.replace(/^0+(?=[0-9])/, '')} ${rest}`;
}

function invalid(filename: string, reason: string): DistError {
  return new DistError('ERR_DIST_FILENAME', `file name ${quote(filename)}: ${reason}`);
}
