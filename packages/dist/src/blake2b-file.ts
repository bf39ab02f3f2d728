// SPDX-License-Identifier: Apache-2.0
import { stat } from 'node:fs/promises';
import { DistError } from './dist-error.ts';
import type { DigestOptions } from './file-digests.ts';

/** Below this a thread costs more than it saves. */
const WORTH_A_THREAD = 16 * 1024 * 1024;

/**
 * BLAKE2b of a file with a digest of 256 bits, lower-case hexadecimal (`blake2_256_digest` of the upload form). It takes
 * twice the time of SHA-256, so that a large file is hashed on a thread of its own, while the caller sends it.
 * @throws DistError ERR_DIST_READ
 */
export async function blake2b256File(path: string, { signal }: DigestOptions = {}): Promise<string> {
  signal?.throwIfAborted();
  // WebAssembly that only this needs: node:crypto has no BLAKE2b with a 256-bit digest.
  const { hashBlake2b, hashOnThread } = await import('./blake2b-thread.ts');
  try {
    const found = await stat(path);
    // A pipe would be waited for in vain.
    if (!found.isFile()) throw new TypeError('not a plain file');
    const { size } = found;
    return await (size < WORTH_A_THREAD ? hashBlake2b(path, signal) : hashOnThread(path, signal));
  } catch (cause) {
    signal?.throwIfAborted();
    throw new DistError('ERR_DIST_READ', `${path} cannot be read`, { cause });
  }
}
