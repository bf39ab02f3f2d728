// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { DistError } from './dist-error.ts';
import { parseDistFilename, sameDistribution, type DistFilename } from './dist-filename.ts';
import { error, warning, type Finding } from './finding.ts';
import { sameVersion } from './version.ts';

/** A file that is to be uploaded with others. */
export interface UploadCandidate {
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * What PyPI would refuse of a file because of those before it in the same run: a name or content that is there
 * already, a second sdist of a release.
 */
export function conflictFindings(file: UploadCandidate, earlier: readonly UploadCandidate[]): Finding[] {
  const own = parsedOnce(file);
  const found = earlier.flatMap((other) => conflictWith(file, own, other));
  const worst = found.find(({ severity }) => severity === 'error') ?? found[0];
  return worst === undefined ? [] : [worst];
}

function conflictWith(
  file: UploadCandidate,
  own: DistFilename | undefined,
  other: UploadCandidate,
): Finding[] {
  const sameBytes = file.sha256 === other.sha256;
  if (file.filename === other.filename)
    return [
      sameBytes
        ? warning('same-filename', 'the same file is given twice')
        : error('same-filename', 'another file of this name, with other bytes, is given too'),
    ];
  const shown = quote(other.filename);
  if (sameBytes) return [error('same-content', `${shown} has the same bytes under another name`)];
  const theirs = parsedOnce(other);
  if (!own || !theirs || own.name !== theirs.name || !isSameVersion(own, theirs)) return [];
  if (own.kind === 'sdist' && theirs.kind === 'sdist')
    return [error('second-sdist', `${shown} is an sdist of the same release, which has one`)];
  if (!sameDistribution(own, theirs)) return [];
  return [warning('same-distribution', `${shown} is the same wheel to installers and verifiers`)];
}

function isSameVersion({ version: a }: DistFilename, { version: b }: DistFilename): boolean {
  return a === b || sameVersion(a, b);
}

const known = new WeakMap<UploadCandidate, { readonly dist: DistFilename | undefined }>();

// Each file is compared with all that come before it.
function parsedOnce(file: UploadCandidate): DistFilename | undefined {
  const { dist } = known.get(file) ?? { dist: parsed(file.filename) };
  known.set(file, { dist });
  return dist;
}

function parsed(filename: string): DistFilename | undefined {
  try {
    return parseDistFilename(filename);
  } catch (cause) {
    if (cause instanceof DistError) return undefined;
    throw cause;
  }
}
