// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { readCachedTrust, refreshTrust } from '../src/index.ts';
import { cacheFile, quickClient, scratchFolder, serve } from './support/served.ts';
import { newKey, TestRepository, type Publication } from './support/test-repository.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const day = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

type Document = Record<string, unknown> & { roots: string[]; files: Record<string, string> };

/** A repository that was asked once, and the cache that came of it. */
async function cachedOnce(wrong: Publication = {}, rotations = 0) {
  const repository = new TestRepository();
  for (let count = 0; count < rotations; count += 1) repository.addRoot();
  repository.publish(undefined, wrong);
  const served = await serve(repository);
  const options = { cacheFolder: scratchFolder(), now: NOW };
  const trust = await refreshTrust(served.trusted(), { ...options, http: quickClient() });
  const path = cacheFile(options.cacheFolder);
  const read = () => JSON.parse(readFileSync(path, 'utf8')) as Document;
  return {
    repository,
    served,
    options,
    trust,
    path,
    read,
    trusted: served.trusted(),
    write: (document: unknown) => writeFileSync(path, JSON.stringify(document)),
  };
}

/** A file of zeros, which takes no room. */
function writeLarge(path: string, size: number): void {
  writeFileSync(path, '');
  truncateSync(path, size);
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

describe('a cache without a network', () => {
  it('gives what was verified, and opens no socket', async () => {
    const { trust, trusted, options, served } = await cachedOnce({}, 2);
    const connect = vi.spyOn(Socket.prototype, 'connect');
    served.stop();
    expect(await readCachedTrust(trusted, options)).toEqual({ ...trust, fromCache: true });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
    expect(trust.versions).toEqual({ root: 3, timestamp: 1, snapshot: 1, targets: 1 });
    expect(Buffer.from(trust.files.get('trusted_root.json') ?? []).toString()).toMatch('is the trusted root');
    expect(trust.files.get('signing_config.v0.2.json')).toBeDefined();
  });

  it('says that nothing is cached', async () => {
    const { trusted, options } = await cachedOnce();
    const elsewhere = { ...options, cacheFolder: scratchFolder() };
    await expect(readCachedTrust(trusted, elsewhere)).rejects.toMatchObject({ code: 'ERR_TUF_NO_CACHE' });
    const other = { ...trusted, url: 'https://tuf.example' };
    await expect(readCachedTrust(other, options)).rejects.toMatchObject({ code: 'ERR_TUF_NO_CACHE' });
  });

  it('tells what has expired, and that it is as of then', async () => {
    const expires = { timestamp: '2026-11-25T00:00:00Z', snapshot: '2026-12-25T00:00:00Z' };
    const { trusted, options } = await cachedOnce({ expires });
    expect(await readCachedTrust(trusted, { ...options, now: day(40) })).toMatchObject({
      expires: new Date(expires.timestamp),
      refreshed: NOW,
    });
  });

  it('is refused beyond the age that is allowed', async () => {
    const { trusted, options } = await cachedOnce();
    const later = { ...options, now: day(10) };
    expect(await readCachedTrust(trusted, { ...later, maxAgeDays: 10 })).toMatchObject({ refreshed: NOW });
    await expect(readCachedTrust(trusted, { ...later, maxAgeDays: 9 })).rejects.toMatchObject({
      code: 'ERR_TUF_AGE',
      message: expect.stringMatching(
        /is 10 days old \(as of 2026-11-21\), and may be no more than 9 days old/,
      ),
    });
  });
});

describe('whoever can write the cache', () => {
  const forgeries: readonly [string, string, (document: Document) => unknown][] = [
    [
      'another trusted root',
      'ERR_TUF_HASH',
      (d) => ({ ...d, files: { ...d.files, 'trusted_root.json': base64('x') } }),
    ],
    [
      'another signing configuration',
      'ERR_TUF_HASH',
      (d) => ({ ...d, files: { ...d.files, 'signing_config.v0.2.json': '' } }),
    ],
    ['no files', 'ERR_TUF_CACHE', (d) => ({ ...d, files: {} })],
    ['no roots, where the keys were rotated', 'ERR_TUF_SIGNATURE', (d) => ({ ...d, roots: [] })],
    ['a gap in the roots', 'ERR_TUF_ROLLBACK', (d) => ({ ...d, roots: d.roots.slice(1) })],
    ['the timestamp as snapshot', 'ERR_TUF_HASH', (d) => ({ ...d, snapshot: d['timestamp'] })],
    ['the targets as timestamp', 'ERR_TUF_METADATA', (d) => ({ ...d, timestamp: d['targets'] })],
    ['another URL', 'ERR_TUF_CACHE', (d) => ({ ...d, url: 'https://tuf.example' })],
    ['a date in the future', 'ERR_TUF_CACHE', (d) => ({ ...d, refreshed: '2026-11-21T12:11:00Z' })],
    ['no date', 'ERR_TUF_CACHE', (d) => ({ ...d, refreshed: 'never' })],
    ['a format of later', 'ERR_TUF_CACHE', (d) => ({ ...d, schema: 'colophon.tuf-cache/2' })],
    ['a key more', 'ERR_TUF_CACHE', (d) => ({ ...d, extra: 1 })],
    ['a list', 'ERR_TUF_CACHE', () => []],
  ];

  it.each(forgeries)('does not own the trust: %s is %s', async (what, code, forge) => {
    const cache = await cachedOnce({}, 2);
    cache.repository.keys.root = [newKey(), newKey()];
    cache.repository.keys.timestamp = [newKey()];
    cache.repository.addRoot();
    cache.repository.addRoot();
    cache.repository.publish();
    const options = { ...cache.options, http: quickClient() };
    const good = await refreshTrust(cache.trusted, options);
    cache.write(forge(cache.read()));
    await expect(readCachedTrust(cache.trusted, options)).rejects.toMatchObject({ name: 'TufError', code });
    // With a network it is thrown away, said so, and good again.
    const mended = await refreshTrust(cache.trusted, options);
    expect(mended.files).toEqual(good.files);
    // A wrong date is no reason to forget which versions were seen.
    if (what !== 'a date in the future')
      expect(mended.notices).toMatchObject([{ code: 'ERR_TUF_CACHE', cause: { code } }]);
    expect(await readCachedTrust(cache.trusted, options)).toMatchObject({ versions: good.versions });
  });

  it('gains nothing by a whole repository of their own', async () => {
    const [honest, evil] = [await cachedOnce(), await cachedOnce()];
    honest.write({ ...evil.read(), url: honest.trusted.url });
    await expect(readCachedTrust(honest.trusted, honest.options)).rejects.toMatchObject({
      code: 'ERR_TUF_SIGNATURE',
    });
  });

  it('cannot make it younger than its signatures allow', async () => {
    const cache = await cachedOnce({ expires: { timestamp: '2026-11-25T00:00:00Z' } });
    cache.write({ ...cache.read(), refreshed: day(300).toISOString() });
    const { refreshed } = await readCachedTrust(cache.trusted, { ...cache.options, now: day(300) });
    expect(refreshed).toEqual(new Date('2026-11-25T00:00:00Z'));
  });

  it.each(['', 'not JSON', '\u0000', '{}', '{"schema":"colophon.tuf-cache/1"}'])(
    'only damages it, by writing %j',
    async (text) => {
      const cache = await cachedOnce();
      writeFileSync(cache.path, text);
      await expect(readCachedTrust(cache.trusted, cache.options)).rejects.toMatchObject({
        code: 'ERR_TUF_CACHE',
      });
    },
  );

  it('cannot make anybody wait for it, or read without end', async () => {
    const cache = await cachedOnce();
    const { size } = statSync(cache.path);
    const put: readonly [string, () => void][] = [
      ['is not a file', () => mkdirSync(cache.path)],
      ['is not a file', () => void execFileSync('mkfifo', [cache.path])],
      ['is larger than 64 MiB', () => writeLarge(cache.path, 64 * 1024 * 1024 + 1)],
    ];
    for (const [says, make] of put) {
      rmSync(cache.path, { recursive: true, force: true });
      make();
      await expect(readCachedTrust(cache.trusted, cache.options)).rejects.toMatchObject({
        code: 'ERR_TUF_CACHE',
        message: expect.stringContaining(says),
      });
    }
    // What lies there is no folder: it is replaced by a cache.
    await refreshTrust(cache.trusted, { ...cache.options, http: quickClient() });
    expect(statSync(cache.path).size).toBe(size);
  });

  it('is found out at every byte of every file in it', async () => {
    const cache = await cachedOnce();
    const document = cache.read();
    const parts = ['timestamp', 'snapshot', 'targets'] as const;
    for (const part of parts) {
      const bytes = Buffer.from(String(document[part]), 'base64');
      for (let at = 0; at < bytes.length; at += 17) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        cache.write({ ...document, [part]: base64(changed) });
        const read = await readCachedTrust(cache.trusted, cache.options).catch((error: unknown) => error);
        expect(read).toMatchObject({ name: 'TufError' });
      }
    }
  });
});

describe('roots that were kept', () => {
  it('are passed over when the program has come to know a later one', async () => {
    const { repository, served, options } = await cachedOnce({}, 3);
    const later = repository.files.get('3.root.json') ?? Buffer.alloc(0);
    expect(await readCachedTrust(served.trusted(later), options)).toMatchObject({ versions: { root: 4 } });
    const last = repository.files.get('4.root.json') ?? Buffer.alloc(0);
    expect(await readCachedTrust(served.trusted(last), options)).toMatchObject({ versions: { root: 4 } });
  });

  it('do not serve a program that trusts an earlier one than they begin at', async () => {
    const { repository, served, options } = await cachedOnce({}, 3);
    const folder = { ...options, cacheFolder: scratchFolder(), http: quickClient() };
    const later = served.trusted(repository.files.get('3.root.json'));
    await refreshTrust(later, folder);
    await expect(readCachedTrust(served.trusted(), folder)).rejects.toMatchObject({
      code: 'ERR_TUF_ROLLBACK',
    });
    expect(await refreshTrust(served.trusted(), folder)).toMatchObject({ versions: { root: 4 } });
  });
});
