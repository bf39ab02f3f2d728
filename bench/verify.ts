// SPDX-License-Identifier: Apache-2.0
import { verify, type KeyObject } from 'node:crypto';
import { parseBundle } from '@colophon/attestation';
import type { SignatureAlgorithm } from '@colophon/pki';
import { judgeOnPool, verifyEvidence } from '@colophon/verify';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { judgeEvidence } from '../packages/verify/src/verify-evidence.ts';
import { makeMaterial, type Material, type Piece } from './verify-material.ts';

/*
 * What a verification costs, per bundle, from its text to its verdict: the bare signature checks with keys at hand (the
 * floor), ours, and @sigstore/verify. Every bundle has its own certificate and there are more than anything keeps, so that no
 * cache helps.
 * One core: taskset -c 0. Arguments: bundles, rounds.
 */

const [COUNT = 1000, ROUNDS = 5] = process.argv.slice(2).map(Number);
/** What is kept of one key and of leaves is less than this many. */
const MIN_COUNT = 300;
if (COUNT < MIN_COUNT) throw new Error(`fewer than ${MIN_COUNT} bundles would measure caches`);
/** Stock is slow; a part of the bundles says as much. */
const STOCK_SHARE = 10;
/** Timed at once, and judged at once on the pool. */
const PART = 25;

type Check = [key: KeyObject, algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array];

function checksOf({ bundle, artifact }: Piece, { root, policies }: Material): Check[] {
  const checks: Check[] = [];
  const check = (...one: Check) => checks.push(one) > 0;
  judgeEvidence({ kind: 'bundle', name: '', bundle }, { artifact, trustedRoots: [root], policies, check });
  return checks;
}

function runFloor(checks: readonly Check[]): void {
  for (const [key, { hash }, data, signature] of checks)
    if (!verify(hash, data, key, signature)) throw new Error('a signature of the floor is wrong');
}

function runOurs({ text, artifact }: Piece, { root, policies }: Material): void {
  verifyEvidence({ kind: 'bundle', name: '', bundle: parseBundle(text) }, artifact, [root], policies);
}

async function runOnPool({ text, artifact }: Piece, { root, policies }: Material): Promise<void> {
  const evidence = [{ kind: 'bundle', name: '', bundle: parseBundle(text) } as const];
  const { status } = await judgeOnPool({ evidence, artifact, trustedRoots: [root], policies });
  if (status !== 'verified') throw new Error('a bundle was not verified');
}

/** All that is to be run. What the floor needs of each bundle is there beforehand, its keys too. */
function runsOf(material: Material): Run[] {
  const { pieces, root } = material;
  const checks = new Map(pieces.map((piece) => [piece, checksOf(piece, material)]));
  const stock = new Verifier(toTrustMaterial(TrustedRootMessage.fromJSON(root.json)));
  const each = (name: string, run: (piece: Piece) => unknown, share = 1): Run => ({
    name,
    pieces: pieces.slice(0, Math.ceil(COUNT / share)),
    run: (part) => {
      for (const piece of part) run(piece);
    },
  });
  return [
    each('floor_ms', (piece) => runFloor(checks.get(piece) ?? [])),
    each('ours_ms', (piece) => runOurs(piece, material)),
    {
      name: 'ours_2_cores_ms',
      pieces,
      run: async (part) => {
        await Promise.all(part.map((piece) => runOnPool(piece, material)));
      },
    },
    each(
      'stock_ms',
      ({ text }) => stock.verify(toSignedEntity(bundleFromJSON(JSON.parse(text)))),
      STOCK_SHARE,
    ),
  ];
}

interface Cost {
  readonly wall: number;
  /** Of all threads: what a busy machine changes least. */
  readonly cpu: number;
}

async function costPer(count: number, run: () => void | Promise<void>): Promise<Cost> {
  const [start, usage] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(usage);
  return { wall: (performance.now() - start) / count, cpu: (user + system) / 1000 / count };
}

interface Run {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly run: (pieces: readonly Piece[]) => void | Promise<void>;
}

/**
 * Each run goes through all of its bundles, round after round, so that nothing is kept when one comes up again. A busy machine
 * is quiet for moments: each part of the bundles is timed by itself, and of each its best round counts.
 */
async function measure(runs: readonly Run[]): Promise<Record<string, Cost>> {
  const best = new Map<string, Cost>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { name, pieces, run } of runs)
      for (let at = 0; at < pieces.length; at += PART) {
        const part = pieces.slice(at, at + PART);
        const { wall, cpu } = await costPer(part.length, () => run(part));
        const known = best.get(`${name} ${at}`) ?? { wall: Infinity, cpu: Infinity };
        best.set(`${name} ${at}`, { wall: Math.min(wall, known.wall), cpu: Math.min(cpu, known.cpu) });
      }
  return Object.fromEntries(runs.map(({ name }) => [name, mean(name, best)]));
}

function mean(name: string, best: ReadonlyMap<string, Cost>): Cost {
  const parts = [...best].filter(([key]) => key.startsWith(`${name} `)).map(([, cost]) => cost);
  const sum = (by: keyof Cost) => parts.reduce((total, cost) => total + cost[by], 0) / parts.length;
  return { wall: sum('wall'), cpu: sum('cpu') };
}

const NONE: Cost = { wall: 0, cpu: 0 };

function report(best: Record<string, Cost>, checks: number): void {
  const {
    floor_ms: floor = NONE,
    ours_ms: ours = NONE,
    ours_2_cores_ms: two = NONE,
    stock_ms: stock = NONE,
  } = best;
  console.log(
    `${COUNT} bundles, ${checks} signatures each, best of ${ROUNDS} rounds; ms by the clock, and of CPU time`,
  );
  for (const [name, { wall, cpu }] of Object.entries(best))
    console.log(`${name.padEnd(16)} ${wall.toFixed(3)} ${cpu.toFixed(3)}`);
  for (const by of ['wall', 'cpu'] as const)
    console.log(
      `${by}: ours is ${(ours[by] / floor[by]).toFixed(2)} times the floor, and ${(stock[by] / ours[by]).toFixed(1)} times as fast as stock`,
    );
  console.log(`with the thread pool it is ${(ours.wall / two.wall).toFixed(2)} times as fast`);
  console.log(`heap ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB`);
  const figures = Object.entries(best).map(([name, { wall }]) => [name, Number(wall.toFixed(4))]);
  console.log(JSON.stringify({ bench: 'verify', bundles: COUNT, ...Object.fromEntries(figures) }));
}

const material = await makeMaterial(COUNT);
const [first] = material.pieces;
report(await measure(runsOf(material)), first === undefined ? 0 : checksOf(first, material).length);
