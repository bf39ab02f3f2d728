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
      const info = await handle.stat();
      if (info.size > MAX_BYTES) throw tooLarge(path);
      if (info.isFile()) return new Uint8Array(await handle.readFile());
      // Pipes and devices do not say how much there is.
      return await readStream(handle.createReadStream({ autoClose: false }), path);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('ERR_READ_FILE', `${path} cannot be read`, { cause });
  }
}

/**
 * Reads a stream to its end. `shown` names it in the message.
 * @throws CliError ERR_READ_FILE when there is more than 64 MiB of it
 */
export async function readStream(input: AsyncIterable<unknown>, shown: string): Promise<Uint8Array> {
  return new Uint8Array(await readBounded(input, MAX_BYTES, () => tooLarge(shown)));
}

/** Reads a stream to its end, and no further than `most` bytes: where there are more, `refusal` is thrown. */
export async function readBounded(
  input: AsyncIterable<unknown>,
  most: number,
  refusal: () => CliError,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > most) throw refusal();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(shown: string): CliError {
  return new CliError('ERR_READ_FILE', `${shown} is larger than 64 MiB`);
}
