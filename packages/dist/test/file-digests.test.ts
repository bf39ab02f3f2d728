// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haveVectors, listVectors, vectorPath } from '@colophon/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blake2b256File, digestFile, sha256File } from '../src/index.ts';

const MIB = 1024 * 1024;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dist-digests-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  return path;
}

describe('digestFile', () => {
  it('gives the published BLAKE2b-256 and SHA-256 of nothing and of "abc"', async () => {
    expect(await digestFile(await fileOf(new Uint8Array()))).toEqual({
      size: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
    expect(await blake2b256File(join(folder, 'file'))).toBe(
      '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8',
    );
    expect(await digestFile(await fileOf(Buffer.from('abc')))).toMatchObject({
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    expect(await blake2b256File(join(folder, 'file'))).toBe(
      'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319',
    );
  });

  it.each([MIB - 1, MIB, MIB + 1, 3 * MIB + 17])(
    'hashes %i bytes whole, over the seams of its blocks',
    async (size) => {
      const bytes = Buffer.alloc(size).map((_, at) => at * 31 + (at >> 11));
      const path = await fileOf(bytes);
      const { sha256, size: hashed } = await digestFile(path);
      expect(hashed).toBe(size);
      expect(await sha256File(path)).toBe(sha256);
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    },
  );

  it('hashes several files at once', async () => {
    const path = await fileOf(Buffer.alloc(2 * MIB, 7));
    const all = await Promise.all([sha256File(path), sha256File(path), sha256File(path)]);
    expect(new Set(all).size).toBe(1);
  });

  it.each([16 * MIB - 1, 16 * MIB, 16 * MIB + 1])(
    'gives the BLAKE2b-256 of %i bytes, on a thread or not',
    async (size) => {
      const { createBLAKE2b } = await import('hash-wasm');
      const bytes = Buffer.alloc(size, 'wheel');
      const expected = (await createBLAKE2b(256)).update(bytes).digest('hex');
      expect(await blake2b256File(await fileOf(bytes))).toBe(expected);
    },
  );

  it('ends its thread when it is told to', async () => {
    const path = await fileOf(Buffer.alloc(64 * MIB));
    const stop = new AbortController();
    const running = blake2b256File(path, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(running).rejects.toThrowError('enough');
  });

  it('stops when it is told to, with the reason of the signal', async () => {
    const path = await fileOf(Buffer.alloc(4 * MIB));
    const stop = new AbortController();
    const running = digestFile(path, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrowError('enough');
    for (const hash of [digestFile, sha256File, blake2b256File])
      await expect(hash(path, { signal: stop.signal })).rejects.toThrowError('enough');
  });

  it.each(['absent', '.', 'absent/file'])('refuses %s', async (name) => {
    for (const hash of [digestFile, sha256File, blake2b256File])
      await expect(hash(join(folder, name))).rejects.toMatchObject({ code: 'ERR_DIST_READ' });
  });

  it.runIf(process.platform !== 'win32')('refuses a FIFO instead of waiting for its writer', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    for (const hash of [digestFile, blake2b256File])
      await expect(hash(path)).rejects.toMatchObject({ code: 'ERR_DIST_READ' });
  });
});

describe.runIf(haveVectors)('the digests of real distributions', () => {
  const PAIR = /^(.+\.(?:whl|tar\.gz))((?:\.publish|\.slsa)?\.attestation)$/;
  const pairs = listVectors('pep740').flatMap((name) => {
    const [, dist] = PAIR.exec(name) ?? [];
    return dist !== undefined && listVectors('pep740').includes(dist) ? [[name, dist] as const] : [];
  });

  it('come in pairs', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(7);
  });

  it.each(pairs)('%s attests the SHA-256 of its distribution', async (attestation, dist) => {
    const { envelope } = JSON.parse(await readFile(vectorPath(`pep740/${attestation}`), 'utf8')) as {
      envelope: { statement: string };
    };
    const { subject } = JSON.parse(Buffer.from(envelope.statement, 'base64').toString()) as {
      subject: { name: string; digest: { sha256: string } }[];
    };
    expect((await digestFile(vectorPath(`pep740/${dist}`))).sha256).toBe(subject[0]?.digest.sha256);
  });
});
