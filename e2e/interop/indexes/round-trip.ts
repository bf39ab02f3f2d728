// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import type { PythonPeers } from '../build/python-peers.ts';
import type { PrivateIndex } from './private-index.ts';

/** Uploads a file with twine. Throws CommandFailure with twine's words. */
export async function uploadWithTwine(
  { commands }: PythonPeers,
  index: PrivateIndex,
  files: readonly string[],
): Promise<void> {
  const account = ['--username', index.username, '--password', index.password];
  const argv = ['upload', '--non-interactive', '--disable-progress-bar', '--repository-url', index.uploadUrl];
  await runCommand(join(commands, 'twine'), [...argv, ...account, ...files]);
}

/** Downloads one version with pip, without its dependencies, and gives the bytes of the only file that came. */
export async function downloadWithPip(
  { interpreter }: PythonPeers,
  index: PrivateIndex,
  target: { readonly requirement: string; readonly folder: string },
): Promise<Buffer> {
  await mkdir(target.folder, { recursive: true });
  const where = ['--index-url', index.simpleUrl, '--dest', target.folder, '--trusted-host', 'localhost'];
  const argv = ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check'];
  await runCommand(interpreter, [...argv, ...where, target.requirement]);
  const [file, ...more] = await readdir(target.folder);
  if (file === undefined || more.length > 0) throw new Error(`pip left ${more.length + 1} files`);
  return readFile(join(target.folder, file));
}
