// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeWheels } from '../services/wheels.ts';
import { Helper } from './process.ts';
import type { ServiceAddresses, ServiceFigures } from './services.ts';

export interface ProgramFigures {
  readonly wallMs: number;
  readonly busyMs: number;
  /** (wall - busy) / latency: the program's start, hashing and its own work count. */
  readonly roundTrips: number;
  readonly certificates: number;
  readonly entries: number;
}

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');
const ROUNDS = 7;
/** Rounds that warm up the services and the system's cache of files. */
const WARM_UP = 2;

/** Attests files by the built program, from its start to its end; the median round by its round trips. */
export async function measureProgram(files: number, latencyMs: number): Promise<ProgramFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-bench-'));
  const services = Helper.start<object, ServiceFigures>('services.ts', [String(latencyMs)]);
  try {
    const { clientTrustConfig, environment } = await services.next<ServiceAddresses>();
    const config = join(folder, 'trust-config.json');
    await writeFile(config, JSON.stringify(clientTrustConfig));
    const rounds: ProgramFigures[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const wheels = join(folder, String(round));
      await writeWheels(wheels, files);
      await services.ask({});
      const wallMs = await timeProgram(['attest', wheels, '-q', '--trust-config', config], {
        environment,
        folder,
      });
      const { busyMs, certificates, entries } = await services.ask({});
      const roundTrips = (wallMs - busyMs) / latencyMs;
      if (round >= WARM_UP) rounds.push({ wallMs, busyMs, roundTrips, certificates, entries });
    }
    return rounds.toSorted((a, b) => a.roundTrips - b.roundTrips)[Math.floor(ROUNDS / 2)] as ProgramFigures;
  } finally {
    services.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeProgram(
  args: readonly string[],
  {
    environment,
    folder,
  }: { readonly environment: Readonly<Record<string, string>>; readonly folder: string },
): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, USERPROFILE: folder, ...environment },
    stdio: ['ignore', 'ignore', 2],
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  const wallMs = performance.now() - start;
  if (status !== 0) throw new Error(`the program ended with ${status ?? 'a signal'}`);
  return wallMs;
}
