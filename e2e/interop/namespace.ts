// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './build/cache.ts';
import { lastLines } from './build/command.ts';
import { MissingRequirement } from './build/missing-requirement.ts';

const PREFIX = 'colophon-interop-';

/** A network namespace with nothing but loopback, and the folder of what runs in it. Its name ends in our process id. */
export interface Namespace {
  readonly name: string;
  readonly folder: string;
  /** Ends every process in the namespace and removes all traces. Synchronous, so that an exit handler can call it. */
  readonly remove: () => void;
}

/** Creates the namespace of this process; `hosts` are names that lead to 127.0.0.1 in it. Throws MissingRequirement. */
export function createNamespace(ip: string, hosts: readonly string[]): Namespace {
  removeStale(ip);
  const name = `${PREFIX}${process.pid}`;
  const folder = join(tmpdir(), name);
  const remove = (): void => removeTraces(ip, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(settings(name), { recursive: true });
    writeFileSync(join(settings(name), 'hosts'), `127.0.0.1 localhost ${hosts.join(' ')}\n`);
    writeFileSync(join(settings(name), 'resolv.conf'), '');
    mustRun(ip, ['netns', 'add', name]);
    mustRun(ip, ['-n', name, 'link', 'set', 'lo', 'up']);
  } catch (error) {
    remove();
    const reason = error instanceof Error ? error.message : String(error);
    throw new MissingRequirement(`a network namespace can not be made (needs root): ${reason}`, {
      cause: error,
    });
  }
  return { name, folder, remove };
}

/** What a run left behind that was killed without mercy: namespaces and folders whose process is gone. */
function removeStale(ip: string): void {
  const places = ['/run/netns', '/etc/netns', tmpdir()];
  const names = places.flatMap((place) => listed(place)).filter((name) => name.startsWith(PREFIX));
  for (const name of new Set(names)) {
    const owner = Number(name.slice(PREFIX.length));
    if (Number.isSafeInteger(owner) && owner > 0 && !isAlive(owner)) removeTraces(ip, name);
  }
}

function removeTraces(ip: string, name: string): void {
  endProcesses(ip, name);
  spawnSync(ip, ['netns', 'delete', name]);
  rmSync(settings(name), { recursive: true, force: true });
  rmSync(join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5 });
}

/** The kernel knows every process in a namespace, daemons included: nothing depends on who started whom. */
function endProcesses(ip: string, name: string): void {
  for (let round = 0; round < 50; round += 1) {
    const pids = spawnSync(ip, ['netns', 'pids', name], { encoding: 'utf8' }).stdout ?? '';
    const ids = pids.split('\n').filter((line) => line !== '');
    if (ids.length === 0) return;
    for (const id of ids) kill(Number(id));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function mustRun(file: string, argv: readonly string[]): void {
  const done = spawnSync(file, argv, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(lastLines(done.stderr ?? String(done.error), 1));
}

function settings(name: string): string {
  return join('/etc/netns', name);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
