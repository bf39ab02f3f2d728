// SPDX-License-Identifier: Apache-2.0
import { stat, readdir } from 'node:fs/promises';
import { basename, join, type PlatformPath, resolve, sep } from 'node:path';
import { isDistFilename, parseDistFilename } from '@colophon/dist';
import { CliError, usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';

/** A file named on the command line: where it is, and how the user wrote it. */
export interface InputFile {
  readonly path: string;
  readonly shown: string;
  readonly filename: string;
}

const EVIDENCE = /\.(?:sigstore|sigstore\.json|attestation|provenance|sig|crt|jsonl)$/;
const DETACHED = /\.(?:sig|crt)$/;
// Names that a build or a half-finished download leaves where a dist was meant: skipping one would lose it in silence.
const NEARLY_A_DIST =
  /\.(?:whl|tar\.gz|tgz|zip|egg|tar\.bz2|tar\.xz)(?:\.(?:part|partial|tmp|crdownload|download))?$/i;
const GLOB = /[*?[\]{}]/;

/** Whether a file is evidence about another one, and so never a subject itself. */
export function isEvidenceName(filename: string): boolean {
  return EVIDENCE.test(filename);
}

/**
 * The distributions that the operands name: files, the dists of a folder, or globs that we expand ourselves (so that
 * quoting and shells make no difference). Wheels come before sdists, as an index wants them. Evidence is left out.
 * @throws CliError ERR_NO_INPUT; DistError ERR_DIST_FILENAME for a name that is nearly a dist's
 */
export async function expandDists(operands: readonly string[], host: Host): Promise<InputFile[]> {
  const files = await expandCandidates(operands, host);
  for (const file of files) parseDistFilename(file.filename);
  return files;
}

/** What `expandDists` gives, with names that are none of a dist: `check` says what is wrong with those. @throws CliError ERR_NO_INPUT */
export async function expandCandidates(operands: readonly string[], host: Host): Promise<InputFile[]> {
  const files = (await expandAll(operands, host)).filter((file) => !isEvidenceName(file.filename));
  if (files.length === 0) throw new CliError('ERR_NO_INPUT', `no distribution in ${shownList(operands)}`);
  return files.toSorted((a, b) => rank(a) - rank(b) || compare(a.filename, b.filename));
}

/** What files are wanted for. */
export interface FilesWanted {
  /** For messages; default `verify`. */
  readonly to?: 'verify' | 'sign' | 'attest';
  /** What a folder is searched for; default: dists, and what was nearly one. */
  readonly inFolders?: (filename: string) => boolean;
  /** Is told of evidence among what was named, which is left out, since shells expand `*` to it too. */
  readonly tell?: (line: string) => void;
}

/** The files that a command is about: any file that is named, and the dists of a folder. @throws CliError ERR_NO_INPUT */
export async function expandFiles(
  operands: readonly string[],
  host: Host,
  { to = 'verify', inFolders = isNearlyDist, tell }: FilesWanted = {},
): Promise<InputFile[]> {
  const found = await expandAll(operands, host, inFolders);
  const files = found.filter(({ filename }) => !isEvidenceName(filename));
  const evidence = found.filter(({ filename }) => isEvidenceName(filename)).map(({ shown }) => shown);
  if (files.length === 0 && evidence.length > 0)
    throw new CliError(
      'ERR_NO_INPUT',
      `nothing to ${to}: ${enumerated(evidence)} named as evidence about another file`,
    );
  if (files.length === 0) throw new CliError('ERR_NO_INPUT', `nothing to ${to} in ${shownList(operands)}`);
  if (evidence.length > 0) tell?.(`left out: ${enumerated(evidence)} named as evidence about another file`);
  return files;
}

const MOST_NAMED = 3;

function enumerated(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const first = names.slice(0, MOST_NAMED).join(', ');
  return `${more > 0 ? `${first} and ${more} more` : first} ${names.length === 1 ? 'is' : 'are'}`;
}

/** Documents of evidence: any file that is named, and those of a folder by their names. @throws CliError ERR_NO_INPUT */
export async function expandEvidence(operands: readonly string[], host: Host): Promise<InputFile[]> {
  const files = await expandAll(operands, host, (name) => isEvidenceName(name) && !DETACHED.test(name));
  if (files.length === 0) throw new CliError('ERR_NO_INPUT', `no evidence in ${shownList(operands)}`);
  return files;
}

function isNearlyDist(filename: string): boolean {
  return isDistFilename(filename) || NEARLY_A_DIST.test(filename);
}

async function expandAll(
  operands: readonly string[],
  host: Host,
  inFolders: (filename: string) => boolean = isNearlyDist,
): Promise<InputFile[]> {
  const found = new Map<string, InputFile>();
  for (const operand of operands)
    for (const shown of await expandOne(operand, host, inFolders)) {
      const path = resolve(host.workingDirectory, shown);
      found.set(path, { path, shown, filename: basename(path) });
    }
  return [...found.values()];
}

async function expandOne(
  operand: string,
  host: Host,
  inFolders: (filename: string) => boolean,
): Promise<string[]> {
  const info = await stat(resolve(host.workingDirectory, operand)).catch(
    (cause: NodeJS.ErrnoException) => cause,
  );
  if (info instanceof Error) {
    if (info.code !== 'ENOENT' && info.code !== 'ENOTDIR')
      throw new CliError('ERR_READ_FILE', `${operand} cannot be read`, { cause: info });
    return expandGlob(operand, host);
  }
  return info.isDirectory() ? filesOf(operand, host, inFolders) : [operand];
}

async function filesOf(folder: string, host: Host, wanted: (filename: string) => boolean): Promise<string[]> {
  const entries = await readdir(resolve(host.workingDirectory, folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) => join(folder, entry.name))
    .toSorted();
}

/** A glob as its matcher wants it: with slashes, where the system's own paths have backslashes. */
export function globPattern(pattern: string, { sep: separator }: Pick<PlatformPath, 'sep'>): string {
  return separator === '\\' ? pattern.replaceAll('\\', '/') : pattern;
}

async function expandGlob(pattern: string, host: Host): Promise<string[]> {
  if (!GLOB.test(pattern)) throw new CliError('ERR_NO_INPUT', `${pattern} does not exist`);
  const { glob } = await import('tinyglobby');
  const found = await glob(globPattern(pattern, { sep }), {
    cwd: host.workingDirectory,
    expandDirectories: false,
    dot: true,
  });
  if (found.length === 0) throw new CliError('ERR_NO_INPUT', `${pattern} matches no file`);
  return found.toSorted();
}

/** Refuses an empty command line where a path is needed. */
export function requireOperands(operands: readonly string[], what: string): readonly string[] {
  if (operands.length === 0) throw usageError(`name ${what}`);
  return operands;
}

function rank(file: InputFile): number {
  return file.filename.endsWith('.whl') ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function shownList(operands: readonly string[]): string {
  return operands.join(', ');
}
