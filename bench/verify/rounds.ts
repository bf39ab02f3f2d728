// SPDX-License-Identifier: Apache-2.0
import type { Cost, Costs } from './collection.ts';

/** Work over numbered bundles. `count` of them are gone through in each round. */
export interface Run {
  readonly name: string;
  readonly count: number;
  readonly run: (from: number, to: number) => void | Promise<void>;
  /** Called before each round, and not timed. */
  readonly prepare?: () => void;
}

/** Timed at once, and under way at once where there are several cores. */
const PART = 50;

/**
 * Each run goes through all of its bundles, round after round, so that nothing is kept when one comes up again. A busy machine
 * is quiet for moments: each part of the bundles is timed by itself, and of each its best round counts.
 */
export async function measure(runs: readonly Run[], rounds: number): Promise<Costs> {
  const best = new Map<string, Cost[]>(runs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, count, run, prepare } of runs) {
      prepare?.();
      for (let from = 0, part = 0; from < count; from += PART, part += 1) {
        const to = Math.min(count, from + PART);
        const cost = await costOf(to - from, () => run(from, to));
        const parts = best.get(name) ?? [];
        parts[part] = lesser(cost, parts[part]);
      }
    }
  return Object.fromEntries([...best].map(([name, parts]) => [name, mean(parts)]));
}

async function costOf(count: number, run: () => void | Promise<void>): Promise<Cost> {
  const [start, usage] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(usage);
  return { wall: (performance.now() - start) / count, cpu: (user + system) / 1000 / count };
}

function lesser(cost: Cost, known: Cost = cost): Cost {
  return { wall: Math.min(cost.wall, known.wall), cpu: Math.min(cost.cpu, known.cpu) };
}

function mean(parts: readonly Cost[]): Cost {
  const sum = (by: keyof Cost) => parts.reduce((total, cost) => total + cost[by], 0) / parts.length;
  return { wall: sum('wall'), cpu: sum('cpu') };
}
