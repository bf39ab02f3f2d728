// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertJsonContract } from './json-contract.ts';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');

export interface World {
  /** A folder of its own; `[TMP]` in transcripts. */
  readonly folder: string;
  /** Runs the built program there, in an environment that holds only what is given. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Transcript>;
  close(): Promise<void>;
}

export interface Transcript {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Status, stdout and stderr as one text, scrubbed of what differs between runs. */
  readonly text: string;
}

export async function openWorld(): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'colophon-e2e-')));
  return {
    folder,
    run: (args, environment = {}) => run(args, folder, environment),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function run(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Transcript> {
  // PATH alone is kept: neither CI nor a token of the machine that runs the tests may reach the program.
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    SystemRoot: process.env['SystemRoot'] ?? '',
    ...environment,
  };
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, status] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<number | null>((done, fail) => child.once('close', done).once('error', fail)),
  ]);
  if (status !== 130 && status !== null && printsJson(args)) assertJsonContract(stdout);
  return {
    status,
    stdout,
    stderr,
    text: scrub(`exit ${status}\n--- stdout\n${stdout}--- stderr\n${stderr}`, folder),
  };
}

function printsJson(args: readonly string[]): boolean {
  return args.slice(0, [...args, '--'].indexOf('--')).includes('--json');
}

async function collect(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

/** Replaces what no two runs share: folders, ports, digests, times, serial numbers and the version. */
export function scrub(text: string, folder: string): string {
  return text
    .replaceAll(folder, '[TMP]')
    .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:[PORT]')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '[SHA256]')
    .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)?/g, '[TIME]');
}
