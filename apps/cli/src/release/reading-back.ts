// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sha256File } from '@colophon/dist';
import { downloadFile, type ProjectFile } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { fetchListing, listedSame, type ListingSource } from './index-listing.ts';
import { note, type ProjectRelease } from './project-release.ts';
import type { FileProgress } from './release-report.ts';
import { type Judging, servedAttestation } from './served-attestation.ts';

export interface ReadingOptions extends ListingSource {
  readonly context: Context;
  /** How the attestations that the index serves are judged; absent where there need be none. */
  readonly judging: Judging | undefined;
  /** Where the files that were read back are kept; otherwise they are removed. */
  readonly keepIn: string | undefined;
}

/** An index may show a file, or its provenance, some seconds after it took it. */
const LOOK_FOR_MS = 12_000;
const LOOK_EVERY_MS = 2_000;
const AT_ONCE = 4;

/** Reads a project's files back from the index: each must be the same bytes, with an attestation there that verifies. */
export async function readBackAll(
  release: ProjectRelease,
  files: readonly FileProgress[],
  options: ReadingOptions,
): Promise<void> {
  const scratch = options.keepIn ?? (await mkdtemp(join(tmpdir(), 'colophon-read-back-')));
  try {
    await lookUntilThere(release, files, { ...options, keepIn: scratch });
  } finally {
    if (options.keepIn === undefined) await rm(scratch, { recursive: true, force: true });
  }
}

type Reading = ReadingOptions & { readonly keepIn: string };

async function lookUntilThere(
  release: ProjectRelease,
  files: readonly FileProgress[],
  options: Reading,
): Promise<void> {
  const { host } = options.context;
  const until = Math.min(LOOK_FOR_MS, options.context.options.timeBudgetMs);
  let missing = files;
  for (let waited = 0; missing.length > 0; waited += LOOK_EVERY_MS) {
    missing = await look(release, missing, { ...options, last: waited >= until });
    host.signal.throwIfAborted();
    if (missing.length > 0) await wait(LOOK_EVERY_MS, undefined, { signal: host.signal });
  }
}

/** Looks once, and gives the files that are not there yet: none at the last look, where they fail. */
async function look(
  release: ProjectRelease,
  files: readonly FileProgress[],
  options: Reading & { readonly last: boolean },
): Promise<FileProgress[]> {
  const later: FileProgress[] = [];
  const listing = await fetchListing(release.project, options).catch((error: unknown) => ({ error }));
  await mapLimited(files, AT_ONCE, async (one) => {
    try {
      if ('error' in listing) throw listing.error;
      const listed = listedSame(one.file, listing, options);
      if (listed === undefined) throw notVisible(one, options);
      await readBack(one, listed, options);
      await note(release, one, { readBack: options.context.host.now() });
      one.stage = 'verified';
    } catch (error) {
      if (mayCome(error, one) && !options.last) later.push(one);
      else one.fail(error);
    }
  });
  for (const one of files) if (one.stage === 'verified') options.context.talk.say(wordsFor(one, options));
  return later;
}

function wordsFor({ file }: FileProgress, { judging }: Reading): string {
  const proven = judging !== undefined ? ', attestation verified' : '; it has no attestation';
  return `read back ${file.filename}: the same bytes${proven}`;
}

function notVisible({ file }: FileProgress, { index }: Reading): CliError {
  return new CliError('ERR_NOT_VISIBLE', `${index.name} took ${file.filename} but does not list it yet`);
}

// Evidence can lag behind the page that lists the file; what was there before this run has had its time.
function mayCome(error: unknown, { wasThere }: FileProgress): boolean {
  if (!(error instanceof CliError)) return false;
  return error.code === 'ERR_NOT_VISIBLE' || (error.code === 'ERR_NOT_OURS' && !wasThere);
}

async function readBack(one: FileProgress, listed: ProjectFile, options: Reading): Promise<void> {
  const { file } = one;
  const { http, signal, keepIn, judging } = options;
  if (judging !== undefined) one.attestation = await servedAttestation(file, listed, { ...options, judging });
  const path = await downloadFile({ file: listed, directory: keepIn, http, signal });
  if ((await sha256File(path)) === file.digests.sha256) return;
  throw new CliError('ERR_READ_BACK', `the index serves other bytes for ${file.filename} than were uploaded`);
}
