// SPDX-License-Identifier: Apache-2.0
import { TargetFile } from '@tufjs/models';
import { describe, expect, it } from 'vitest';
import { currentTrust, readCachedTrust, refreshTrust } from '../src/index.ts';
import { quickClient, scratchFolder, serve, Stock, type Served } from './support/served.ts';
import { newKey, PAST, ROLES, TestRepository, type RoleKey } from './support/test-repository.ts';

const NOW = new Date('2026-11-21T12:00:00Z');

interface Attack {
  readonly title: string;
  readonly code: string;
  /** What happens after a client has seen the honest repository once, at version 5. */
  readonly strike: (repository: TestRepository, served: Served) => void;
  /** tuf-js's own client, on the same files: where it differs, we are the stricter. */
  readonly stock?: 'accepts';
}

const HONEST = { 'trusted_root.json': 'a root of another day' };
const evil = (): RoleKey[] => [newKey(), newKey()];
const replace = (repository: TestRepository, path: RegExp, bytes: Uint8Array) => {
  for (const name of repository.files.keys()) if (path.test(name)) repository.files.set(name, bytes);
};

const ATTACKS: readonly Attack[] = [
  {
    title: 'a timestamp older than the one that was seen (rollback)',
    code: 'ERR_TUF_ROLLBACK',
    strike: (repository) => repository.publish(HONEST, { version: 4 }),
  },
  {
    title: 'a new timestamp that names an older snapshot (rollback)',
    code: 'ERR_TUF_ROLLBACK',
    strike: (repository) => repository.publish(HONEST, { version: 4, versions: { timestamp: 6 } }),
  },
  {
    title: 'a new snapshot that names older targets (rollback)',
    code: 'ERR_TUF_ROLLBACK',
    strike: (repository) => repository.publish(HONEST, { version: 6, versions: { targets: 4 } }),
  },
  ...(['timestamp', 'snapshot', 'targets'] as const).map((role) => ({
    title: `${role} metadata past its expiry (freeze)`,
    code: 'ERR_TUF_EXPIRED',
    strike: (repository: TestRepository) => repository.publish(HONEST, { expires: { [role]: PAST } }),
  })),
  {
    title: 'a newest root past its expiry',
    code: 'ERR_TUF_EXPIRED',
    strike: (repository) => repository.addRoot({ expires: PAST }),
  },
  ...(['timestamp', 'snapshot', 'targets'] as const).map((role) => ({
    title: `${role} metadata signed by a stranger`,
    code: 'ERR_TUF_SIGNATURE',
    strike: (repository: TestRepository) => repository.publish(HONEST, { keys: { [role]: evil() } }),
  })),
  {
    title: 'a next root that only its own keys signed',
    code: 'ERR_TUF_SIGNATURE',
    strike: (repository) => {
      repository.keys.root = evil();
      repository.addRoot({ signers: repository.keys.root });
    },
  },
  {
    title: 'a next root that its own keys did not sign',
    code: 'ERR_TUF_SIGNATURE',
    strike: (repository) => {
      const before = repository.keys.root;
      repository.keys.root = evil();
      repository.addRoot({ signers: before });
    },
  },
  {
    title: 'a next root that one key of two signed',
    code: 'ERR_TUF_SIGNATURE',
    strike: (repository) => repository.addRoot({ signers: repository.keys.root.slice(0, 1) }),
  },
  {
    title: 'a root out of turn',
    code: 'ERR_TUF_ROLLBACK',
    strike: (repository) => repository.addRoot({ version: 7 }),
  },
  {
    title: 'the first root once more as the next',
    code: 'ERR_TUF_ROLLBACK',
    strike: (repository) => repository.files.set('2.root.json', repository.first),
  },
  {
    title: 'more roots than there can be',
    code: 'ERR_TUF_ROOT_CHAIN',
    strike: (repository) => {
      for (let count = 0; count <= 100; count += 1) repository.addRoot();
    },
    stock: 'accepts',
  },
  {
    title: 'a snapshot of another version than the timestamp names (mix and match)',
    code: 'ERR_TUF_MIXED',
    strike: (repository) => repository.publish(HONEST, { versions: { snapshot: 7 }, named: { snapshot: 8 } }),
  },
  {
    title: 'targets of another version than the snapshot names (mix and match)',
    code: 'ERR_TUF_MIXED',
    strike: (repository) => repository.publish(HONEST, { versions: { targets: 7 }, named: { targets: 8 } }),
  },
  {
    title: 'a snapshot with other bytes than the timestamp describes',
    code: 'ERR_TUF_HASH',
    strike: (repository) => {
      repository.publish(HONEST);
      const text = Buffer.from(repository.files.get('6.snapshot.json') ?? []).toString();
      repository.files.set('6.snapshot.json', Buffer.from(text.replace('1.0.31', '1.0.30')));
    },
  },
  {
    title: 'targets with other bytes than the snapshot describes',
    code: 'ERR_TUF_HASH',
    strike: (repository) => {
      repository.publish(HONEST);
      const text = Buffer.from(repository.files.get('6.targets.json') ?? []).toString();
      repository.files.set('6.targets.json', Buffer.from(text.replace('1.0.31', '1.0.30')));
    },
  },
  {
    title: 'a file with other bytes than the targets describe',
    code: 'ERR_TUF_HASH',
    strike: (repository) => {
      repository.publish(HONEST);
      replace(repository, /^targets\//, Buffer.from('b root of another day'));
    },
  },
  {
    title: 'a file cut short',
    code: 'ERR_TUF_HASH',
    strike: (repository) => {
      repository.publish(HONEST);
      replace(repository, /^targets\//, Buffer.from('a root'));
    },
  },
  {
    title: 'a file longer than the targets say',
    code: 'ERR_TUF_TOO_LARGE',
    strike: (repository) => {
      repository.publish(HONEST);
      replace(repository, /^targets\//, Buffer.alloc(4096));
    },
  },
  {
    title: 'a file that is listed with a weak digest only',
    code: 'ERR_TUF_HASH',
    strike: (repository) =>
      repository.publish(HONEST, {
        describe: (file) => new TargetFile({ ...file, hashes: { md5: '0'.repeat(32) } }),
      }),
  },
  {
    title: 'a file that is listed without a digest',
    code: 'ERR_TUF_HASH',
    strike: (repository) => {
      repository.publish(HONEST, { describe: (file) => new TargetFile({ ...file, hashes: {} }) });
      repository.files.set('targets/undefined.trusted_root.json', Buffer.from('x root of another day'));
    },
    stock: 'accepts',
  },
  {
    title: 'a file that is listed with an absurd length',
    code: 'ERR_TUF_TOO_LARGE',
    strike: (repository) =>
      repository.publish(HONEST, { describe: (file) => new TargetFile({ ...file, length: 1e12 }) }),
  },
  ...(['timestamp.json', '6.snapshot.json', '6.targets.json', '2.root.json'] as const).map((path) => ({
    title: `an endless ${path}`,
    code: 'ERR_TUF_TOO_LARGE',
    strike: (repository: TestRepository, served: Served) => {
      repository.publish(HONEST, { bare: true });
      served.answer = (response, asked) => {
        if (asked !== path) return false;
        response.writeHead(200);
        const pour = () =>
          void (response.write(Buffer.alloc(65_536)) ? setImmediate(pour) : response.once('drain', pour));
        response.on('error', () => undefined);
        pour();
        return true;
      };
    },
  })),
  {
    title: 'no trusted root in the targets',
    code: 'ERR_TUF_TARGET',
    strike: (repository) => repository.publish({ 'other.json': 'x' }),
  },
  {
    title: 'a key twice in the timestamp',
    code: 'ERR_TUF_METADATA',
    strike: (repository) => {
      const text = Buffer.from(repository.files.get('timestamp.json') ?? []).toString();
      repository.files.set('timestamp.json', Buffer.from(text.replace('{', '{"signatures":[],')));
    },
    stock: 'accepts',
  },
  {
    title: 'a timestamp that is a snapshot',
    code: 'ERR_TUF_METADATA',
    strike: (repository) =>
      repository.files.set('timestamp.json', repository.files.get('5.snapshot.json') ?? Buffer.alloc(0)),
  },
  ...[
    '',
    '[]',
    '{}',
    'null',
    '<html>',
    '{"signed":{},"signatures":[]}',
    '{"signed":{"version":-1,"expires":1}}',
  ].map((text) => ({
    title: `a timestamp that reads ${JSON.stringify(text)}`,
    code: 'ERR_TUF_METADATA',
    strike: (repository: TestRepository) => repository.files.set('timestamp.json', Buffer.from(text)),
  })),
  {
    title: 'a snapshot that is not there',
    code: 'ERR_TUF_MISSING',
    strike: (repository) => {
      repository.publish(HONEST);
      repository.files.delete('6.snapshot.json');
    },
  },
  {
    title: 'a server that is out of order',
    code: 'ERR_TUF_UNAVAILABLE',
    strike: (_repository, served) => {
      served.answer = (response) => Boolean(response.writeHead(503).end('out of order'));
    },
  },
  {
    title: 'a server that sends us elsewhere',
    code: 'ERR_TUF_UNAVAILABLE',
    strike: (_repository, served) => {
      served.answer = (response) =>
        Boolean(response.writeHead(302, { location: 'http://localhost:9/timestamp.json' }).end());
    },
  },
];

describe('a repository that was honest once', () => {
  it.each(ATTACKS)('is refused with $title: $code', async ({ code, strike, stock = 'refuses' }) => {
    const repository = new TestRepository();
    repository.publish(undefined, { version: 5 });
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    const before = await refreshTrust(served.trusted(), options);
    const oracle = new Stock(served.url, repository.first);
    expect(await oracle.accepts()).toBe(true);

    strike(repository, served);
    await expect(refreshTrust(served.trusted(), options)).rejects.toMatchObject({ name: 'TufError', code });
    // Nothing of it came into the cache.
    const kept = await readCachedTrust(served.trusted(), options);
    expect(kept).toEqual({ ...before, fromCache: true });
    expect(await oracle.accepts()).toBe(stock === 'accepts');
  });

  it('is refused when its snapshot names a role no more that it has named', async () => {
    const repository = new TestRepository();
    repository.publish(undefined, { delegated: ['other'] });
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    await refreshTrust(served.trusted(), options);
    repository.publish(HONEST);
    await expect(refreshTrust(served.trusted(), options)).rejects.toMatchObject({
      code: 'ERR_TUF_ROLLBACK',
      message: expect.stringContaining('does not name other.json any more'),
    });
    repository.publish(undefined, { delegated: ['other', 'another'] });
    expect(await refreshTrust(served.trusted(), options)).toMatchObject({ versions: { snapshot: 3 } });
  });

  it('cannot give one version two contents: the one that was seen first stays', async () => {
    const repository = new TestRepository();
    repository.publish();
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    const before = await refreshTrust(served.trusted(), options);
    repository.publish(HONEST, { version: 2, versions: { timestamp: 1 } });
    expect(await refreshTrust(served.trusted(), options)).toEqual(before);
  });

  it('is refused by a run that could have used its cache of yesterday, unless it is only out of reach', async () => {
    const repository = new TestRepository();
    repository.publish(undefined, { version: 5 });
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    await refreshTrust(served.trusted(), options);
    const tomorrow = { ...options, now: new Date(NOW.getTime() + 25 * 3_600_000) };
    repository.publish(HONEST, { version: 4 });
    await expect(currentTrust(served.trusted(), tomorrow)).rejects.toMatchObject({
      code: 'ERR_TUF_ROLLBACK',
    });
    repository.files.delete('timestamp.json');
    expect(await currentTrust(served.trusted(), tomorrow)).toMatchObject({
      refreshed: NOW,
      notices: [{ code: 'ERR_TUF_MISSING' }],
    });
  });
});

describe('a repository that was never honest', () => {
  it.each(ROLES)('is refused when a stranger signed its %s', async (role) => {
    const repository = new TestRepository();
    const honest = repository.first;
    repository.keys[role] = evil();
    if (role === 'root') repository.addRoot({ signers: repository.keys.root });
    repository.publish();
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    await expect(refreshTrust(served.trusted(honest), options)).rejects.toMatchObject({
      code: 'ERR_TUF_SIGNATURE',
    });
    await expect(readCachedTrust(served.trusted(honest), options)).rejects.toMatchObject({
      code: 'ERR_TUF_NO_CACHE',
    });
    expect(await new Stock(served.url, honest).accepts()).toBe(false);
  });

  it('is refused when the root to trust is no root, or not signed by itself', async () => {
    const repository = new TestRepository();
    repository.publish();
    const served = await serve(repository);
    const options = { cacheFolder: scratchFolder(), now: NOW, http: quickClient() };
    const unsigned = JSON.parse(repository.first.toString()) as { signatures: unknown[] };
    unsigned.signatures = [];
    for (const [bytes, code] of [
      [Buffer.from('{}'), 'ERR_TUF_METADATA'],
      [Buffer.from(JSON.stringify(unsigned)), 'ERR_TUF_SIGNATURE'],
    ] as const)
      await expect(refreshTrust(served.trusted(bytes), options)).rejects.toMatchObject({ code });
    expect(served.requests).toEqual([]);
  });
});
