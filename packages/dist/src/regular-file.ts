// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { DistError } from './dist-error.ts';

/** An open file and its size in bytes. Its owner closes `handle`. */
export interface RegularFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
}

// Opening a FIFO would wait for a writer that never comes; this flag makes it return, and fstat then refuses it.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens a regular file, runs `use` on it and closes it. Failures of the file system are ERR_DIST_READ. */
export async function withRegularFile<T>(path: string, use: (file: RegularFile) => Promise<T>): Promise<T> {
  const handle = await open(path, FLAGS).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new DistError('ERR_DIST_READ', `${path}: not a regular file`);
    return await use({ path, handle, size: stat.size });
  } catch (cause) {
    throw isSystemError(cause) ? unreadable(path, cause) : cause;
  } finally {
    await handle.close();
  }
}

/** The size of a file in bytes. @throws DistError ERR_DIST_READ */
export async function fileSize(path: string): Promise<number> {
  return withRegularFile(path, async ({ size }) => size);
}

/** Whether the operating system refused: such a failure says nothing about the bytes. */
export function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

function unreadable(path: string, cause: unknown): DistError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  return new DistError('ERR_DIST_READ', `${path}: cannot be read (${code})`, { cause });
}
