// SPDX-License-Identifier: Apache-2.0
import { WarehouseError } from './warehouse-error.ts';

/** A version by PEP 440. */
export interface PythonVersion {
  /** The normal form, with the zeros at the end of the release as they were written. */
  readonly text: string;
  /** The normal form without those zeros: one text for all spellings of one version. */
  readonly canonical: string;
  readonly isLocal: boolean;
  readonly isPost: boolean;
}

const MAX_LENGTH = 256;
const PATTERN = new RegExp(
  '^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)' +
    '(?<pre>[._-]?(?<preLetter>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?<preNumber>[0-9]+)?)?' +
    '(?<post>-(?<implicitPost>[0-9]+)|[._-]?(?:post|rev|r)[._-]?(?<postNumber>[0-9]+)?)?' +
    '(?<dev>[._-]?dev[._-]?(?<devNumber>[0-9]+)?)?' +
    '(?:\\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?$',
  'i',
);
const PRE_LETTERS: Readonly<Record<string, string>> = {
  alpha: 'a',
  beta: 'b',
  c: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** Parses a version (PEP 440, appendix B); no space around it is allowed. @throws WarehouseError ERR_WAREHOUSE_VERSION */
export function parsePythonVersion(text: string): PythonVersion {
  const groups = text.length > MAX_LENGTH ? undefined : PATTERN.exec(text)?.groups;
  if (!groups)
    throw new WarehouseError('ERR_WAREHOUSE_VERSION', `not a version: ${JSON.stringify(text.slice(0, 80))}`);
  const release = (groups.release ?? '').split('.').map(integer);
  const rest = suffix(groups);
  const epoch = integer(groups.epoch) === '0' ? '' : `${integer(groups.epoch)}!`;
  return {
    text: epoch + release.join('.') + rest,
    canonical: epoch + trimmed(release).join('.') + rest,
    isLocal: groups.local !== undefined,
    isPost: groups.post !== undefined,
  };
}

type Groups = Readonly<Record<string, string | undefined>>;

function suffix({
  pre,
  preLetter = '',
  preNumber,
  post,
  implicitPost,
  postNumber,
  dev,
  devNumber,
  local,
}: Groups): string {
  const letter = preLetter.toLowerCase();
  const parts = [
    pre === undefined ? '' : `${PRE_LETTERS[letter] ?? letter}${integer(preNumber)}`,
    post === undefined ? '' : `.post${integer(implicitPost ?? postNumber)}`,
    dev === undefined ? '' : `.dev${integer(devNumber)}`,
    local === undefined ? '' : `+${local.toLowerCase().split(/[._-]/).map(localSegment).join('.')}`,
  ];
  return parts.join('');
}

function integer(digits = '0'): string {
  return digits.replace(/^0+(?=[0-9])/, '');
}

function localSegment(segment: string): string {
  return /^[0-9]+$/.test(segment) ? integer(segment) : segment;
}

function trimmed(release: readonly string[]): readonly string[] {
  const last = release.findLastIndex((part) => part !== '0');
  return release.slice(0, Math.max(last, 0) + 1);
}

/** A project's name as PEP 503 compares it. */
export function normalizedProjectName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

/** Whether a text may be a project's name (core metadata, `Name`). */
export function isProjectName(name: string): boolean {
  return /^(?:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i.test(name) && name.length <= 256;
}
