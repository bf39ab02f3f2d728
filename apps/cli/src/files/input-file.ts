// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';
import { CliError } from '../cli-error.ts';

/** Evidence, roots and configurations are a few kilobytes; a file beyond this is not one of them. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Reads a small file whole. @throws CliError ERR_READ_FILE when it is missing, unreadable or larger than 64 MiB */
export async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > MAX_BYTES) throw new CliError('ERR_READ_FILE', `${path} is larger than 64 MiB`);
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('ERR_READ_FILE', `${path} cannot be read`, { cause });
  }
}
