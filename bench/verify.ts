// SPDX-License-Identifier: Apache-2.0
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { say } from '../e2e/interop/build/progress.ts';
import { reportFailure } from '../e2e/interop/build.ts';
import type { Cost, Costs } from './verify/collection.ts';
import { makeBundles } from './verify/made-bundles.ts';
import type { Answer, Question } from './verify/own-process.ts';
import { measurePeers } from './verify/peers.ts';
import { readMessageBundle, readRealBundles } from './verify/real-bundles.ts';

/*
 * What a verification costs, per bundle, on one core: the bare signature checks (the floor), ours, @sigstore/verify,
 * sigstore-python and sigstore-go; and ours on all cores. Ours and stock start from the text of a bundle, the peers from its path.
 * Bundles are made, each with its own certificate, log entry and checkpoint, and more of them than anything keeps, so that no
 * cache helps; and once more there are the few real ones of the test vectors. Arguments: bundles, rounds.
 */

const [COUNT = 1000, ROUNDS = 5] = process.argv.slice(2).map(Number);
if (COUNT < 400) throw new Error('fewer than 400 bundles would measure caches');

const PIN = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : [];

async function measureOurs(question: Question): Promise<Answer> {
  const pin = question.what === 'one core' ? PIN : [];
  const program = join(import.meta.dirname, 'verify/own-process.ts');
  const [command, ...args] = [...pin, process.execPath, ...process.execArgv, program];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(question));
  const answer = await text(child.stdout);
  if (answer === '') throw new Error('the process that measures ours ended early');
  return JSON.parse(answer) as Answer;
}

interface Results {
  readonly one: Answer;
  readonly all: Answer;
  readonly long: Answer;
  readonly peers: Costs;
}

async function measureAll(folder: string): Promise<Results> {
  say(`making ${COUNT} bundles`);
  const made = await makeBundles(COUNT, folder);
  const [real, message] = [await readRealBundles(folder), await readMessageBundle()];
  const ask = (what: Question['what']) => measureOurs({ what, made, real, message, rounds: ROUNDS });
  say('measuring');
  const one = await ask('one core');
  const all = await ask('all cores');
  const peers = await measurePeers(
    { '': made, 'real ': real },
    { folder, pin: PIN, rounds: Math.min(3, ROUNDS) },
  );
  say('the long run');
  return { one, all, long: await ask('long run'), peers };
}

const ROWS = ['floor', 'ours', 'alone', 'ours_2_cores', 'stock', 'sigstore_python', 'sigstore_go'];
const WORDS: Readonly<Record<string, string>> = {
  floor: 'the signature checks alone, all keys at hand',
  ours: 'ours, one core, a batch',
  alone: 'ours, one core, one after the other',
  ours_2_cores: `ours, ${availableParallelism()} cores, a batch`,
  stock: '@sigstore/verify',
  sigstore_python: 'sigstore-python',
  sigstore_go: 'sigstore-go',
};

function tableOf(prefix: string, { one, all, peers }: Results): Map<string, Cost> {
  const costs: Costs = {
    ...one.costs,
    ...peers,
    [`${prefix}ours_2_cores`]: all.costs[`${prefix}ours`] ?? NONE,
  };
  const rows = ROWS.map((name) => [name, costs[prefix + name]] as const);
  return new Map(rows.flatMap(([name, cost]) => (cost === undefined ? [] : [[name, cost]])));
}

const NONE: Cost = { wall: Number.NaN, cpu: Number.NaN };

function print(title: string, table: ReadonlyMap<string, Cost>): void {
  const of = (name: string, by: keyof Cost) => (table.get(name) ?? NONE)[by];
  const ratio = (one: string, other: string, by: keyof Cost) => (of(one, by) / of(other, by)).toFixed(2);
  console.log(`\n${title}; ms a bundle: by the clock, and of CPU time of its process`);
  for (const [name, { wall, cpu }] of table)
    console.log(
      `${(WORDS[name] ?? name).padEnd(46)} ${wall.toFixed(3)} ${PEERS.has(name) ? '' : cpu.toFixed(3)}`,
    );
  for (const by of ['wall', 'cpu'] as const)
    console.log(
      `${by}: ours is ${ratio('ours', 'floor', by)} times the floor, and ${ratio('stock', 'ours', by)} times as fast as stock`,
    );
  for (const peer of PEERS)
    console.log(`ours is ${ratio(peer, 'ours', 'wall')} times as fast as ${WORDS[peer]}`);
  console.log(`with all cores it is ${ratio('ours', 'ours_2_cores', 'wall')} times as fast as with one`);
}

/** They are processes of their own, of which only the clock is seen. */
const PEERS: ReadonlySet<string> = new Set(['sigstore_python', 'sigstore_go']);

function report(results: Results): void {
  const { one, long } = results;
  const made = tableOf('', results);
  print(`${COUNT} made bundles, ${one.signatures} signatures each, best of ${ROUNDS} rounds`, made);
  print('the real bundles', tableOf('real ', results));
  const digest = one.costs['digest alone'] ?? NONE;
  console.log(`\na message by its digest alone: ${digest.wall.toFixed(3)} ms, apart from all that`);
  const [start, middle, end] = long.memory;
  console.log(
    `${100 * COUNT} verdicts: ${start}, ${middle}, ${end} MiB at the start, the middle and the end`,
  );
  if (PIN.length === 0) console.log('there is no taskset: "one core" is whatever the system gave');
  const figures = [...made].map(([name, { wall }]) => [`${name}_ms`, Number(wall.toFixed(4))]);
  const real = [...tableOf('real ', results)].map(([name, { wall }]) => [
    `${name}_ms`,
    Number(wall.toFixed(4)),
  ]);
  const digestFigure = Number(digest.wall.toFixed(4));
  console.log(
    JSON.stringify({
      bench: 'verify',
      bundles: COUNT,
      ...Object.fromEntries(figures),
      digest_ms: digestFigure,
      memory_mib: long.memory,
      real: Object.fromEntries(real),
    }),
  );
}

const folder = await mkdtemp(join(tmpdir(), 'colophon-verify-'));
try {
  report(await measureAll(folder));
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  await rm(folder, { recursive: true, force: true });
}
