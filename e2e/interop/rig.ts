// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildTools, reportFailure, type Tools } from './build.ts';
import { say } from './build/progress.ts';
import { findSystemPrograms } from './build/system-packages.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { servedHosts } from './stack/issuers.ts';

const FOLDER_VARIABLE = 'COLOPHON_INTEROP_FOLDER';

export interface Rig {
  readonly tools: Tools;
  /** Empty, private to this run, removed at its end. */
  readonly folder: string;
}

/**
 * Runs `work` inside a network namespace of its own, with all tools built, and exits with the status it gives.
 * The script that calls this is started twice: outside it builds, makes the namespace, starts itself again inside,
 * and whatever happens ends all processes and removes everything; inside it does the work.
 */
export async function runInRig(script: string, work: (rig: Rig) => Promise<number>): Promise<never> {
  const folder = process.env[FOLDER_VARIABLE];
  const status = folder === undefined ? await runOutside(script) : await runInside(folder, work);
  process.exit(status);
}

async function runInside(folder: string, work: (rig: Rig) => Promise<number>): Promise<number> {
  // The channel to the outer process closes when that dies, even by SIGKILL.
  process.on('disconnect', () => process.exit(1));
  const tools = JSON.parse(readFileSync(toolsFile(folder), 'utf8')) as Tools;
  try {
    return await work({ tools, folder });
  } catch (error) {
    return reportFailure(error);
  }
}

async function runOutside(script: string): Promise<number> {
  try {
    const { ip } = await findSystemPrograms();
    // A trial, so that a machine without the right to do this says so before it builds for minutes.
    createNamespace(ip, []).remove();
    const tools = await buildTools();
    const namespace = createNamespace(tools.system.ip, servedHosts);
    return await inNamespace(namespace, tools, script);
  } catch (error) {
    return reportFailure(error);
  }
}

async function inNamespace(namespace: Namespace, tools: Tools, script: string): Promise<number> {
  process.on('exit', namespace.remove);
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<number>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt(128 + constants.signals[signal]));
  }
  try {
    writeFileSync(toolsFile(namespace.folder), JSON.stringify(tools));
    const child = startInside(namespace, tools, script);
    const status = await Promise.race([ended(child), interrupted]);
    if (status > 128) say('interrupted: stopping everything');
    return status;
  } finally {
    namespace.remove();
    process.off('exit', namespace.remove);
  }
}

function startInside(namespace: Namespace, tools: Tools, script: string): ChildProcess {
  const argv = [...process.execArgv, script, ...process.argv.slice(2)];
  return spawn(tools.system.ip, ['netns', 'exec', namespace.name, process.execPath, ...argv], {
    // A group of its own: a Ctrl-C reaches only the outer process, which then ends the inner ones in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: cleanEnvironment(namespace.folder),
  });
}

/** Nothing of the caller's proxies, CI tokens or Sigstore settings reaches the services and peers. */
function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('COLOPHON_'));
  const places = { HOME: 'home', TMPDIR: 'tmp', XDG_CACHE_HOME: 'home/.cache', XDG_DATA_HOME: 'home/.data' };
  const folders = Object.entries(places).map(([name, path]) => [name, join(folder, path)] as const);
  for (const [, path] of folders) mkdirSync(path, { recursive: true });
  return {
    ...Object.fromEntries([...own, ...folders]),
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    [FOLDER_VARIABLE]: folder,
  };
}

function ended(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (status) => resolve(status ?? 1));
  return promise;
}

function toolsFile(folder: string): string {
  return join(folder, 'tools.json');
}
