// SPDX-License-Identifier: Apache-2.0
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { currentTrust, readCachedTrust, refreshTrust, type TufRepository } from '../src/index.ts';
import { quickClient, scratchFolder, serve } from './support/served.ts';
import { digest, newKey, TestRepository } from './support/test-repository.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const hours = (count: number): Date => new Date(NOW.getTime() + count * 3_600_000);

async function open(repository = new TestRepository()) {
  if (repository.version === 0) repository.publish();
  const served = await serve(repository);
  const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
  return { repository, served, options, trusted: served.trusted() };
}

const pinned = (url: string, version: number, root: Uint8Array): TufRepository => ({
  url,
  bootstrap: { kind: 'pinned', version, sha256: digest(root) },
});

describe('the requests of a run', () => {
  it('are six when nothing is cached, and none for the rest of the day', async () => {
    const { served, options, trusted } = await open();
    const first = await currentTrust(trusted, options);
    expect(first).toMatchObject({ fromCache: false, refreshed: NOW, notices: [] });
    expect(served.requests.map((path) => path.replace(/[0-9a-f]{64}/, 'DIGEST'))).toEqual([
      '2.root.json',
      'timestamp.json',
      '1.snapshot.json',
      '1.targets.json',
      'targets/DIGEST.trusted_root.json',
      'targets/DIGEST.signing_config.v0.2.json',
    ]);
    served.requests.length = 0;
    const second = await currentTrust(trusted, { ...options, now: hours(23) });
    expect(second).toEqual({ ...first, fromCache: true });
    expect(served.requests).toEqual([]);
  });

  it('are two a day later, when nothing has changed', async () => {
    const { served, options, trusted } = await open();
    await currentTrust(trusted, options);
    served.requests.length = 0;
    expect(await currentTrust(trusted, { ...options, now: hours(25) })).toMatchObject({
      refreshed: hours(25),
    });
    expect(served.requests).toEqual(['2.root.json', 'timestamp.json']);
  });

  it('come at once when the cache has expired, or is older than the caller wants', async () => {
    const repository = new TestRepository();
    repository.publish(undefined, { expires: { timestamp: '2026-11-21T18:00:00Z' } });
    const { served, options, trusted } = await open(repository);
    await currentTrust(trusted, options);
    repository.publish();
    expect(await currentTrust(trusted, { ...options, now: hours(7) })).toMatchObject({
      versions: { timestamp: 2 },
    });
    served.requests.length = 0;
    await currentTrust(trusted, { ...options, now: hours(8), maxAgeDays: 0 });
    expect(served.requests).toHaveLength(2);
  });

  it('fetch only the file that changed', async () => {
    const { repository, served, options, trusted } = await open();
    await currentTrust(trusted, options);
    served.requests.length = 0;
    repository.publish({
      'trusted_root.json': 'new',
      'signing_config.v0.2.json': '{"this":"is the signing configuration"}\n',
    });
    const { files } = await refreshTrust(trusted, options);
    expect(Buffer.from(files.get('trusted_root.json') ?? []).toString()).toBe('new');
    expect(served.requests.slice(-1)).toEqual([`targets/${digest(Buffer.from('new'))}.trusted_root.json`]);
  });
});

describe('a repository out of reach', () => {
  it('is made up for by a cache that has not expired, with a notice', async () => {
    const { served, options, trusted } = await open();
    await currentTrust(trusted, options);
    served.stop();
    expect(await currentTrust(trusted, { ...options, now: hours(50) })).toMatchObject({
      fromCache: true,
      refreshed: NOW,
      notices: [{ code: 'ERR_TUF_UNAVAILABLE', cause: { code: 'ERR_HTTP_UNREACHABLE' } }],
    });
  });

  it.each([
    ['nothing is cached', undefined, /cannot be had$/],
    ['the cache has expired', hours(24 * 7), /cannot be had, and the cache has expired on 2026-11-27/],
  ])('is unavailable when %s', async (_what, later, message) => {
    const repository = new TestRepository();
    repository.publish(undefined, { expires: { timestamp: '2026-11-27T00:00:00Z' } });
    const { served, options, trusted } = await open(repository);
    if (later !== undefined) await currentTrust(trusted, options);
    served.stop();
    await expect(currentTrust(trusted, { ...options, now: later ?? NOW })).rejects.toMatchObject({
      code: 'ERR_TUF_UNAVAILABLE',
      message: expect.stringMatching(message),
    });
  });

  it('is asked three times, and an interrupted run not again', async () => {
    const { served, options, trusted } = await open();
    served.answer = (response) => Boolean(response.writeHead(500).end());
    await expect(currentTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_UNAVAILABLE' });
    expect(served.requests).toHaveLength(3);
    const interrupted = { ...options, signal: AbortSignal.abort() };
    await expect(currentTrust(trusted, interrupted)).rejects.toMatchObject({ code: 'ERR_HTTP_ABORTED' });
  });
});

describe('honest repositories', () => {
  it('may rotate all their keys, many times', async () => {
    const { repository, options, trusted } = await open();
    await refreshTrust(trusted, options);
    for (let count = 0; count < 5; count += 1) {
      repository.keys = {
        root: [newKey(), newKey()],
        timestamp: [newKey()],
        snapshot: [newKey()],
        targets: [newKey()],
      };
      repository.addRoot();
    }
    repository.publish({ 'trusted_root.json': 'by other keys' });
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { root: 6 }, notices: [] });
    expect(await readCachedTrust(trusted, options)).toMatchObject({ versions: { root: 6 } });
  });

  it('may begin at an expired root that a current one follows', async () => {
    const { repository, options, trusted } = await open(
      new TestRepository({ rootExpires: '2020-01-01T00:00:00Z' }),
    );
    await expect(refreshTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_EXPIRED' });
    repository.addRoot();
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { root: 2 } });
  });

  it('recover from versions that a thief set absurdly high, by new keys', async () => {
    const { repository, options, trusted } = await open();
    repository.publish(undefined, { version: 1_000_000 });
    await refreshTrust(trusted, options);
    repository.keys.timestamp = [newKey()];
    repository.keys.snapshot = [newKey()];
    repository.keys.targets = [newKey()];
    repository.addRoot();
    repository.publish(undefined, { version: 3 });
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { timestamp: 3 } });
  });

  it('recover from targets that a thief set absurdly high, by new keys for the snapshot', async () => {
    const { repository, options, trusted } = await open();
    repository.publish(undefined, { version: 2, versions: { targets: 1_000_000 } });
    await refreshTrust(trusted, options);
    repository.publish(undefined, { version: 3 });
    await expect(refreshTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_ROLLBACK' });
    repository.keys.snapshot = [newKey()];
    repository.addRoot();
    repository.publish(undefined, { version: 4 });
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { targets: 4 } });
  });

  it('may do without digests of metadata, and without versions in file names', async () => {
    const repository = new TestRepository({ consistent: false });
    repository.publish(undefined, { bare: true });
    const { served, options, trusted } = await open(repository);
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { targets: 1 } });
    expect(served.requests).toContain('targets/trusted_root.json');
  });

  it('may have no signing configuration', async () => {
    const repository = new TestRepository();
    repository.publish({ 'trusted_root.json': 'x' });
    const { options, trusted } = await open(repository);
    expect([...(await refreshTrust(trusted, options)).files.keys()]).toEqual(['trusted_root.json']);
  });

  it('may answer 403 where there is no further root', async () => {
    const { served, options, trusted } = await open();
    served.answer = (response, path) => path === '2.root.json' && Boolean(response.writeHead(403).end());
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { root: 1 } });
  });

  it('serve many processes at once with one cache', async () => {
    const { options, trusted } = await open();
    const all = await Promise.all(Array.from({ length: 8 }, () => currentTrust(trusted, options)));
    expect(all.every(({ notices }) => notices.length === 0)).toBe(true);
    expect(readdirSync(join(options.cacheFolder, 'tuf'))).toHaveLength(1);
  });
});

function rotateTimestampKey(repository: TestRepository): void {
  repository.keys.timestamp = [newKey()];
  repository.addRoot();
}

describe('a process that was slow', () => {
  it.each([
    ['versions', () => undefined, { root: 1, timestamp: 3 }],
    ['roots', rotateTimestampKey, { root: 2, timestamp: 3 }],
  ])('does not make forgotten which newer %s another one has seen meanwhile', async (_what, more, newest) => {
    const { repository, served, options, trusted } = await open();
    await refreshTrust(trusted, options);
    repository.publish();
    let answer: (() => void) | undefined;
    served.answer = (response, path) => {
      if (path !== 'timestamp.json') return false;
      const bytes = repository.files.get(path);
      answer = () => void response.writeHead(200).end(bytes);
      served.answer = undefined;
      return true;
    };
    const late = refreshTrust(trusted, options);
    await vi.waitUntil(() => answer !== undefined);
    more(repository);
    repository.publish();
    await refreshTrust(trusted, options);
    answer?.();
    expect(await late).toMatchObject({ versions: { root: 1, timestamp: 2 }, notices: [] });
    expect(await readCachedTrust(trusted, options)).toMatchObject({ versions: newest });
  });
});

describe('a root of which only the digest is known', () => {
  it('is fetched from the repository, kept, and held to its digest on each use', async () => {
    const { repository, served, options } = await open();
    const second = repository.addRoot();
    repository.addRoot();
    const trusted = pinned(served.url, 2, second);
    await expect(readCachedTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_NO_CACHE' });
    expect(await refreshTrust(trusted, options)).toMatchObject({ versions: { root: 3 } });
    expect(served.requests.slice(0, 3)).toEqual(['2.root.json', '3.root.json', '4.root.json']);
    expect(await readCachedTrust(trusted, options)).toMatchObject({ versions: { root: 3 } });
    const other = pinned(served.url, 1, repository.first);
    await expect(readCachedTrust(other, options)).rejects.toMatchObject({ code: 'ERR_TUF_CACHE' });
    served.requests.length = 0;
    await refreshTrust(trusted, options);
    expect(served.requests).toEqual(['4.root.json', 'timestamp.json']);
  });

  it('is refused with any other bytes, though it were signed by the same keys', async () => {
    const { repository, served, options } = await open();
    const trusted = pinned(served.url, 1, repository.first);
    repository.files.set('1.root.json', Buffer.concat([repository.first, Buffer.from('\n')]));
    await expect(refreshTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_PIN' });
    repository.files.delete('1.root.json');
    await expect(refreshTrust(trusted, options)).rejects.toMatchObject({ code: 'ERR_TUF_MISSING' });
    expect(served.requests).toEqual(['1.root.json', '1.root.json']);
  });
});

describe('a cache that cannot be written', () => {
  it('is a notice, for the trust itself is good', async () => {
    const { options, trusted } = await open();
    const folder = join(options.cacheFolder, 'file');
    writeFileSync(folder, 'in the way');
    expect(await currentTrust(trusted, { ...options, cacheFolder: folder })).toMatchObject({
      versions: { root: 1 },
      notices: [{ code: 'ERR_TUF_STORE' }],
    });
  });
});
