// SPDX-License-Identifier: Apache-2.0
import { text } from 'node:stream/consumers';
import { sizeThreadPool } from '../../apps/cli/src/thread-pool.ts';
import type { Collection, Costs } from './collection.ts';
import { OwnWork } from './own-work.ts';
import { measure, type Run } from './rounds.ts';

/*
 * Measures what is JavaScript, in a process of its own, as the number of cores is settled when one starts: a question in JSON on
 * standard input, an answer in JSON on standard output.
 */

export interface Question {
  readonly what: 'one core' | 'all cores' | 'long run';
  readonly made: Collection;
  readonly real: Collection;
  readonly message: Collection;
  readonly rounds: number;
}

export interface Answer {
  readonly costs: Costs;
  /** Signatures of a made bundle. */
  readonly signatures: number;
  /** Of a long run, at its start, its middle and its end: resident memory, MiB. */
  readonly memory: readonly number[];
}

/** Stock is slow; a part of the bundles says as much. */
const STOCK_SHARE = 10;
/** How often a long run goes through all made bundles. */
const REPEATS = 100;

const each = (run: (index: number) => void) => (from: number, to: number) => {
  for (let index = from; index < to; index += 1) run(index);
};

function runsOf(name: string, collection: Collection, share = 1): Run[] {
  let work = new OwnWork(collection);
  const count = collection.items.length;
  // Where there are fewer bundles than are remembered, a new root has new keys, of which nothing is known yet.
  const prepare = count > 300 ? () => {} : () => void (work = new OwnWork(collection));
  return [
    { name: `${name}floor`, count, prepare, run: each((index) => work.floor(index)) },
    { name: `${name}ours`, count, prepare, run: (from, to) => work.batch(from, to) },
    { name: `${name}alone`, count, prepare, run: each((index) => work.alone(index)) },
    {
      name: `${name}stock`,
      count: Math.ceil(count / share),
      prepare,
      run: each((index) => work.stock(index)),
    },
  ];
}

async function measureOneCore({ made, real, message, rounds }: Question): Promise<Answer> {
  // Between two runs over a few real bundles all the made ones go by, so that no certificate is known any more.
  const [floor, ours, alone, stock] = runsOf('', made, STOCK_SHARE) as [Run, Run, Run, Run];
  const [realFloor, realOurs, , realStock] = runsOf('real ', real) as [Run, Run, Run, Run];
  const [, , digest] = runsOf('digest ', message) as [Run, Run, Run, Run];
  const runs = [floor, realFloor, ours, realOurs, alone, digest, stock, realStock];
  return { costs: await measure(runs, rounds), signatures: new OwnWork(made).signatures, memory: [] };
}

async function measureAllCores({ made, real, rounds }: Question): Promise<Answer> {
  const [, ours] = runsOf('', made) as [Run, Run];
  const [, realOurs] = runsOf('real ', real) as [Run, Run];
  return { costs: await measure([ours, realOurs], rounds), signatures: 0, memory: [] };
}

async function runLong({ made }: Question): Promise<Answer> {
  const work = new OwnWork(made);
  const memory: number[] = [];
  const note = () => memory.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  await work.batch(0, made.items.length);
  note();
  const start = performance.now();
  for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
    await work.batch(0, made.items.length);
    if (repeat === REPEATS / 2 || repeat === REPEATS) note();
  }
  const wall = (performance.now() - start) / (REPEATS * made.items.length);
  return { costs: { 'long run': { wall, cpu: wall } }, signatures: 0, memory };
}

// As the command does.
sizeThreadPool(process.env);
const question = JSON.parse(await text(process.stdin)) as Question;
const measurements = { 'one core': measureOneCore, 'all cores': measureAllCores, 'long run': runLong };
process.stdout.write(JSON.stringify(await measurements[question.what](question)));
