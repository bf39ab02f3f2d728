// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import {
  parseChecksums,
  parseDistFilename,
  readCoreMetadata,
  sha256File,
  uploadFields,
} from '@colophon/dist';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { readWhole } from '../files/input-file.ts';
import { expandDists, expandFiles, type InputFile } from '../files/paths.ts';
import type { Arguments } from '../options/arguments.ts';

/** A file that a statement is about. */
export interface Attestable extends InputFile {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

const FILES_AT_ONCE = 4;

/**
 * The files to attest: those that the operands name (`dist` where none does), or the lines of `--subjects`, whose files
 * need not be here. Where `dists` is true each must be one that an index would take; else folders are searched for what
 * `inFolders` says.
 * @throws CliError ERR_USAGE, ERR_NO_INPUT, ERR_READ_FILE, ERR_SUBJECT; DistError
 */
export async function attestSubjects(
  args: Arguments,
  context: Context,
  { dists, inFolders }: { dists: boolean; inFolders?: (filename: string) => boolean },
): Promise<Attestable[]> {
  const { host, talk } = context;
  const list = args.text('subjects');
  if (list !== undefined) {
    if (args.operands.length > 0) throw usageError('--subjects names the files: no others go with it');
    return await listedSubjects(list, context);
  }
  const operands = args.operands.length > 0 ? args.operands : ['dist'];
  const tell = (line: string) => talk.say(line);
  const wanted = { to: 'attest', tell, ...(inFolders === undefined ? {} : { inFolders }) } as const;
  if (!dists) return await hashed(await expandFiles(operands, host, wanted), host.signal);
  const files = await expandDists(operands, host);
  await mapLimited(files, FILES_AT_ONCE, refuseUnfitDist);
  // Of a release's two digests an attestation states one; the other takes twice as long.
  return await hashed(files, host.signal);
}

/** @throws DistError where a release of the file would end on its metadata, after it was attested */
async function refuseUnfitDist({ path, filename }: InputFile): Promise<void> {
  uploadFields(await readCoreMetadata(path), parseDistFilename(filename));
}

async function hashed(files: readonly InputFile[], signal: AbortSignal): Promise<Attestable[]> {
  return await mapLimited(files, FILES_AT_ONCE, async (file) => ({
    ...file,
    sha256: await sha256File(file.path, { signal }),
  }));
}

async function listedSubjects(list: string, { host }: Context): Promise<Attestable[]> {
  const listPath = resolve(host.workingDirectory, list);
  return parseChecksums(await readWhole(listPath)).map(({ path: shown, sha256Hex }) => {
    if (isAbsolute(shown) || shown.split(/[/\\]/).includes('..'))
      throw new CliError('ERR_SUBJECT', `${list}: ${shown} is not below the folder of the list`);
    return {
      path: resolve(dirname(listPath), shown),
      shown,
      filename: basename(shown),
      sha256: sha256Hex,
    };
  });
}
