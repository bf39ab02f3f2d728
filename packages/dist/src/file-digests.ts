// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { withRegularFile, type RegularFile } from './regular-file.ts';

export interface FileDigests {
  /** Bytes that were hashed. */
  readonly size: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
  /** BLAKE2b with a digest of 256 bits, lower-case hexadecimal (`blake2_256_digest` of the upload form). */
  readonly blake2b256: string;
}

export interface DigestOptions {
  /** Stops between two blocks; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

const BLOCK = 1024 * 1024;

/**
 * Hashes a file in one pass. Memory is two blocks of 1 MiB whatever the size: one is read while the other is hashed.
 * @throws DistError ERR_DIST_READ
 */
export async function digestFile(path: string, { signal }: DigestOptions = {}): Promise<FileDigests> {
  signal?.throwIfAborted();
  return withRegularFile(path, (file) => digest(file, signal));
}

/**
 * The SHA-256 of a file alone, lower-case hexadecimal; BLAKE2b, which only an upload wants, takes twice the time.
 * @throws DistError ERR_DIST_READ
 */
export async function sha256File(path: string, { signal }: DigestOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  return withRegularFile(path, async (file) => {
    const hash = createHash('sha256');
    for await (const block of blocks(file, signal)) hash.update(block);
    return hash.digest('hex');
  });
}

async function digest(file: RegularFile, signal: AbortSignal | undefined): Promise<FileDigests> {
  // WebAssembly that only hashing needs: node:crypto has no BLAKE2b with a 256-bit digest.
  const { createBLAKE2b } = await import('hash-wasm');
  const [sha256, blake2b] = [createHash('sha256'), await createBLAKE2b(256)];
  let size = 0;
  for await (const block of blocks(file, signal)) {
    sha256.update(block);
    blake2b.update(block);
    size += block.length;
  }
  return { size, sha256: sha256.digest('hex'), blake2b256: blake2b.digest('hex') };
}

async function* blocks({ handle }: RegularFile, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  let [current, next] = [Buffer.allocUnsafe(BLOCK), Buffer.allocUnsafe(BLOCK)];
  let position = 0;
  let pending = handle.read(current, 0, BLOCK, position);
  for (;;) {
    const { bytesRead } = await pending;
    signal?.throwIfAborted();
    if (bytesRead === 0) return;
    position += bytesRead;
    pending = handle.read(next, 0, BLOCK, position);
    // Awaited in the next round; a failure in between must not count as unhandled.
    pending.catch(() => undefined);
    yield current.subarray(0, bytesRead);
    [current, next] = [next, current];
  }
}
