// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reportFailure } from '../e2e/interop/build.ts';
import { withCacheLock } from '../e2e/interop/build/cache.ts';
import { buildPythonPeers, findPython, type PythonPeers } from '../e2e/interop/build/python-peers.ts';
import { writeLargeWheel } from './publish/large-wheel.ts';
import { startSink, type Sink } from './publish/sink.ts';

/*
 * What it costs to upload a wheel of 2 GB to an index on this machine that throws it away: ours, twine and uv, each as a whole
 * process, taking turns. Seconds are medians; memory is the highest that a process held, ours beside a node that does nothing.
 * Arguments: rounds, size of the wheel in MB.
 */

const [ROUNDS = 3, MEGABYTES = 2000] = process.argv.slice(2).map(Number);
const OURS = resolve(import.meta.dirname, '../apps/cli/bin/colophon.js');
const METER = resolve(import.meta.dirname, 'publish/meter.mjs');

interface Contender {
  readonly key: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
}

interface Setting {
  readonly home: string;
  readonly sink: Sink;
  readonly wheel: string;
}

function contenders({ commands }: PythonPeers, { sink, wheel, home }: Setting): Contender[] {
  const meter = { NODE_OPTIONS: `--import ${METER}`, METER_OUTPUT: join(home, 'memory') };
  const password = { TWINE_USERNAME: 'bench', TWINE_PASSWORD: 'bench' };
  const ours = ['publish', wheel, '--index', sink.url, '--trusted-publishing', 'never'];
  const twine = ['upload', '--non-interactive', '--disable-progress-bar', '--repository-url', sink.url];
  const uv = ['publish', '--no-config', '--publish-url', sink.url, '--trusted-publishing', 'never'];
  return [
    { key: 'ours', command: [process.execPath, OURS, ...ours], environment: { ...meter, ...password } },
    { key: 'twine', command: [join(commands, 'twine'), ...twine, wheel], environment: password },
    {
      key: 'uv',
      command: [join(commands, 'uv'), ...uv, wheel],
      environment: { UV_PUBLISH_USERNAME: 'bench', UV_PUBLISH_PASSWORD: 'bench' },
    },
  ];
}

async function runOnce({ key, command, environment }: Contender, { home, sink }: Setting): Promise<number> {
  const [program, ...args] = command;
  const before = sink.received();
  const start = performance.now();
  const child = spawn(program, args, {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  const received = sink.received() - before;
  if (status !== 0 || received < MEGABYTES * 1e6)
    throw new Error(`${key}: ended with ${status} after ${received} bytes: ${said.slice(-2000)}`);
  return seconds;
}

async function memoryOfNode({ home }: Setting): Promise<number> {
  const output = join(home, 'bare');
  const child = spawn(process.execPath, ['--import', METER, '-e', '0'], {
    env: { PATH: process.env['PATH'], METER_OUTPUT: output },
    stdio: 'ignore',
  });
  await once(child, 'close');
  return Number(await readFile(output, 'utf8'));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function bench(home: string): Promise<void> {
  const base = await findPython();
  const peers = await withCacheLock(() => buildPythonPeers(base));
  const wheel = await writeLargeWheel(home, MEGABYTES * 1_000_000);
  const sink = await startSink();
  try {
    const setting = { home, sink, wheel };
    const all = contenders(peers, setting);
    const times = new Map<string, number[]>(all.map(({ key }) => [key, []]));
    const memory: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      for (const contender of all) {
        times.get(contender.key)?.push(await runOnce(contender, setting));
        if (contender.key === 'ours') memory.push(Number(await readFile(join(home, 'memory'), 'utf8')));
      }
    report(times, Math.max(...memory), await memoryOfNode(setting));
  } finally {
    await sink.close();
  }
}

function report(times: ReadonlyMap<string, readonly number[]>, ours: number, bare: number): void {
  console.log(`one wheel of ${MEGABYTES} MB, ${ROUNDS} rounds; seconds: median, best`);
  for (const [key, all] of times)
    console.log(`${key.padEnd(8)} ${median(all).toFixed(2)} ${Math.min(...all).toFixed(2)}`);
  const seconds = (key: string) => Number(median(times.get(key) ?? []).toFixed(3));
  for (const peer of ['twine', 'uv'])
    console.log(`ours is ${(seconds(peer) / seconds('ours')).toFixed(2)} times as fast as ${peer}`);
  console.log(`ours held ${(ours - bare).toFixed(1)} MiB more than a node that does nothing`);
  const figures = { ours_s: seconds('ours'), twine_s: seconds('twine'), uv_s: seconds('uv') };
  const memory = { ours_rss_mib: Number(ours.toFixed(1)), bare_node_rss_mib: Number(bare.toFixed(1)) };
  console.log(JSON.stringify({ bench: 'publish', ...figures, ...memory }));
}

const home = await mkdtemp(join(tmpdir(), 'colophon-bench-publish-'));
try {
  await bench(home);
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  await rm(home, { recursive: true, force: true });
}
