// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { parseBundle } from '@colophon/attestation';
import { parseTrustedRoot } from '@colophon/trust';
import { embeddedTrust } from '@colophon/tuf';
import { describe, expect, it, vi } from 'vitest';
import { assertJsonContract } from './support/json-contract.ts';
import { openTrustStage, TrustWorld, type Run } from './support/trust-world.ts';

const FILE = 'sample-1.0.tar.gz';
const WHO = ['--publisher', 'github:octo-org/sampler'];
const WHOM = ['--cert-identity', 'a@example.org', '--cert-oidc-issuer', 'https://issuer.example'];
const ROOT = ['--trusted-root', 'root.json'];
const BUNDLE = `${FILE}.sigstore.json`;

interface BadInput {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
  readonly status: number;
  readonly code: string;
}

const ROOT_TEXT = Buffer.from(embeddedTrust().trustedRoot).toString();

/** What is wrong before anything can be judged: each kind with a code of its own. */
const INPUTS: readonly BadInput[] = [
  {
    what: 'evidence that is not JSON',
    files: { [BUNDLE]: 'PK\u0003' },
    status: 30,
    code: 'ERR_EVIDENCE_JSON',
  },
  {
    what: 'evidence that names a key twice',
    files: { [BUNDLE]: '{"mediaType":"a","mediaType":"b"}' },
    status: 30,
    code: 'ERR_EVIDENCE_JSON',
  },
  {
    what: 'evidence that is JSON of another kind',
    files: { [BUNDLE]: ROOT_TEXT },
    status: 30,
    code: 'ERR_EVIDENCE_KIND',
  },
  {
    what: 'a bundle that breaks its rules',
    files: { [BUNDLE]: '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}' },
    status: 30,
    code: 'ERR_EVIDENCE',
  },
  {
    what: 'two bundles for one file',
    files: { [BUNDLE]: '{}', [`${FILE}.sigstore`]: '{}' },
    status: 21,
    code: 'ERR_EVIDENCE_CONFLICT',
  },
  {
    what: 'a root that is not there',
    files: {},
    more: ['--trusted-root', 'x.json'],
    status: 32,
    code: 'ERR_TRUSTED_ROOT',
  },
  {
    what: 'a root that is not JSON',
    files: { 'root.json': '<html>' },
    status: 32,
    code: 'ERR_TRUSTED_ROOT',
  },
  {
    what: 'an empty list of roots',
    files: { 'roots.jsonl': '\n' },
    more: ['--trusted-root', 'roots.jsonl'],
    status: 32,
    code: 'ERR_TRUSTED_ROOT',
  },
  {
    what: 'a root that is a configuration',
    files: {},
    more: ['--trust-config', 'root.json'],
    status: 32,
    code: 'ERR_TRUST_CONFIG',
  },
  {
    what: 'a root of an unknown age where one is demanded',
    files: {},
    more: [...ROOT, '--max-trust-age', '9'],
    status: 32,
    code: 'ERR_TUF_AGE',
  },
  { what: 'no evidence', files: {}, status: 31, code: 'ERR_NO_EVIDENCE' },
];

function open({ files }: Pick<BadInput, 'files'>): TrustWorld {
  const world = new TrustWorld();
  writeFileSync(world.path('root.json'), ROOT_TEXT);
  writeFileSync(world.path(FILE), 'a distribution');
  for (const [name, text] of Object.entries(files)) writeFileSync(world.path(name), text);
  return world;
}

const WAYS = [
  ['verify', ['verify', FILE, ...WHO]],
  ['verify identity', ['verify', 'identity', FILE, ...WHOM]],
] as const;

describe.each(WAYS)('%s', (_name, argv) => {
  it.each(INPUTS)(
    'of $what: $code, and nothing was verified',
    async ({ files, more = ROOT, status, code }) => {
      const world = open({ files });
      const run = await world.run(...argv, ...more);
      expect(run.status).toBe(status);
      expect(run.stderr).toMatch(/^nothing was verified\n/);
      expect(run.stderr).toContain(`error[${code}]`);
      expect(run.stderr).not.toMatch(/\n\s+at /);
      const { stdout } = await world.run(...argv, ...more, '--json');
      assertJsonContract(stdout);
      expect(JSON.parse(stdout)).toMatchObject({ status });
    },
  );

  it('of a path that is not there is no input, whatever the trust and the network', async () => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    const world = new TrustWorld();
    const words = argv.map((word) => (word === FILE ? 'missing.whl' : word));
    for (const more of [[], ['--trusted-root', 'x.json'], ['--staging', '--offline']])
      expect(await world.run(...words, ...more)).toMatchObject({
        status: 20,
        stderr: expect.stringMatching(
          /^nothing was verified\n(?:FAIL: missing\.whl\n)?error\[ERR_NO_INPUT\]/,
        ),
      });
    const { stdout } = await world.run(...words, '--json');
    assertJsonContract(stdout);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'colophon.verify/1',
      status: 20,
      trust: null,
      files: [{ file: 'missing.whl', outcome: 'error', status: 20 }],
    });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });
});

it.each([
  ['--trusted-root', 'bad.json'],
  ['--trusted-root', 'bad.jsonl'],
  ['--trust-config', 'bad.json'],
])('%s names the file that it cannot use', async (flag, name) => {
  const world = open({ files: { [name]: '{}' } });
  const { stderr } = await world.run('verify', FILE, ...WHO, flag, name);
  expect(stderr).toContain(`]: ${name}: not a valid `);
});

it('verify pypi of a local path that is not there is no input either', async () => {
  const world = new TrustWorld();
  expect(await world.run('verify', 'pypi', './missing-1.0.tar.gz', ...WHO)).toMatchObject({
    status: 20,
    stderr: expect.stringContaining('error[ERR_NO_INPUT]'),
  });
  expect(await world.run('verify', 'pypi', './missing-1.0.zip', 'x.whl', ...WHO)).toMatchObject({
    status: 20,
  });
});

it('inspect of a path that is not there asks for no trust either', async () => {
  const run = await new TrustWorld().run('inspect', './missing-1.0.tar.gz', '--staging');
  expect([run.status, run.stderr]).toEqual([20, expect.stringContaining('error[ERR_NO_INPUT]')]);
});

it('inspect judges nothing, and does without trust that was never fetched', async () => {
  const world = open({ files: { [BUNDLE]: '{}' } });
  const { status, stderr } = await world.run('inspect', FILE, '--staging', '--offline');
  expect(status).toBe(21);
  expect(stderr).toMatch(
    /^warning: logs are shown by their ids: nothing is cached at .*\nerror\[ERR_JSON_KIND\]/,
  );
  expect(await world.run('inspect', FILE, '--max-trust-age', '1')).toMatchObject({ status: 2 });
});

async function runAt(now: Date, ...argv: string[]): Promise<Run> {
  const { world, url } = await openTrustStage();
  writeFileSync(world.path(FILE), 'a distribution');
  writeFileSync(world.path(BUNDLE), '{}');
  world.now = now;
  return world.run(...argv, '--instance', url);
}

describe('a root that has expired', () => {
  const late = new Date('2050-01-01T00:00:00Z');
  it.each(WAYS)('decides nothing: %s', async (_name, argv) => {
    expect(await runAt(late, ...argv)).toMatchObject({
      status: 32,
      stdout: '',
      stderr: expect.stringMatching(/^nothing was verified\nerror\[ERR_TUF_EXPIRED\]/),
    });
    expect(await runAt(new Date('2049-01-01T00:00:00Z'), ...argv)).toMatchObject({ status: 30 });
  });
});

const code = (wanted: string) => expect.objectContaining({ code: wanted });

it('the library tells the same apart', () => {
  expect(() => parseBundle('PK')).toThrowError(code('ERR_JSON'));
  expect(() => parseBundle(ROOT_TEXT)).toThrowError(code('ERR_JSON_KIND'));
  expect(() => parseBundle('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}')).toThrowError(
    code('ERR_BUNDLE'),
  );
  expect(() => parseTrustedRoot('PK')).toThrowError(code('ERR_TRUSTED_ROOT'));
});

const SERVED = 'pypi:sample-1.0.tar.gz';

/** Words that ask for something of two worlds, or for nothing at all. */
const USAGES: readonly string[][] = [
  ...['pypi', 'testpypi', 'https://pypi.org/simple/', 'https://test.pypi.org/simple'].flatMap((index) => [
    ['verify', 'pypi', SERVED, ...WHO, '--staging', '--index', index],
    ['inspect', SERVED, '--staging', '--index', index],
    ['verify', FILE, ...WHO, '--staging', '--from', 'pypi', '--index', index],
  ]),
  ['verify', 'pypi', SERVED, ...WHO, '--staging'],
  ['verify', 'pypi', FILE, ...WHO, '--staging'],
  ['verify', FILE, ...WHO, '--staging', '--from', 'pypi'],
  ['inspect', SERVED, '--staging'],
  ['convert', SERVED, '--staging', '--to', 'bundle'],
  ['publish', FILE, '--staging', '--index', 'pypi'],
  ['publish', FILE, '--staging', '--index', 'testpypi'],
  ['release', FILE, '--staging', '--index', 'pypi'],
  ['release', FILE, '--staging', '--index', 'testpypi'],
  ['release', FILE, '--rehearse', '--offline'],
  ['sign', FILE, '--offline'],
  ['attest', FILE, '--offline'],
  ['publish', FILE, '--offline'],
  ['release', FILE, '--offline'],
  ['sandbox', '--offline'],
  ['trust', 'update', '--offline'],
  ['verify', 'pypi', SERVED, ...WHO, '--offline'],
  ['verify', 'pypi', FILE, ...WHO, '--offline'],
  ['verify', FILE, ...WHO, '--offline', '--from', 'pypi'],
  ['verify', FILE, ...WHO, '--offline', '--from', 'github:o/r'],
  ['verify', FILE, ...WHO, '--offline', '--signature', 'x.sig'],
  ['verify', 'identity', FILE, ...WHOM, '--offline', '--signature', 'x.sig'],
  ['inspect', SERVED, '--offline'],
  ['convert', SERVED, '--offline', '--to', 'bundle'],
];

describe('a usage error, before any socket is opened', () => {
  it.each(USAGES.map((argv) => [argv.join(' '), argv] as const))('%s', async (_title, argv) => {
    const connect = vi.spyOn(Socket.prototype, 'connect');
    expect(await open({ files: {} }).run(...argv)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('error[ERR_USAGE]'),
    });
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });

  it('in the environment as on the command line', async () => {
    const world = open({ files: {} });
    world.environment['SIGSTORE_STAGING'] = '1';
    for (const argv of [
      ['verify', 'pypi', SERVED, ...WHO],
      ['inspect', SERVED],
      ['convert', SERVED, '--to', 'bundle'],
      ['publish', FILE],
    ])
      expect(await world.run(...argv)).toMatchObject({ status: 2 });
    Object.assign(world.environment, { SIGSTORE_STAGING: '', SIGSTORE_OFFLINE: 'true' });
    for (const argv of [
      ['sign', FILE],
      ['inspect', SERVED],
      ['trust', 'update'],
    ])
      expect(await world.run(...argv)).toMatchObject({ status: 2 });
  });
});
