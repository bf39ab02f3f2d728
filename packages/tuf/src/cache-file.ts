// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeHex, encodeUtf8, sha256 } from '@colophon/base';
import { TufError } from './tuf-error.ts';

/** A document of many roots has some hundred kilobytes; one beyond this was not written by us. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A file name for what belongs to a repository: readable, and different for each URL on every system. */
export function repositoryFileName(url: string, suffix: string): string {
  const host = new URL(url).hostname.replaceAll(/[^a-z0-9.-]/g, '_');
  return `${host}-${encodeHex(sha256(encodeUtf8(url))).slice(0, 16)}${suffix}`;
}

/** Where the cache of a repository lies below the folder of all. */
export function cachePath(cacheFolder: string, url: string): string {
  return join(cacheFolder, 'tuf', repositoryFileName(url, '.json'));
}

/** Reads a cache. @throws TufError ERR_TUF_NO_CACHE when there is none, ERR_TUF_CACHE when it cannot be read */
export async function readCacheFile(path: string): Promise<Uint8Array> {
  try {
    // Whoever can write there must not be able to make us wait, or read without end.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const info = await handle.stat();
      if (!info.isFile()) throw new TufError('ERR_TUF_CACHE', `${path} is not a file`);
      if (info.size > MAX_BYTES) throw new TufError('ERR_TUF_CACHE', `${path} is larger than 64 MiB`);
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof TufError) throw cause;
    const absent = cause instanceof Error && 'code' in cause && ABSENT.has(cause.code);
    if (absent) throw new TufError('ERR_TUF_NO_CACHE', `nothing is cached at ${path}`);
    throw new TufError('ERR_TUF_CACHE', `${path} cannot be read`, { cause });
  }
}

const ABSENT: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Writes a cache whole or not at all, also beside another process that does the same: under a name of its own first.
 * @throws TufError ERR_TUF_STORE
 */
export async function writeCacheFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${encodeHex(randomBytes(8))}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new TufError('ERR_TUF_STORE', `the cache at ${path} cannot be written`, { cause });
  }
}
