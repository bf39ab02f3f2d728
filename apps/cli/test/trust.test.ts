// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { openTrustStage, TrustWorld } from './support/trust-world.ts';

const REPOSITORY = 'https://github.com/octo-org/sample-project';

describe('a private instance', () => {
  it('is trusted by its first root, then updated, shown and exported', async () => {
    const { world, url, requests } = await openTrustStage();
    expect(requests).toEqual([]);
    const updated = await world.run('--instance', url, 'trust', 'update');
    expect(updated).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^updated: http:\/\/localhost.* root 1, timestamp 1, /),
    });
    expect(requests).toHaveLength(6);

    world.later(3);
    const shown = await world.run('trust', 'show', '--instance', url, '--offline');
    expect(shown.stdout.split('\n')).toEqual([
      expect.stringMatching(/^trusted root: that of http:\/\/localhost:\d+ \(as of .*, 3 days old\)$/),
      'metadata valid until: 2049-12-31T23:59:59.000Z',
      expect.stringMatching(
        /^certificate authority: sandbox.local sandbox-root {2}http:\/\/localhost:\d+ {2}.* to now$/,
      ),
      expect.stringMatching(/^certificate log: http.* PKIX_ECDSA_P256_SHA_256 [0-9a-f]{16}… {2}/),
      expect.stringMatching(/^transparency log: http.* PKIX_ECDSA_P256_SHA_256 /),
      expect.stringMatching(/^transparency log: http.* PKIX_ED25519 /),
      expect.stringMatching(/^timestamp authority: sandbox.local sandbox-tsa-root {2}http/),
      '',
    ]);
    expect(await world.json('trust', 'show', '--instance', url, '--offline')).toMatchObject({
      schema: 'colophon.trust/1',
      trust: { kind: 'tuf', location: url, ageDays: 3, expired: false, versions: { root: 1, timestamp: 1 } },
      roots: [{ transparencyLogs: [{ logId: expect.stringMatching(/^[0-9a-f]{64}$/) }, {}] }],
    });
    expect(requests).toHaveLength(6);

    const original = readFileSync(world.path('trust/trusted_root.json'), 'utf8');
    expect(await world.run('trust', 'export', '--instance', url, '--offline')).toMatchObject({
      status: 0,
      stdout: original,
    });
    await world.run('trust', 'export', '--instance', url, '--offline', '--output', 'carry/root.json');
    expect(readFileSync(world.path('carry/root.json'), 'utf8')).toBe(original);
    expect(await world.json('trust', 'export', '--instance', url)).toMatchObject({
      trustedRoots: [JSON.parse(original)],
    });
  });

  it('signs, verifies, and verifies without a network after it is gone', async () => {
    const { world, sandbox, url, requests } = await openTrustStage();
    mkdirSync(world.path('dist'));
    await writeSampleDists(world.path('dist'));
    Object.assign(world.environment, sandbox.environment, { COLOPHON_INSTANCE: url });
    expect(await world.run('attest', 'dist')).toMatchObject({ status: 0 });
    const before = requests.length;
    const verify = ['verify', 'dist', '--repository', REPOSITORY];
    expect(await world.run(...verify)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/that of http:\/\/localhost:\d+ \(as of .*, 0 days old\)/),
    });
    // The cache of the day serves: nothing more was asked.
    expect(requests).toHaveLength(before);

    await sandbox.close();
    world.later(2);
    const late = await world.run(...verify);
    expect(late).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/warning: .*cannot be had; the cache serves/),
    });
    const connect = vi.spyOn(Socket.prototype, 'connect');
    expect(await world.run(...verify, '--offline')).toMatchObject({
      status: 0,
      stderr: expect.not.stringContaining('warning'),
    });
    const old = await world.run(...verify, '--offline', '--max-trust-age', '1');
    expect(old).toMatchObject({
      status: 32,
      stdout: '',
      stderr: expect.stringMatching(/^nothing was verified\nerror\[ERR_TUF_AGE\]/),
    });
    world.tamper();
    const tampered = await world.run(...verify, '--offline');
    expect(tampered).toMatchObject({
      status: 32,
      stderr: expect.stringMatching(/ERR_TUF_HASH.*trusted_root\.json/),
    });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
    // With a network, but the repository gone and the cache worthless: trying again may help.
    expect(await world.run(...verify)).toMatchObject({
      status: 42,
      stderr: expect.stringMatching('ERR_TUF_UNAVAILABLE'),
    });
  });

  it('heals a cache that was tampered with, and says so', async () => {
    const { world, url, requests } = await openTrustStage();
    await world.run('trust', 'update', '--instance', url);
    world.tamper();
    const shown = await world.run('trust', 'show', '--instance', url);
    expect(shown).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/warning: the cache .* was thrown away: trusted_root\.json/),
    });
    expect(requests).toHaveLength(12);
    expect(await world.run('trust', 'show', '--instance', url)).toMatchObject({ status: 0, stderr: '' });
  });

  it('that was asked just now is of no age, though a moment has passed since', async () => {
    const { world, url, requests } = await openTrustStage();
    Object.defineProperty(world, 'now', { get: () => new Date() });
    const show = ['trust', 'show', '--instance', url, '--max-trust-age', '0'];
    expect(await world.run(...show)).toMatchObject({ status: 0, stderr: '' });
    const asked = requests.length;
    expect(await world.run(...show, '--offline')).toMatchObject({
      status: 32,
      stderr: expect.stringMatching(/^error\[ERR_TUF_AGE\].* is 0 days old/),
    });
    expect(await world.run(...show)).toMatchObject({ status: 0 });
    expect(requests.length).toBeGreaterThan(asked);
  });

  it('that was never added is unknown, whatever lies in the cache', async () => {
    const { world, url } = await openTrustStage();
    await world.run('trust', 'update', '--instance', url);
    world.environment['XDG_CONFIG_HOME'] = world.path('other-settings');
    for (const more of [[], ['--offline']])
      expect(await world.run('trust', 'show', '--instance', url, ...more)).toMatchObject({
        status: 32,
        stderr: expect.stringMatching(/^error\[ERR_UNKNOWN_INSTANCE\]/),
      });
  });

  it('cannot take the place of another by a root of another', async () => {
    const [one, other] = [await openTrustStage(), await openTrustStage()];
    const root = readFileSync(other.world.path('trust/root.json'));
    writeFileSync(one.world.path('other.json'), root);
    const added = await one.world.run('trust-instance', '--instance', one.url, 'other.json');
    expect(added).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/warning: .* was trusted from another root/),
    });
    expect(await one.world.run('trust', 'update', '--instance', one.url)).toMatchObject({
      status: 32,
      stderr: expect.stringMatching(/^error\[ERR_TUF_SIGNATURE\]/),
    });
  });

  it('is kept in no folder that depends on where a command is run', async () => {
    const { world, url } = await openTrustStage();
    Object.assign(world.environment, { XDG_CONFIG_HOME: 'here', XDG_CACHE_HOME: 'here' });
    expect(await world.run('trust', 'add', url, 'trust/root.json')).toMatchObject({ status: 0 });
    expect(await world.run('trust', 'update', '--instance', url)).toMatchObject({ status: 0 });
    expect(readdirSync(world.folder)).toContain('home');
    expect(readdirSync(world.folder)).not.toContain('here');
  });

  it('keeps its cache where it is told', async () => {
    const { world, url } = await openTrustStage();
    world.environment['COLOPHON_CACHE_DIR'] = 'by-environment';
    await world.run('trust', 'update', '--instance', url);
    await world.run('trust', 'update', '--instance', url, '--cache-dir', 'by-flag');
    for (const folder of ['by-environment', 'by-flag'])
      expect(readdirSync(join(world.folder, folder, 'tuf'))).toEqual([
        expect.stringMatching(/^localhost-[0-9a-f]{16}\.json$/),
      ]);
    expect(() => world.cacheFile).toThrow(/ENOENT/);
    writeFileSync(world.path('in-the-way'), '');
    expect(await world.run('trust', 'update', '--instance', url, '--cache-dir', 'in-the-way')).toMatchObject({
      status: 21,
      stderr: expect.stringMatching('ERR_TUF_STORE'),
    });
  });
});

describe('trust add', () => {
  it.each([
    ['a root of nobody', 'https://tuf.example', '{}', [32, 'ERR_TUF_METADATA']],
    ['no file', 'https://tuf.example', undefined, [21, 'ERR_READ_FILE']],
    ['a URL without TLS', 'http://tuf.example', '{}', [2, 'ERR_TUF_URL']],
    ['the public-good instance', 'https://tuf-repo-cdn.sigstore.dev/', '{}', [2, 'ERR_USAGE']],
    ['the staging instance', 'https://tuf-repo-cdn.sigstage.dev', '{}', [2, 'ERR_USAGE']],
  ])('refuses %s', async (_what, url, root, [status, code]) => {
    const world = new TrustWorld();
    if (root !== undefined) writeFileSync(world.path('root.json'), root);
    const { stderr, ...run } = await world.run('trust', 'add', url, 'root.json');
    expect(run).toEqual({ status, stdout: '' });
    expect(stderr).toMatch(`error[${code}]`);
    expect(readdirSync(world.folder)).not.toContain('settings');
  });

  it.each([
    [['trust', 'add']],
    [['trust', 'add', 'https://tuf.example']],
    [['trust', 'add', 'a', 'b', 'c']],
    [['trust']],
    [['trust', 'burn']],
  ])('is a usage error as %j', async (argv) =>
    expect(await new TrustWorld().run(...argv)).toMatchObject({ status: 2, stdout: '' }),
  );
});
