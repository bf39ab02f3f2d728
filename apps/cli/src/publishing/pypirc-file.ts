// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { decodeUtf8, isAppError } from '@colophon/base';
import { IndexError, parsePypirc, type Pypirc, type PypircIndex } from '@colophon/pypi';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { readWhole } from '../files/input-file.ts';
import { exists } from '../files/output-file.ts';
import type { Arguments } from '../options/arguments.ts';

/** A `.pypirc` with the place that it was read from, as messages show it. */
export interface PypircFile extends Pypirc {
  readonly shown: string;
  /** Whether there is such a file at all. */
  readonly found: boolean;
}

/** One index of it, likewise. */
export interface PypircEntry extends PypircIndex {
  /** `~/.pypirc, [corp]` */
  readonly shown: string;
}

/**
 * The file of `--config-file`, else `.pypirc` in the home folder, which need not be there.
 * @throws CliError ERR_READ_FILE; IndexError ERR_PYPIRC, without a text of the file
 */
export async function readPypirc(args: Arguments, { host }: Context): Promise<PypircFile> {
  const named = args.text('config-file');
  const home = host.environment['HOME'] || host.environment['USERPROFILE'];
  const shown = named ?? '~/.pypirc';
  if (named === undefined && (!home || !(await exists(join(home, '.pypirc'))))) return absent(shown);
  const path = named === undefined ? join(home ?? '', '.pypirc') : resolve(host.workingDirectory, named);
  return { shown, found: true, ...parse(await readWhole(path), shown) };
}

function absent(shown: string): PypircFile {
  return { shown, found: false, indexes: new Map(), unlisted: [] };
}

function parse(bytes: Uint8Array, shown: string): Pypirc {
  try {
    return parsePypirc(decodeUtf8(bytes));
  } catch (error) {
    if (error instanceof IndexError) throw new IndexError(error.code, `${shown}: ${error.message}`);
    // What cannot be decoded is not quoted: it may be a password.
    if (isAppError(error)) throw new CliError('ERR_READ_FILE', `${shown} is not text in UTF-8`);
    throw error;
  }
}

/** The section of a name, where the file has one that counts. */
export function entryOf(file: PypircFile, name: string): PypircEntry | undefined {
  const index = file.indexes.get(name);
  return index === undefined ? undefined : { ...index, shown: `${file.shown}, [${name}]` };
}
