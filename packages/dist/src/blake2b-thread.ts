// SPDX-License-Identifier: Apache-2.0
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { createBLAKE2b } from 'hash-wasm';

const BLOCK = 1024 * 1024;

/*
 * What the thread runs, as text: a file of its own would be lost where somebody bundles this package, and a bundle that
 * started itself as a thread would run their program once more.
 */
const THREAD = `
const { openSync, readSync } = require('node:fs');
const { parentPort, workerData: { library, path } } = require('node:worker_threads');
require(library).createBLAKE2b(256).then((hash) => {
  const file = openSync(path);
  const block = Buffer.allocUnsafe(${BLOCK});
  for (let size; (size = readSync(file, block)) > 0; ) hash.update(block.subarray(0, size));
  parentPort.postMessage(hash.digest('hex'));
});`;

export async function hashBlake2b(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = await createBLAKE2b(256);
  const file = await open(path);
  try {
    const block = Buffer.allocUnsafe(BLOCK);
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK);
      signal?.throwIfAborted();
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/**
 * The same on a thread of its own, which ends with its work, or with the signal. Where the library cannot be found, as in
 * a bundle of one file, there is no thread.
 */
export function hashOnThread(path: string, signal: AbortSignal | undefined): Promise<string> {
  const library = findLibrary();
  if (library === undefined) return hashBlake2b(path, signal);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const thread = new Worker(THREAD, { eval: true, workerData: { library, path } });
  const stop = (): void => void thread.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  thread.once('message', resolve).once('error', reject);
  thread.once('exit', () => {
    signal?.removeEventListener('abort', stop);
    reject(new Error('the thread ended before its work'));
  });
  return promise;
}

function findLibrary(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('hash-wasm');
  } catch {
    return undefined;
  }
}
