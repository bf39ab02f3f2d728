// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { withRegularFile, type RegularFile } from './regular-file.ts';

export interface FileDigests {
  /** Bytes that were hashed. */
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
}

export interface DigestOptions {
  /** Stops between two blocks; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const BLOCK = 1024 * 1024;

/**
 * The size and the SHA-256 of a file, in one pass. Memory is two blocks of 1 MiB whatever the size: one is read while the other is hashed.
 * @throws DistError ERR_DIST_READ
 */
export async function digestFile(path: string, { signal }: DigestOptions = {}): Promise<FileDigests> {
  signal?.throwIfAborted();
  return withRegularFile(path, (file) => digest(file, signal));
}

/** The SHA-256 of a file, lower-case hexadecimal. @throws DistError ERR_DIST_READ */
export async function sha256File(path: string, options: DigestOptions = {}): Promise<string> {
  return (await digestFile(path, options)).sha256;
}

async function digest(file: RegularFile, signal: AbortSignal | undefined): Promise<FileDigests> {
  const sha256 = createHash('sha256');
  let size = 0;
  for await (const block of blocks(file, signal)) {
    sha256.update(block);
    size += block.length;
  }
  return { size, sha256: sha256.digest('hex') };
}

async function* blocks(
  { handle, size }: RegularFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  // A small file needs no large buffers: those of thousands keep the garbage collector busy. One that grows is read on.
  const room = Math.min(BLOCK, size + 1);
  let [current, next] = [Buffer.allocUnsafe(room), Buffer.allocUnsafe(room)];
  let position = 0;
  let pending = handle.read(current, 0, room, position);
  for (;;) {
    const { bytesRead } = await pending;
    signal?.throwIfAborted();
    if (bytesRead === 0) return;
    position += bytesRead;
    pending = handle.read(next, 0, room, position);
    // Awaited in the next round; a failure in between must not count as unhandled.
    pending.catch(() => undefined);
    yield current.subarray(0, bytesRead);
    [current, next] = [next, current];
  }
}
