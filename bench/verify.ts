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
 * cache helps. Rounds are interleaved and the best of each counts: a busy machine slows all of them, but not alike.
 * One core: taskset -c 0. Arguments: bundles, rounds.
 */

const [COUNT = 1000, ROUNDS = 5] = process.argv.slice(2).map(Number);
/** What is kept of one key and of leaves is less than this many. */
const MIN_COUNT = 300;
if (COUNT < MIN_COUNT) throw new Error(`fewer than ${MIN_COUNT} bundles would measure caches`);
/** Stock is slow; a part of the bundles says as much. */
const STOCK_SHARE = 10;
const IN_FLIGHT = 32;

type Check = [key: KeyObject, algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array];

function checksOf(material: Material): Check[][] {
  const { root, policies } = material;
  return material.pieces.map(({ bundle, artifact }) => {
    const checks: Check[] = [];
    const check = (...one: Check) => checks.push(one) > 0;
    judgeEvidence({ kind: 'bundle', name: '', bundle }, { artifact, trustedRoots: [root], policies, check });
    return checks;
  });
}

function runFloor(checks: readonly Check[][]): void {
  for (const [key, { hash }, data, signature] of checks.flat())
    if (!verify(hash, data, key, signature)) throw new Error('a signature of the floor is wrong');
}

function runOurs({ pieces, root, policies }: Material): void {
  for (const { text, artifact } of pieces)
    verifyEvidence({ kind: 'bundle', name: '', bundle: parseBundle(text) }, artifact, [root], policies);
}

async function runOnPool({ pieces, root, policies }: Material): Promise<void> {
  const judgePiece = async ({ text, artifact }: Piece): Promise<void> => {
    const evidence = [{ kind: 'bundle', name: '', bundle: parseBundle(text) } as const];
    const { status } = await judgeOnPool({ evidence, artifact, trustedRoots: [root], policies });
    if (status !== 'verified') throw new Error('a bundle was not verified');
  };
  const waiting = pieces.values();
  const worker = async () => {
    for (const piece of waiting) await judgePiece(piece);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

function runStock({ pieces, root }: Material): void {
  const verifier = new Verifier(toTrustMaterial(TrustedRootMessage.fromJSON(root.json)));
  for (const { text } of pieces) verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
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

async function measure(material: Material): Promise<Record<string, Cost>> {
  const checks = checksOf(material);
  const some = { ...material, pieces: material.pieces.slice(0, Math.ceil(COUNT / STOCK_SHARE)) };
  const runs: [name: string, count: number, run: () => void | Promise<void>][] = [
    ['floor_ms', COUNT, () => runFloor(checks)],
    ['ours_ms', COUNT, () => runOurs(material)],
    ['ours_2_cores_ms', COUNT, () => runOnPool(material)],
    ['stock_ms', some.pieces.length, () => runStock(some)],
  ];
  const best: Record<string, Cost> = {};
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, count, run] of runs) {
      const cost = await costPer(count, run);
      const { wall, cpu } = best[name] ?? { wall: Infinity, cpu: Infinity };
      best[name] = { wall: Math.min(wall, cost.wall), cpu: Math.min(cpu, cost.cpu) };
    }
  return best;
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
const [first = []] = checksOf({ ...material, pieces: material.pieces.slice(0, 1) });
report(await measure(material), first.length);
