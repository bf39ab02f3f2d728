// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { timed } from '../e2e/interop/build/progress.ts';
import { type Rig, runInRig } from '../e2e/interop/rig.ts';
import { type LatencyFigures, measureLatency, measureMemory, type MemoryFigures } from './attest/latency.ts';
import { measureProgram, type ProgramFigures } from './attest/program.ts';
import { COUNTED_FILES, measureBesidePeer, type PeerFigures } from './attest/real-services.ts';

/*
 * What attesting costs: `latency`, in round trips, on services each of whose answers comes 200 ms late; `program`, the same
 * by the built program, from its start to its end; `memory`, for thousands of files; `peer`, beside pypi-attestations'
 * library on real Fulcio and Rekor v1, which needs root and the built services. Parts may be named; all of them without.
 */

const LATENCY_MS = 200;
const FILES = { latency: 100, program: 100, peer: 200, memory: 5000 };

const PARTS = ['latency', 'program', 'memory', 'peer'] as const;

const { positionals } = parseArgs({ allowPositionals: true });
const wanted = PARTS.filter((name) => positionals.length === 0 || positionals.includes(name));

if (wanted.includes('peer'))
  await runInRig(import.meta.filename, async (rig) => {
    await run(rig);
    return 0;
  });
else await run();

async function run(rig?: Rig): Promise<void> {
  const latency = await part('latency', () => measureLatency(FILES.latency, LATENCY_MS), sayLatency);
  const program = await part('program', () => measureProgram(FILES.program, LATENCY_MS), sayProgram);
  const memory = await part('memory', () => measureMemory(FILES.memory), sayMemory);
  const peer = rig && (await part('peer', () => measureBesidePeer(rig, FILES.peer), sayPeer));
  const summary = {
    bench: 'attest',
    latency_round_trips: rounded(latency?.roundTrips),
    program_round_trips: rounded(program?.roundTrips),
    certificates: latency?.certificates ?? null,
    ours_s: rounded(peer?.oursS),
    pypi_attestations_s: rounded(peer?.theirsS),
    ours_rss_mib: rounded(memory?.peakMib),
  };
  say(JSON.stringify(summary));
}

async function part<Figures>(
  name: (typeof PARTS)[number],
  measure: () => Promise<Figures>,
  tell: (figures: Figures) => void,
): Promise<Figures | undefined> {
  if (!wanted.includes(name)) return undefined;
  const figures = await timed(name, measure);
  tell(figures);
  return figures;
}

function sayLatency({ wallMs, hashingMs, busyMs, roundTrips, ...rest }: LatencyFigures): void {
  const { certificates, entries, cpuMs } = rest;
  say(
    `${FILES.latency} wheels, ${LATENCY_MS} ms of latency: wall ${ms(wallMs)} - our hashing ${ms(hashingMs)} - the services' own ` +
      `work ${ms(busyMs)} = ${roundTrips.toFixed(2)} round trips; ${certificates} certificate, ${entries} entries; ` +
      `our processor time ${ms(cpuMs)}; the wall alone is ${(wallMs / LATENCY_MS).toFixed(2)} round trips`,
  );
}

function sayProgram({ wallMs, busyMs, roundTrips, certificates, entries }: ProgramFigures): void {
  say(
    `${FILES.program} wheels by the program: wall ${ms(wallMs)} - the services' own work ${ms(busyMs)} = ${roundTrips.toFixed(2)} round trips; ` +
      `${certificates} certificate, ${entries} entries`,
  );
}

function sayMemory({ rssMib, peakMib, wallMs, certificates }: MemoryFigures): void {
  const [start, middle, end] = rssMib.map((value) => value.toFixed(0));
  say(
    `${FILES.memory} wheels: ${(wallMs / 1000).toFixed(1)} s, ${certificates} certificate; memory ${start} MiB at the start, ` +
      `${middle} MiB in the middle, ${end} MiB at the end, ${peakMib.toFixed(0)} MiB at the most`,
  );
}

function sayPeer(figures: PeerFigures): void {
  const { oursS, theirsS, oursBytes, theirsBytes, oursConnections, theirsConnections } = figures;
  say(
    `${FILES.peer} wheels on real Fulcio and Rekor v1: ours ${oursS.toFixed(2)} s, pypi-attestations ${theirsS.toFixed(2)} s, ` +
      `${(theirsS / oursS).toFixed(1)} times ours; sent a file ${kilobytes(oursBytes / COUNTED_FILES)} and ${kilobytes(theirsBytes / COUNTED_FILES)}, ` +
      `in ${oursConnections} and ${theirsConnections} connections for ${COUNTED_FILES} files`,
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(2)} kB`;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(3));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
