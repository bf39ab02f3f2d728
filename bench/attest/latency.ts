// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWheels } from '../services/wheels.ts';
import { Helper } from './process.ts';
import type { ServiceAddresses, ServiceFigures } from './services.ts';
import type { SignerFigures, SignerTask } from './signer.ts';

export interface LatencyFigures {
  readonly wallMs: number;
  readonly hashingMs: number;
  readonly busyMs: number;
  /** (wall - hashing - busy) / latency */
  readonly roundTrips: number;
  readonly certificates: number;
  readonly entries: number;
  readonly cpuMs: number;
}

export interface MemoryFigures extends Pick<SignerFigures, 'rssMib' | 'peakMib' | 'wallMs'> {
  readonly certificates: number;
}

const ROUNDS = 5;
/** Rounds whose time does not count: both processes are warm afterwards. */
const WARM_UP = 3;
/** Files until the heap's young generation has the size that it keeps. */
const GROWN = 1000;

/** Attests files on services each of whose answers comes late, several times over; the median round by its round trips. */
export async function measureLatency(files: number, latencyMs: number): Promise<LatencyFigures> {
  return onSandbox(latencyMs, async (attest) => {
    const rounds: LatencyFigures[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const { signer, services } = await attest(files);
      const { wallMs, hashingMs, cpuMs } = signer;
      const { busyMs, certificates, entries } = services;
      const roundTrips = (wallMs - hashingMs - busyMs) / latencyMs;
      if (round >= WARM_UP)
        rounds.push({ wallMs, hashingMs, busyMs, roundTrips, certificates, entries, cpuMs });
    }
    return rounds.toSorted((a, b) => a.roundTrips - b.roundTrips)[Math.floor(ROUNDS / 2)] as LatencyFigures;
  });
}

/** Attests many files at once, and looks at the memory on the way. */
export async function measureMemory(files: number): Promise<MemoryFigures> {
  return onSandbox(0, async (attest) => {
    await attest(GROWN);
    const { signer, services } = await attest(files);
    const { rssMib, peakMib, wallMs } = signer;
    return { rssMib, peakMib, wallMs, certificates: services.certificates };
  });
}

type Attest = (files: number) => Promise<{ signer: SignerFigures; services: ServiceFigures }>;

async function onSandbox<T>(latencyMs: number, use: (attest: Attest) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-bench-'));
  const services = Helper.start<object, ServiceFigures>('services.ts', [String(latencyMs)]);
  const signer = Helper.start<SignerTask, SignerFigures>('signer.ts');
  let round = 0;
  try {
    const addresses = await services.next<ServiceAddresses>();
    return await use(async (files) => {
      round += 1;
      const wheels = await writeWheels(join(folder, String(round)), files);
      await services.ask({});
      const figures = await signer.ask({ wheels, services: addresses });
      return { signer: figures, services: await services.ask({}) };
    });
  } finally {
    signer.close();
    services.close();
    await rm(folder, { recursive: true, force: true });
  }
}
