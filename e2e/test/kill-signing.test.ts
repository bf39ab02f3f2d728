// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, writeDists, type Stage } from './stage.ts';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');
const KILLER = pathToFileURL(resolve(import.meta.dirname, '../kill/killer.mjs')).href;
/** How many moments are tried of each command, spread over all its writes. */
const SAMPLES = 3;
/** What an interrupted write may leave: never under the name of an output. */
const UNFINISHED = /\.\d+$/;

let stage: Stage;
let places = 0;

beforeAll(async () => {
  stage = await openStage();
  await writeDists(stage);
});
afterAll(() => stage.close());

interface Ended {
  readonly status: number | null;
  readonly points: readonly string[];
  readonly folder: string;
}

/** Runs a command line in a fresh folder of outputs, ended by SIGKILL at one of its points. */
async function run(argv: readonly string[], killAt?: number): Promise<Ended> {
  places += 1;
  const folder = join(stage.folder, `place-${places}`);
  await mkdir(folder);
  for (const name of ['a.txt', 'b.txt']) await writeFile(join(folder, name), name);
  return { folder, ...(await again(folder, argv, killAt)) };
}

async function again(
  folder: string,
  argv: readonly string[],
  killAt?: number,
): Promise<{ status: number | null; points: string[] }> {
  const record = `${folder}.points`;
  await writeFile(record, '');
  const environment = { ...stage.environment, KILL_RECORD: record };
  const child = spawn(process.execPath, ['--import', KILLER, PROGRAM, ...argv], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      ...environment,
      ...(killAt === undefined ? {} : { KILL_AT: String(killAt) }),
    },
    stdio: 'ignore',
  });
  const status = await new Promise<number | null>((done, fail) =>
    child.once('error', fail).once('close', (code) => done(code)),
  );
  const points = (await readFile(record, 'utf8')).split('\n').filter((line) => line !== '');
  return { status, points };
}

async function outputsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => /\.(?:json|attestation|sig|crt)$/.test(name)).toSorted();
}

/** Reads an output to its end by its own parser. */
async function assertWhole(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  if (path.endsWith('.json')) parseBundle(text);
  else if (path.endsWith('.attestation')) parseAttestation(text);
  else if (path.endsWith('.crt')) expect(text).toMatch(/-----END CERTIFICATE-----\n+$/);
  else expect(text).toMatch(/^[A-Za-z0-9+/]+=*\n$/);
}

describe('a signing that is killed while it writes', { timeout: 180_000 }, () => {
  it.each([
    ['sign', ['sign', '--detached', 'a.txt', 'b.txt'], 6],
    ['attest', ['attest', '../dist/', '--format', 'both', '--output-directory', 'o'], 4],
  ])(
    '%s leaves whole outputs or none, and the same words with --overwrite finish it',
    async (_name, argv, count) => {
      const recording = await run(argv);
      expect(recording.status).toBe(0);
      const all = await outputsIn(recording.folder);
      expect(all).toHaveLength(count);
      const writes = recording.points.flatMap((point, index) =>
        point.includes('writing') ? [index + 1] : [],
      );
      expect(writes.length).toBeGreaterThanOrEqual(count);
      const step = writes.length / SAMPLES;
      for (const point of writes.filter((_, index) => index % step < 1)) {
        const { folder, status } = await run(argv, point);
        expect(status).not.toBe(0);
        const left = await outputsIn(folder);
        for (const name of left) await assertWhole(join(folder, name));
        const others = (await readdir(folder, { recursive: true })).filter(
          (name) => !left.includes(name) && !['a.txt', 'b.txt', 'o'].includes(name) && !name.startsWith('.'),
        );
        expect(others.filter((name) => !UNFINISHED.test(name))).toEqual([]);
        if (left.length > 0) expect((await again(folder, argv)).status).toBe(2);
        expect((await again(folder, [...argv, '--overwrite'])).status).toBe(0);
        expect(await outputsIn(folder)).toEqual(all);
      }
    },
  );
});
