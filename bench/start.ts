// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { vectorFolder } from '@colophon/vectors/folder';
import { reportFailure } from '../e2e/interop/build.ts';
import { withCacheLock } from '../e2e/interop/build/cache.ts';
import { buildGoPrograms, findGo } from '../e2e/interop/build/go-programs.ts';
import { buildPythonPeers, findPython } from '../e2e/interop/build/python-peers.ts';

/*
 * What one verdict without a network costs, as a whole process, from its start to its exit: bare node, ours, sigstore-python
 * and cosign, on the same bundle, under the same identity. All have an empty home, so that none reads a cache of trust. The
 * programs take turns, so that a busy machine slows all of them; the medians count, and the best is told too. Argument: rounds.
 */

const [ROUNDS = 15] = process.argv.slice(2).map(Number);
const root = resolve(import.meta.dirname, '..');
const file = join(vectorFolder, 'pep740', 'pypi_attestation_models-0.0.4a2.tar.gz');
const bundle = `${file}.sigstore`;
const repository = 'trailofbits/pypi-attestation-models';
const identity = `https://github.com/${repository}/.github/workflows/release.yml@refs/tags/v0.0.4a2`;
const issuer = 'https://token.actions.githubusercontent.com';

interface Contender {
  readonly key: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const OURS = [
  join(root, 'apps/cli/bin/colophon.js'),
  '--offline',
  'verify',
  file,
  `--bundle=${bundle}`,
  `--publisher=github:${repository}/release.yml`,
  '--ref=refs/tags/v0.0.4a2',
] as const;

const SIGSTORE_PYTHON = [
  '-m',
  'sigstore',
  'verify',
  'identity',
  '--offline',
  `--bundle=${bundle}`,
  `--cert-identity=${identity}`,
  `--cert-oidc-issuer=${issuer}`,
  file,
] as const;

const COSIGN = [
  'verify-blob-attestation',
  `--bundle=${bundle}`,
  `--trusted-root=${join(vectorFolder, 'trust/public-good/trusted_root.json')}`,
  `--certificate-identity=${identity}`,
  `--certificate-oidc-issuer=${issuer}`,
  '--type=https://docs.pypi.org/attestations/publish/v1',
  file,
] as const;

async function findContenders(): Promise<Contender[]> {
  const [base, toolchain] = [await findPython(), await findGo()];
  const { python, go } = await withCacheLock(async () => ({
    python: await buildPythonPeers(base),
    go: await buildGoPrograms(toolchain),
  }));
  return [
    { key: 'node_ms', command: [process.execPath, '-e', '0'] },
    { key: 'ours_ms', command: [process.execPath, ...OURS] },
    { key: 'sigstore_python_ms', command: [python.interpreter, ...SIGSTORE_PYTHON] },
    { key: 'cosign_ms', command: [go.cosign, ...COSIGN] },
  ];
}

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, USERPROFILE: home };
}

function runOnce({ key, command: [program, ...args] }: Contender, home: string): number {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, {
    env: environment(home),
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const time = performance.now() - start;
  if (status === 0) return time;
  throw new Error(`${key}: ended with ${status ?? 'a signal'}: ${error?.message ?? stderr}`);
}

function measure(contenders: readonly Contender[], home: string): Map<string, number[]> {
  const times = new Map<string, number[]>(contenders.map(({ key }) => [key, []]));
  // The first round fills the system's cache of files, and counts for nothing.
  for (const contender of contenders) runOnce(contender, home);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const contender of contenders) times.get(contender.key)?.push(runOnce(contender, home));
  return times;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function report(times: ReadonlyMap<string, number[]>): void {
  const medians = new Map([...times].map(([key, all]) => [key, median(all)]));
  const of = (key: string) => medians.get(key) ?? Number.NaN;
  console.log(`one verdict without a network, whole process, ${ROUNDS} rounds; ms: median, best`);
  for (const [key, all] of times)
    console.log(`${key.padEnd(20)} ${median(all).toFixed(1)} ${Math.min(...all).toFixed(1)}`);
  console.log(`ours takes ${(of('ours_ms') / of('node_ms')).toFixed(2)} times as long as bare node`);
  for (const peer of ['sigstore_python_ms', 'cosign_ms'])
    console.log(`ours is ${(of(peer) / of('ours_ms')).toFixed(2)} times as fast as ${peer.slice(0, -3)}`);
  const figures = [...medians].map(([key, time]) => [key, Number(time.toFixed(2))]);
  console.log(JSON.stringify({ bench: 'start', rounds: ROUNDS, ...Object.fromEntries(figures) }));
}

if (!(ROUNDS >= 15)) throw new Error('fewer than 15 rounds say little');
const home = mkdtempSync(join(tmpdir(), 'colophon-start-'));
try {
  report(measure(await findContenders(), home));
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  rmSync(home, { recursive: true, force: true });
}
