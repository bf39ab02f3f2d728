// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SignError } from './sign-error.ts';

const BLOCK = 512 * 1024;
// Opening a pipe would wait for a writer that may never come.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a regular file, in blocks of at most 512 KiB. A block is good until the next one is asked for.
 * @throws SignError ERR_SIGN_FILE, ERR_SIGN_INTERRUPTED
 */
export async function* fileBlocks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const handle = await attempting(path, () => open(path, FLAGS));
  try {
    const stat = await attempting(path, () => handle.stat());
    if (!stat.isFile()) throw new SignError('ERR_SIGN_FILE', `${path}: not a regular file`);
    yield* blocksOf(path, { handle, size: stat.size }, signal);
  } finally {
    await handle.close();
  }
}

async function* blocksOf(
  path: string,
  { handle, size }: { readonly handle: FileHandle; readonly size: number },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // A small file needs no large buffer; one that grows is read on.
  const room = Math.min(BLOCK, size + 1);
  const block = Buffer.allocUnsafe(room);
  for (let position = 0; ; ) {
    if (signal?.aborted === true)
      throw new SignError('ERR_SIGN_INTERRUPTED', `${path}: interrupted`, { cause: signal.reason });
    const { bytesRead } = await attempting(path, () => handle.read(block, 0, room, position));
    if (bytesRead === 0) return;
    position += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}

async function attempting<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new SignError('ERR_SIGN_FILE', `${path}: cannot be read (${code})`, { cause });
  }
}
