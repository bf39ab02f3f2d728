// SPDX-License-Identifier: Apache-2.0
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { refuseExisting, refuseIrreplaceable } from '../files/output-file.ts';
import type { InputFile } from '../files/paths.ts';

/** The folder that evidence about a file goes to: `directory` where there is one, else the file's own. */
export function outputFolder(file: InputFile, directory: string | undefined, { host }: Context): string {
  return directory === undefined ? dirname(file.path) : resolve(host.workingDirectory, directory);
}

/**
 * Sees to it that every output can be written, before anything is signed: a signature in a public log cannot be taken
 * back. No two outputs are one file, none is an input (absolute paths, all of them), none is there already (unless `--overwrite`, which
 * replaces files alone), and their folders are there and writable.
 * @throws CliError ERR_USAGE, ERR_OUTPUT_EXISTS, ERR_OUTPUT_WRITE
 */
export async function prepareOutputs(
  outputs: readonly string[],
  inputs: readonly string[],
  overwrite: boolean,
): Promise<void> {
  const taken = new Set(inputs);
  for (const path of outputs) {
    if (taken.has(path)) throw usageError(`${path} would be written over: two files need it`);
    taken.add(path);
  }
  if (!overwrite) await refuseExisting(outputs);
  await preparePlaces(outputs);
}

/**
 * Makes the folders of files that may be there already, and sees to it that these can be written or replaced.
 * @throws CliError ERR_OUTPUT_WRITE
 */
export async function preparePlaces(outputs: readonly string[]): Promise<void> {
  for (const path of outputs) await refuseIrreplaceable(path);
  for (const folder of new Set(outputs.map((path) => dirname(path)))) await prepareFolder(folder);
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new CliError('ERR_OUTPUT_WRITE', `${folder} cannot be written to`, { cause });
  }
}
