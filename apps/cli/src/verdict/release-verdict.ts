// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { normalizeName, parseDistFilename, sameVersion } from '@colophon/dist';
import { IndexError, releaseFiles, type ProjectFile } from '@colophon/pypi';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { EXIT } from '../exit-status.ts';
import { expandDists, type InputFile } from '../files/paths.ts';
import type { Host } from '../host.ts';
import type { Demands } from '../identity/policy-flags.ts';
import type { IndexReader } from '../publishing/index-reader.ts';
import { otherFiles, unattestable } from '../publishing/other-files.ts';
import type { ReleaseSpec } from '../publishing/index-spec.ts';
import type { Trust } from '../trust/instance.ts';
import { fileFailure, type FileVerdict } from './file-verdict.ts';
import { verifyListed } from './index-verdict.ts';

/** The files that were built, by name. */
export type BuiltFiles = ReadonlyMap<string, InputFile>;

export interface ReleaseQuestion {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
  readonly release: ReleaseSpec;
  /** What the release must consist of, byte for byte; whatever the index lists, where there is none. */
  readonly built: BuiltFiles;
  readonly index: IndexReader;
  /** A folder for what is fetched to be compared. */
  readonly scratch: string;
}

const FILES_AT_ONCE = 8;

/** The dists that paths, folders and globs name. @throws CliError ERR_NO_INPUT, ERR_USAGE for one of another release */
export async function builtFiles(
  operands: readonly string[],
  { project, version, shown }: ReleaseSpec,
  host: Host,
): Promise<BuiltFiles> {
  const files = operands.length === 0 ? [] : await expandDists(operands, host);
  for (const { filename, shown: path } of files) {
    const dist = parseDistFilename(filename);
    if (dist.name !== normalizeName(project) || !sameVersion(dist.version, version))
      throw usageError(`${path} is no file of ${shown}`);
  }
  return new Map(files.map((file) => [file.filename, file]));
}

/** Judges every file that the index lists of a release, and every one that it should list. */
export async function judgeRelease(question: ReleaseQuestion): Promise<FileVerdict[]> {
  const { release, built, index } = question;
  try {
    const page = await index.project(release.project);
    const listed = [...releaseFiles(page, release.version), ...otherFiles(page, release)];
    const verdicts = await mapLimited(listed, FILES_AT_ONCE, (file) => judgeListed(file, question));
    const names = new Set(listed.map(({ filename }) => filename));
    const missing = [...built.keys()].filter((filename) => !names.has(filename));
    if (listed.length + missing.length === 0)
      throw new CliError('ERR_NO_INPUT', `${index.name} lists no file of ${release.shown}`);
    return [...verdicts, ...missing.map((filename) => notListed(filename, index))];
  } catch (error) {
    if (built.size === 0 || !isUnknownProject(error)) return [fileFailure(release.shown, error)];
    return [...built.keys()].map((filename) => notListed(filename, index));
  }
}

function isUnknownProject(error: unknown): boolean {
  return error instanceof IndexError && error.code === 'ERR_PROJECT_NOT_FOUND';
}

function notListed(filename: string, index: IndexReader): FileVerdict {
  const text = `${index.name} does not list ${filename}, at least not yet`;
  return fileFailure(filename, new CliError('ERR_NOT_VISIBLE', text));
}

async function judgeListed(listed: ProjectFile, question: ReleaseQuestion): Promise<FileVerdict> {
  const { built, index, context, trust, demands, release, scratch } = question;
  const { filename } = listed;
  const local = built.get(filename);
  try {
    if (built.size > 0 && local === undefined)
      throw new CliError('ERR_NOT_BUILT', `${index.name} lists ${filename}, which was not built here`);
    const target = { shown: filename, dist: distOf(listed, release, index), listed };
    const verdict = await verifyListed(
      { ...target, ...(local === undefined ? {} : { path: local.path }) },
      { context, trust, demands, index, provenance: undefined, download: undefined },
    );
    // What it lists is one thing, what it serves another.
    if (local !== undefined && verdict.status === EXIT.ok) await index.download(listed, scratch);
    return verdict;
  } catch (error) {
    return fileFailure(filename, error);
  }
}

function distOf({ filename }: ProjectFile, release: ReleaseSpec, index: IndexReader) {
  try {
    return parseDistFilename(filename);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw unattestable(filename, { release, index, cause: error });
  }
}
