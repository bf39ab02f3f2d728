// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { sameVersion } from '@colophon/dist';
import type { PackageIndex } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import { formatPublisher, type PublisherText } from '../identity/publisher-text.ts';
import { JournalFile, journalPath } from './journal-file.ts';
import type { FileRecord } from './journal.ts';
import type { ReleaseFile } from './release-file.ts';
import { FileProgress } from './release-report.ts';

/** One version of one project in a run. */
export interface ProjectRelease {
  readonly project: string;
  readonly version: string;
  readonly files: readonly FileProgress[];
  readonly journal: JournalFile;
  /** Nothing is signed, sent or written. */
  readonly dryRun: boolean;
}

/** What the journal tells of a file with its bytes; of other bytes it tells nothing that is believed. */
export function recordOf({ journal }: ProjectRelease, { file }: FileProgress): FileRecord | undefined {
  return journal.recordOf(file.filename, file.digests.sha256);
}

/** Writes into the journal what has become certain of a file. */
export async function note(
  { journal, dryRun }: ProjectRelease,
  { file }: FileProgress,
  change: Omit<FileRecord, 'sha256'>,
): Promise<void> {
  if (!dryRun) await journal.record(file.filename, { ...change, sha256: file.digests.sha256 });
}

export interface JournalPlaces {
  readonly index: PackageIndex;
  readonly publisher: PublisherText | undefined;
  /** What relative paths start from, and where journals lie by default. */
  readonly folder: string;
  /** `--journal`. */
  readonly journal: string | undefined;
  /** False refuses a release that was begun. */
  readonly resume: boolean;
  readonly dryRun: boolean;
}

/**
 * Groups files by project and version, in the order in which they come, and opens the journal of each.
 * @throws CliError ERR_USAGE, ERR_JOURNAL, ERR_RELEASE_BEGUN, ERR_READ_FILE
 */
export async function openReleases(
  files: readonly ReleaseFile[],
  places: JournalPlaces,
): Promise<ProjectRelease[]> {
  const groups: ReleaseFile[][] = [];
  for (const file of files) {
    const known = groups.find(([first]) => first !== undefined && isSameRelease(first, file));
    if (known === undefined) groups.push([file]);
    else known.push(file);
  }
  if (places.journal !== undefined && groups.length > 1)
    throw usageError('--journal is one file, and there are several releases: each has a journal of its own');
  return Promise.all(groups.map((group) => openRelease(group, places)));
}

function isSameRelease({ dist: a }: ReleaseFile, { dist: b }: ReleaseFile): boolean {
  return a.name === b.name && sameVersion(a.version, b.version);
}

async function openRelease(group: readonly ReleaseFile[], places: JournalPlaces): Promise<ProjectRelease> {
  const { index, publisher, folder } = places;
  const [first] = group;
  if (first === undefined) throw new TypeError('a release has files');
  const { name: project, version } = first.dist;
  const subject = {
    index: index.uploadUrl,
    project,
    version,
    ...(publisher === undefined ? {} : { publisher: formatPublisher(publisher) }),
  };
  const path =
    places.journal === undefined ? journalPath(folder, index, subject) : resolve(folder, places.journal);
  const journal = await JournalFile.open(path, subject);
  if (journal.begun && !places.resume)
    throw new CliError('ERR_RELEASE_BEGUN', `${path} is the journal of ${project} ${version}, begun before`);
  const { dryRun } = places;
  return { project, version, files: group.map((file) => new FileProgress(file)), journal, dryRun };
}
