// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDist, DistError, readCoreMetadata } from '../src/index.ts';
import { DistFolder, METADATA, SDIST, SDIST_MEMBERS, WHEEL, WHEEL_MEMBERS } from './dist-folder.ts';
import { buildTar } from './tar-builder.ts';
import { buildZip } from './zip-builder.ts';

const TAR = buildTar(SDIST_MEMBERS);
const ZIPS = [
  buildZip(WHEEL_MEMBERS),
  buildZip(WHEEL_MEMBERS, { zip64: true }),
  buildZip([{ name: 'foo-1.0.dist-info/METADATA', data: METADATA, deflate: true }]),
];
const RUNS = { numRuns: 250 };
let folder: DistFolder;

beforeAll(async () => {
  folder = await DistFolder.create();
});
afterAll(() => folder.remove());

/** Whether the answer is metadata or a DistError, and findings, whatever the bytes are. */
async function answersTyped(name: string, bytes: Uint8Array): Promise<boolean> {
  const path = await folder.write(name, bytes);
  const outcome = await readCoreMetadata(path).catch((error: unknown) => error);
  if (outcome instanceof Error && !(outcome instanceof DistError)) throw outcome;
  return Array.isArray(await checkDist(path));
}

/** Overwrites, cuts or doubles a piece of the bytes. */
function mutate(bytes: Uint8Array, [at, length, replacement]: readonly [number, number, Uint8Array]): Buffer {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), replacement, bytes.subarray(start + length)]);
}

const sameLength = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 8 }))
  .map(([at, bytes]) => [at, bytes.length, bytes] as const);
const anyLength = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(60),
  fc.uint8Array({ maxLength: 20 }),
);
const extremes = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0x00, 0x7f, 0x80, 0xff),
    fc.constantFrom(2, 4, 8),
  )
  .map(([at, byte, length]) => [at, length, new Uint8Array(length).fill(byte)] as const);
const mutations = fc.array(fc.oneof(sameLength, anyLength, extremes), { minLength: 1, maxLength: 3 });

describe('hostile archives', () => {
  it('of arbitrary bytes let only DistError out', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(WHEEL, SDIST, 'foo-1.0.zip'), async (content, name) => {
        expect(await answersTyped(name, content)).toBe(true);
      }),
      RUNS,
    );
  });

  it('made of a sound zip by changing bytes let only DistError out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ZIPS), mutations, async (zip, changes) => {
        expect(await answersTyped(WHEEL, changes.reduce<Uint8Array>(mutate, zip))).toBe(true);
      }),
      RUNS,
    );
  });

  it('made of a sound gzip by changing bytes let only DistError out', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        expect(await answersTyped(SDIST, changes.reduce<Uint8Array>(mutate, gzipSync(TAR)))).toBe(true);
      }),
      RUNS,
    );
  });

  it('made of a sound tar inside of gzip let only DistError out', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        expect(await answersTyped(SDIST, gzipSync(changes.reduce<Uint8Array>(mutate, TAR)))).toBe(true);
      }),
      RUNS,
    );
  });

  it('are told by the suffix, not by what they hold', async () => {
    expect(await answersTyped(SDIST, ZIPS[0] ?? new Uint8Array())).toBe(true);
    expect(await answersTyped(WHEEL, gzipSync(TAR))).toBe(true);
  });
});
