// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { timed } from '../e2e/interop/build/progress.ts';
import { type Rig, runInRig } from '../e2e/interop/rig.ts';
import { type LatencyFigures, measureLatency, measureMemory, type MemoryFigures } from './attest/latency.ts';
import { COUNTED_FILES, measureBesidePeer, type PeerFigures } from './attest/real-services.ts';

/*
 * What attesting costs: (a) in round trips, on services each of whose answers comes 200 ms late; (b) beside pypi-attestations'
 * library, on real Fulcio and Rekor v1; (c) in memory, for thousands of files. --no-peer leaves out (b), which needs root and
 * the built services.
 */

const LATENCY_MS = 200;
const FILES = { latency: 100, peer: 200, memory: 5000 };

const { values: options } = parseArgs({ options: { 'no-peer': { type: 'boolean', default: false } } });

if (options['no-peer']) await run();
else
  await runInRig(import.meta.filename, async (rig) => {
    await run(rig);
    return 0;
  });

async function run(rig?: Rig): Promise<void> {
  const latency = await timed('latency', () => measureLatency(FILES.latency, LATENCY_MS));
  sayLatency(latency);
  const memory = await timed('memory', () => measureMemory(FILES.memory));
  sayMemory(memory);
  const peer = rig && (await timed('beside pypi-attestations', () => measureBesidePeer(rig, FILES.peer)));
  if (peer !== undefined) sayPeer(peer);
  const summary = {
    bench: 'attest',
    latency_round_trips: rounded(latency.roundTrips),
    certificates: latency.certificates,
    ours_s: peer === undefined ? null : rounded(peer.oursS),
    pypi_attestations_s: peer === undefined ? null : rounded(peer.theirsS),
    ours_rss_mib: Math.round(memory.peakMib),
  };
  say(JSON.stringify(summary));
}

function sayLatency({ wallMs, hashingMs, busyMs, roundTrips, ...rest }: LatencyFigures): void {
  const { certificates, entries, cpuMs } = rest;
  say(
    `${FILES.latency} wheels, ${LATENCY_MS} ms of latency: wall ${ms(wallMs)} - our hashing ${ms(hashingMs)} - the services' own ` +
      `work ${ms(busyMs)} = ${roundTrips.toFixed(2)} round trips; ${certificates} certificate, ${entries} entries; ` +
      `our processor time ${ms(cpuMs)}; the wall alone is ${(wallMs / LATENCY_MS).toFixed(2)} round trips`,
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

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
