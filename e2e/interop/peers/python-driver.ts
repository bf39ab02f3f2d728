// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lastLines } from '../build/command.ts';
import type { StackFiles } from '../stack/stack.ts';
import { Refusal } from '../table/peer.ts';

const script = join(import.meta.dirname, '..', 'python', 'driver.py');

/** The public instance's cache, as sigstore-python names it. */
const CACHE = 'sigstore-python/tuf/https%3A%2F%2Ftuf-repo-cdn.sigstore.dev';

interface Answer {
  readonly id: number;
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
}

/** A warm Python process with sigstore and pypi-attestations loaded; see python/driver.py for its operations. */
export class PythonDriver {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      this.#settle(line),
    );
    child.once('close', (status) => this.#abandon(`ended with ${status}`, log));
    child.once('error', (error) => this.#abandon(`could not be started: ${error.message}`, log));
  }

  /** Starts the process, with a cache of trust that holds the stack's root and its Rekor v1 signing configuration. */
  static async start(
    interpreter: string,
    files: Pick<StackFiles, 'trustedRoot' | 'signingConfigV1'>,
    folder: string,
  ): Promise<PythonDriver> {
    const cache = join(folder, 'cache');
    mkdirSync(join(cache, CACHE), { recursive: true });
    await copyFile(files.trustedRoot, join(cache, CACHE, 'trusted_root.json'));
    await copyFile(files.signingConfigV1, join(cache, CACHE, 'signing_config.v0.2.json'));
    const log = join(folder, 'driver.log');
    const child = spawn(interpreter, ['-u', script], {
      stdio: ['pipe', 'pipe', openSync(log, 'a')],
      env: { ...process.env, XDG_CACHE_HOME: cache, XDG_DATA_HOME: join(folder, 'data') },
    });
    const driver = new PythonDriver(child, log);
    await driver.call('ping');
    return driver;
  }

  /** Runs one operation. Throws Refusal with Python's words when it fails. */
  call(op: string, parameters: object = {}): Promise<unknown> {
    const waiter = Promise.withResolvers<unknown>();
    this.#last += 1;
    this.#waiting.set(this.#last, waiter);
    this.#child.stdin?.write(`${JSON.stringify({ id: this.#last, op, ...parameters })}\n`);
    return waiter.promise;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once('close', () => resolve());
    this.#child.stdin?.end();
    await promise;
  }

  #settle(line: string): void {
    const answer = JSON.parse(line) as Answer;
    const waiter = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiter?.resolve(answer.value);
    else waiter?.reject(new Refusal(answer.error ?? 'no reason given'));
  }

  #abandon(reason: string, log: string): void {
    const error = new Error(`the Python driver ${reason}\n${lastLines(readFileSync(log, 'utf8'), 20)}`);
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
  }
}
