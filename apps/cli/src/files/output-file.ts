// SPDX-License-Identifier: Apache-2.0
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.ts';

/**
 * Writes a file whole or not at all: under another name first, renamed when every byte is on disk.
 * @throws CliError ERR_OUTPUT_WRITE
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await refuseIrreplaceable(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, text, { encoding: 'utf8', mode: 0o644 });
  } catch (cause) {
    throw new CliError('ERR_OUTPUT_WRITE', `${path} cannot be written`, { cause });
  }
}

/**
 * Refuses outputs that are there already, before anything is signed: a signature in a public log cannot be taken back.
 * @throws CliError ERR_OUTPUT_EXISTS
 */
export async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    if (await exists(path))
      throw new CliError('ERR_OUTPUT_EXISTS', `${path} exists already`, { details: { path } });
}

/**
 * Refuses an output that stands there and is no file: a folder cannot be written over, and what a device or a pipe is named
 * must not become a file.
 * @throws CliError ERR_OUTPUT_WRITE
 */
export async function refuseIrreplaceable(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info !== undefined && !info.isFile())
    throw new CliError('ERR_OUTPUT_WRITE', `${path} is no file that could be written over`);
}

/** Whether something, a dangling link included, stands at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return false;
    throw new CliError('ERR_READ_FILE', `${path} cannot be looked at`, { cause: error });
  }
}
