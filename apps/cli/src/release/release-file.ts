// SPDX-License-Identifier: Apache-2.0
import {
  blake2b256File,
  conflictFindings,
  digestFile,
  parseDistFilename,
  readCoreMetadata,
  sameVersion,
  uploadFields,
  type DistFilename,
  type FileDigests,
  type UploadCandidate,
} from '@colophon/dist';
import { CliError, usageError } from '../cli-error.ts';
import { mapLimited } from '../concurrency.ts';
import type { InputFile } from '../files/paths.ts';

/** A dist on its way to an index: its name taken apart, its digests, and the form fields that describe it. */
export interface ReleaseFile extends InputFile {
  readonly dist: DistFilename;
  readonly digests: FileDigests;
  /** Where somebody wants to see it (`--print-hash`); an upload finds it out by itself. */
  readonly blake2b256?: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Hashing is bound by two cores and the disk; more at once only spreads the memory. */
const FILES_AT_ONCE = 4;

/** Reads what a release needs to know of each file. @throws DistError */
export async function loadReleaseFiles(
  inputs: readonly InputFile[],
  signal: AbortSignal,
  printHash = false,
): Promise<ReleaseFile[]> {
  return mapLimited(inputs, FILES_AT_ONCE, async (input) => {
    const dist = parseDistFilename(input.filename);
    const fields = uploadFields(await readCoreMetadata(input.path), dist);
    const digests = await digestFile(input.path, { signal });
    const file = { ...input, dist, digests, fields };
    return printHash ? { ...file, blake2b256: await blake2b256File(input.path, { signal }) } : file;
  });
}

/**
 * The files without those that are given twice. Two that an index would not take together are refused while nothing is signed
 * or sent: the first would be there for ever, and the second never.
 * @param everyRule whether all rules of PyPI count, or only that one name is one file, as on every index
 * @throws CliError ERR_CHECK_REFUSED
 */
export function refuseConflicts(files: readonly ReleaseFile[], everyRule: boolean): ReleaseFile[] {
  const kept: ReleaseFile[] = [];
  const earlier: UploadCandidate[] = [];
  for (const file of files) {
    const candidate = { filename: file.filename, sha256: file.digests.sha256 };
    const [conflict] = conflictFindings(candidate, earlier);
    if (conflict?.severity === 'error' && (everyRule || conflict.code === 'same-filename'))
      throw new CliError('ERR_CHECK_REFUSED', `the index would refuse ${file.shown}: ${conflict.message}`);
    if (conflict?.code === 'same-filename') continue;
    kept.push(file);
    earlier.push(candidate);
  }
  return kept;
}

/**
 * Last month's files beside today's are a mistake more often than a wish: one run releases one version of a project.
 * @throws CliError ERR_USAGE
 */
export function refuseSeveralVersions(files: readonly ReleaseFile[]): void {
  const versions = new Map<string, string>();
  for (const { dist } of files) {
    const known = versions.get(dist.name) ?? dist.version;
    if (!sameVersion(known, dist.version))
      throw usageError(
        `two versions of ${dist.name} in one run: ${known} and ${dist.version}; --several-versions allows it`,
      );
    versions.set(dist.name, dist.version);
  }
}
