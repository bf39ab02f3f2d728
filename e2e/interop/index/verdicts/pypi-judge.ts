// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lastLines } from '../../build/command.ts';
import type { VerdictCase } from './case.ts';
import type { Verdict } from './verdict.ts';

const SCRIPT = join(import.meta.dirname, 'pypi_judge.py');
/** Where sigstore-python looks for the public instance's trusted root below its cache. */
const CACHE = 'sigstore-python/tuf/https%3A%2F%2Ftuf-repo-cdn.sigstore.dev';

/** pypi-attestations in one warm process: a line for each question, answered in order. */
export class PypiJudge {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting: PromiseWithResolvers<Verdict>[] = [];

  private constructor(child: ChildProcess, folder: string, log: string) {
    this.#child = child;
    this.#folder = folder;
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line) as Verdict),
    );
    child.stdin?.on('error', () => undefined);
    child.once('error', (error) => this.#abandon(`could not be started: ${error.message}`));
    child.once('close', (status) =>
      this.#abandon(`ended with ${status}\n${lastLines(readFileSync(log, 'utf8'), 20)}`),
    );
  }

  /** Starts it with trusted roots (JSON) by name, each in a cache of its own. */
  static start(interpreter: string, folder: string, roots: Readonly<Record<string, unknown>>): PypiJudge {
    for (const [name, root] of Object.entries(roots)) {
      const cache = join(folder, name, CACHE);
      mkdirSync(cache, { recursive: true });
      writeFileSync(join(cache, 'trusted_root.json'), JSON.stringify(root));
    }
    const log = join(folder, 'judge.log');
    const child = spawn(interpreter, ['-u', SCRIPT], {
      stdio: ['pipe', 'pipe', openSync(log, 'a')],
      env: { ...process.env, XDG_DATA_HOME: join(folder, 'data') },
    });
    return new PypiJudge(child, folder, log);
  }

  judge({ field, publisher, file, root }: VerdictCase): Promise<Verdict> {
    const waiter = Promise.withResolvers<Verdict>();
    this.#waiting.push(waiter);
    const question = { trust: join(this.#folder, root), field, publisher, file };
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return waiter.promise;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once('close', () => resolve());
    this.#child.stdin?.end();
    await promise;
  }

  #abandon(reason: string): void {
    const error = new Error(`pypi-attestations ${reason}`);
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
  }
}
