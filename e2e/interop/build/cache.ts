// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './progress.ts';

/** Where built programs live between runs: never inside the repository. */
export function cacheFolder(): string {
  const named = process.env.COLOPHON_INTEROP_CACHE;
  if (named !== undefined && named !== '') return named;
  const base = process.env.XDG_CACHE_HOME;
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'colophon-interop');
}

/** A short name for everything that a build depends on. */
export function keyOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder of a build: made by `make` when it is not there whole. A folder counts only once its mark is written,
 * so what an interrupted build left behind is thrown away and built again.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  const mark = join(folder, '.complete');
  if (existsSync(mark)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await make(folder);
  await writeFile(mark, '');
  return folder;
}

/** Lets one build at a time into the cache; a lock whose owner is dead is taken over. */
export async function withCacheLock<T>(work: () => Promise<T>): Promise<T> {
  const lock = join(cacheFolder(), 'lock');
  await mkdir(cacheFolder(), { recursive: true });
  for (let waited = 0; !(await takeLock(lock)); waited += 1) {
    if (waited === 1) say(`waiting for another build (${lock})`);
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
  return false;
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
