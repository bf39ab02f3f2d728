// SPDX-License-Identifier: Apache-2.0
import { isAppError, type AppError } from '@colophon/base';
import { normalizeName, parseDistFilename, sameVersion } from '@colophon/dist';
import type { Project, ProjectFile } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { IndexReader } from './index-reader.ts';
import type { ReleaseSpec } from './index-spec.ts';

const OTHER_KINDS = /\.(?:egg|exe|msi|rpm|dmg|deb|zip|tgz|tar\.\w+)$/;

/** Files of the release that are neither wheels nor sdists; installers pass them over, and a release must not. */
export function otherFiles({ name, files }: Project, { version }: ReleaseSpec): ProjectFile[] {
  const dists = new Set(files.filter(({ filename }) => isDist(filename)));
  return files.filter((file) => !dists.has(file) && isOf(file.filename, name, version));
}

function isDist(filename: string): boolean {
  try {
    return parseDistFilename(filename) !== undefined;
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

function isOf(filename: string, name: string, version: string): boolean {
  const stem = filename.replace(OTHER_KINDS, '');
  if (normalizeName(stem.slice(0, name.length)) !== normalizeName(name)) return false;
  const [first = ''] = stem
    .slice(name.length)
    .replace(/^[-_.]/, '')
    .split('-');
  try {
    return sameVersion(first, version);
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}

/** That an index lists a file which can have no attestation. */
export function unattestable(
  filename: string,
  { release, index, cause }: { release: ReleaseSpec; index: IndexReader; cause?: AppError },
): CliError {
  return new CliError(
    'ERR_NO_PROVENANCE',
    `${index.name} lists ${filename} in ${release.shown}, a kind of file that nobody can attest`,
    { cause },
  );
}
