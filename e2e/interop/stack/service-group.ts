// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../build/command.ts';

export interface ServiceSpec {
  readonly name: string;
  readonly program: string;
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Asked again and again; true once the service answers. A rejection counts as "not yet". */
  readonly isReady: () => Promise<boolean>;
}

interface RunningService {
  readonly spec: ServiceSpec;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
}

/** A service did not come up, or died; the message holds the end of its log. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
}

const READY_TIMEOUT_MS = 60_000;
const GRACE_MS = 2_000;

/** Starts programs that log to files, and stops them one by one or all at once. */
export class ServiceGroup {
  readonly #logs: string;
  #running: RunningService[] = [];
  readonly #killAll = (): void => {
    for (const { child } of this.#running) child.kill('SIGKILL');
  };

  constructor(logs: string) {
    this.#logs = logs;
    process.on('exit', this.#killAll);
  }

  /** Resolves once the service answers. Throws ServiceFailure when it dies first or answers too late. */
  async start(spec: ServiceSpec): Promise<void> {
    const log = openSync(this.logFile(spec.name), 'a');
    const child = spawn(spec.program, spec.argv, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...spec.env },
    });
    closeSync(log);
    const { promise: exited, resolve } = Promise.withResolvers<void>();
    child.once('close', resolve);
    child.once('error', () => resolve());
    this.#running.push({ spec, child, exited });
    await this.#untilReady(spec, child);
  }

  /** Stops one service, and starts it again with other arguments: for tests that change a switch of a server. */
  async restart(name: string, argv: (before: readonly string[]) => readonly string[]): Promise<void> {
    const spec = this.#running.find((service) => service.spec.name === name)?.spec;
    if (spec === undefined) throw new TypeError(`no service is called ${name}`);
    await this.stop(name);
    await this.start({ ...spec, argv: argv(spec.argv) });
  }

  async stop(name: string): Promise<void> {
    const found = this.#running.filter((service) => service.spec.name === name);
    this.#running = this.#running.filter((service) => service.spec.name !== name);
    await Promise.all(found.map(end));
  }

  async close(): Promise<void> {
    // Nothing of a stack outlives it, so nobody is asked politely.
    this.#killAll();
    await Promise.all(this.#running.map(({ exited }) => exited));
    this.#running = [];
    process.off('exit', this.#killAll);
  }

  logFile(name: string): string {
    return join(this.#logs, `${name}.log`);
  }

  async #untilReady(spec: ServiceSpec, child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await spec.isReady().catch(() => false))) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
        throw this.#failure(spec.name, `ended with ${child.exitCode ?? child.signalCode ?? 'no process'}`);
      }
      if (Date.now() > deadline) throw this.#failure(spec.name, 'does not answer');
      await sleep(40);
    }
  }

  #failure(name: string, what: string): ServiceFailure {
    const log = lastLines(readFileSync(this.logFile(name), 'utf8'), 20);
    return new ServiceFailure(`${name} ${what}; the end of its log:\n${log}`);
  }
}

async function end({ child, exited }: RunningService): Promise<void> {
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(hard);
}

/** A readiness check: the URL answers with a status below 400. */
export function answers(url: string): () => Promise<boolean> {
  return async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  };
}
