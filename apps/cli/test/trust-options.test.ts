// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { embeddedTrust, PUBLIC_GOOD, repositoryFileName, type TufTrust } from '@colophon/tuf';
import { describe, expect, it, vi } from 'vitest';
import { loadInstance, loadTrust } from '../src/trust/instance.ts';
import { newestWithoutNetwork } from '../src/trust/trust-tuf.ts';
import type { GlobalOptions } from '../src/options/global.ts';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { Talk } from '../src/render/talk.ts';
import { TrustWorld } from './support/trust-world.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const RELEASE = ['release', 'dist', '--index'];

function worldAt(now = NOW): TrustWorld {
  const world = new TrustWorld();
  world.now = now;
  return world;
}

/** Hands a root to a user: the embedded one, as a file. */
function writeRoot(world: TrustWorld, name = 'root.json'): void {
  writeFileSync(world.path(name), embeddedTrust().trustedRoot);
}

describe('without a network', () => {
  it('the first use rests on the embedded root, says how old it is, and opens no socket', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    const world = worldAt();
    expect(await world.run('trust', 'show', '--offline')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^trusted root: the embedded public-good root \(of 2026-10-07 or later, at most 44 days old\)\n/,
      ),
      stderr: '',
    });
    expect(await world.json('trust', 'show', '--offline')).toMatchObject({
      trust: { kind: 'embedded', asOf: '2026-10-07T19:27:31.000Z', ageDays: 44 },
    });
    world.environment['SIGSTORE_OFFLINE'] = '1';
    expect(await world.run('trust', 'show')).toMatchObject({ status: 0 });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });

  it('a cache from before the root that came with the program gives way to it', () => {
    const { notBefore = NOW, url } = embeddedTrust();
    const cachedAt = (refreshed: Date): TufTrust => ({
      url,
      files: new Map([['trusted_root.json', new Uint8Array([1])]]),
      versions: { root: 16, timestamp: 1, snapshot: 1, targets: 1 },
      expires: NOW,
      refreshed,
      fromCache: true,
      notices: [],
    });
    const kindOf = (cached?: TufTrust) => newestWithoutNetwork(NOW, cached).origin.kind;
    expect(kindOf()).toBe('embedded');
    expect(kindOf(cachedAt(notBefore))).toBe('tuf');
    expect(kindOf(cachedAt(new Date(notBefore.getTime() - 1)))).toBe('embedded');
  });

  it('no file of the user takes the place of a root that is part of the program', async () => {
    const world = worldAt();
    const folder = join(world.folder, 'settings', 'colophon', 'instances');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, repositoryFileName(PUBLIC_GOOD.url, '.root.json')), '{}');
    // That is no root at all: had it been taken, nothing would have been asked.
    const asked = ['trust', 'update', '--instance', PUBLIC_GOOD.url, '--time-budget', '1'];
    expect(await world.run(...asked)).toMatchObject({
      status: 42,
      stderr: expect.stringMatching(/^error\[ERR_TUF_UNAVAILABLE\]/m),
    });
  });

  it('staging has no trust before its first update', async () => {
    const world = worldAt();
    for (const argv of [
      ['trust', 'show', '--staging', '--offline'],
      ['trust', 'show', '--offline', '--instance', 'https://tuf-repo-cdn.sigstage.dev/'],
      ['trust', 'show', '--offline', '--instance', 'github'],
    ])
      expect(await world.run(...argv)).toMatchObject({
        status: 32,
        stdout: '',
        stderr: expect.stringMatching(/^error\[ERR_TUF_NO_CACHE\].*\n\nhint: run `colophon trust update`/),
      });
  });

  it.each([
    [45, 0],
    [44, 32],
    [0, 32],
  ])('--max-trust-age %i of a root that may be 44 days and a half old ends in %i', async (days, status) => {
    expect(await worldAt().run('trust', 'show', '--offline', '--max-trust-age', String(days))).toMatchObject({
      status,
    });
  });

  it('a file does not say how old it is, which is too old', async () => {
    const world = worldAt();
    writeRoot(world);
    const show = ['trust', 'show', '--trusted-root', 'root.json'];
    expect(await world.run(...show)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^trusted root: root\.json\n/),
    });
    expect(await world.run(...show, '--max-trust-age', '9999')).toMatchObject({
      status: 32,
      stderr: expect.stringMatching(/ERR_TUF_AGE.*root\.json does not say how old it is/),
    });
  });

  it('a damaged cache is passed over for the embedded root, with a warning', async () => {
    const world = worldAt();
    const folder = join(world.folder, 'caches', 'colophon', 'tuf');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, repositoryFileName(PUBLIC_GOOD.url, '.json')), '{}');
    expect(await world.run('trust', 'show', '--offline')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^trusted root: the embedded/),
      stderr: expect.stringMatching(/^warning: the cache is not used: the cache is damaged/),
    });
  });

  it.each([['update'], ['update', '--staging']])('nothing can be updated: trust %s', async (...words) => {
    expect(await worldAt().run('trust', ...words, '--offline')).toMatchObject({ status: 2 });
  });
});

describe('with a network that leads nowhere', () => {
  it.each([[[]], [['--staging']], [['--instance', 'github']]])('trust is unavailable, %j', async (more) => {
    const { status, stderr } = await worldAt().run('trust', 'show', ...more);
    expect(status).toBe(42);
    expect(stderr).toMatch(
      /error\[ERR_TUF_UNAVAILABLE\]: https:\/\/tuf-repo.* cannot be had\n {2}caused by: \[ERR_HTTP_UNREACHABLE\]/,
    );
    expect(stderr).toMatch('--offline says how old');
  });

  it('a verification says that nothing was verified, and one with a root of its own needs none', async () => {
    const world = worldAt();
    writeRoot(world);
    writeFileSync(world.path('a-1.0.tar.gz'), '');
    writeFileSync(world.path('a-1.0.tar.gz.publish.attestation'), '{}');
    const verify = ['verify', 'a-1.0.tar.gz', '--publisher', 'github:o/r'];
    expect(await world.run(...verify)).toMatchObject({
      status: 42,
      stderr: expect.stringMatching(/^.*nothing was verified/s),
    });
    const connect = vi.spyOn(Socket.prototype, 'connect');
    for (const more of [['--trusted-root', 'root.json'], ['--offline']])
      expect(await world.run(...verify, ...more)).toMatchObject({ status: 30 });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });
});

describe('the choice of an instance', () => {
  const [STAGING, GITHUB, CONFIG] = [['--staging'], ['--instance', 'github'], ['--trust-config', 'c.json']];
  const ROOT = ['--trusted-root', 'root.json'];
  it.each([
    [STAGING, GITHUB],
    [STAGING, CONFIG],
    [STAGING, ROOT],
    [GITHUB, CONFIG],
    [GITHUB, ROOT],
    [CONFIG, ROOT],
    [CONFIG, ['--signing-config', 's.json']],
  ])('excludes %j with %j', async (...pair) => {
    const { status, stderr } = await worldAt().run('trust', 'show', ...pair.flat());
    expect(status).toBe(2);
    expect(stderr).toMatch(/exclude each other/);
  });

  it('is also one in the environment, which a flag beats as a whole', async () => {
    const world = worldAt();
    writeRoot(world);
    Object.assign(world.environment, { SIGSTORE_STAGING: '1', COLOPHON_INSTANCE: 'github' });
    expect(await world.run('trust', 'show')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching('exclude each other'),
    });
    expect(await world.run('trust', 'show', ...ROOT)).toMatchObject({ status: 0 });
  });

  it.each([
    [[...RELEASE, 'pypi', '--staging']],
    [[...RELEASE, 'testpypi', '--staging']],
    [[...RELEASE, 'https://upload.pypi.org/legacy/', '--staging']],
    [['publish', 'dist', '--staging']],
    [['release', 'dist', '--rehearse', '--staging']],
    [['release', 'dist', '--rehearse', '--instance', 'github']],
    [['attest', 'dist', '--trusted-root', 'root.json']],
    [['attest', 'dist', '--signing-config', 's.json']],
    [['attest', 'dist', '--instance', 'github']],
    [['trust', 'update', '--trusted-root', 'root.json']],
    [['trust', 'show', '--max-trust-age', 'soon']],
    [['trust', 'show', '--instance', 'corp']],
    [['trust', 'export', '--output', 'a', '--output', 'b']],
  ])('is a usage error as %j', async (argv) => {
    const world = worldAt();
    writeRoot(world);
    mkdirSync(world.path('dist'));
    await writeSampleDists(world.path('dist'));
    expect(await world.run(...argv)).toMatchObject({ status: 2, stdout: '' });
  });

  it('several roots stay apart, and are exported as lines', async () => {
    const world = worldAt();
    const line = JSON.stringify(JSON.parse(Buffer.from(embeddedTrust().trustedRoot).toString()));
    writeFileSync(world.path('roots.jsonl'), `${line}\n\n${line}\n`);
    const exported = ['trust', 'export', '--trusted-root', 'roots.jsonl'];
    expect((await world.run(...exported)).stdout).toBe(`${line}\n${line}\n`);
    expect(await world.run(...exported, '--output', 'one.json')).toMatchObject({ status: 2 });
    expect(await world.run(...exported, '--output', 'all.jsonl')).toMatchObject({ status: 0, stdout: '' });
  });
});

it('a trust configuration is a whole instance: no repository is asked, and its root can be exported', async () => {
  const world = worldAt();
  const trustedRoot: unknown = JSON.parse(Buffer.from(embeddedTrust().trustedRoot).toString());
  const signingConfig = { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json' };
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  writeFileSync(world.path('c.json'), JSON.stringify({ mediaType, trustedRoot, signingConfig }));
  const exported = await world.run('trust', 'export', '--trust-config', 'c.json');
  expect(JSON.parse(exported.stdout)).toEqual(trustedRoot);
  const options = { trustConfig: 'c.json', maxTrustAgeDays: undefined, quiet: true } as GlobalOptions;
  const host = hostOf(world);
  const context = { host, options, talk: new Talk(host, options), isReportRead: true };
  expect(await loadTrust(context)).toMatchObject({ source: 'c.json', origin: { kind: 'file' } });
  expect(await loadInstance(context)).toMatchObject({
    source: 'c.json',
    signingConfig: { transparencyLogs: [] },
  });
});

function hostOf(world: TrustWorld) {
  return {
    environment: world.environment,
    workingDirectory: world.folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => world.now,
    writeOut: () => undefined,
    writeError: () => undefined,
  };
}
