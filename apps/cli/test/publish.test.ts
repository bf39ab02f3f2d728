// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../src/command-line.ts';
import { readPassword } from '../src/publishing/password-input.ts';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { type Answers, startUploadIndex, type UploadIndex } from './support/upload-index.ts';

const SECRET = 'correct-horse-battery';
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'colophon-publish-'));
  await writeSampleDists(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'colophon_sample-1.0.0.tar.gz.publish.attestation'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true }));

type Environment = Readonly<Record<string, string>>;

async function publish(argv: readonly string[], environment: Environment = {}) {
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(['publish', '--json', '--time-budget', '5', ...argv], {
    environment,
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => new Date(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
  });
  const [stdout, stderr] = [out.join(''), error.join('')];
  expect(stdout + stderr).not.toContain(SECRET);
  return { status, stderr, report: JSON.parse(stdout) as Record<string, unknown> };
}

/** A job on GitHub whose token service is `index` itself. */
function job(index: UploadIndex): Environment {
  const url = new URL('/token?api-version=2', index.uploadUrl);
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: url.href,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
  };
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenAnswer(): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'corp',
    sub: 'repo:o/r:ref:refs/tags/v1',
    iat: seconds,
    exp: seconds + 300,
  };
  return JSON.stringify({ value: `${encoded({ alg: 'RS256' })}.${encoded(claims)}.AAAA` });
}

const TRUSTED_PUBLISHING: Answers = {
  'GET /_/oidc/audience': [200, 'application/json', '{"audience":"corp"}'],
  'GET /token?api-version=2&audience=corp': [200, 'application/json', tokenAnswer()],
};

describe('publish with a password', () => {
  const sources: [title: string, argv: string[], environment: Environment, user: string, source: string][] = [
    ['twine’s', [], { TWINE_USERNAME: 'ci', TWINE_PASSWORD: SECRET }, 'ci', 'TWINE_PASSWORD'],
    ['twine’s, for an API token', [], { TWINE_PASSWORD: SECRET }, '__token__', 'TWINE_PASSWORD'],
    ['uv’s token', [], { UV_PUBLISH_TOKEN: SECRET }, '__token__', 'UV_PUBLISH_TOKEN'],
    ['uv’s', [], { UV_PUBLISH_USERNAME: 'ci', UV_PUBLISH_PASSWORD: SECRET }, 'ci', 'UV_PUBLISH_PASSWORD'],
    [
      'uv’s before twine’s',
      [],
      { UV_PUBLISH_TOKEN: SECRET, TWINE_PASSWORD: 'x' },
      '__token__',
      'UV_PUBLISH_TOKEN',
    ],
    ['a flag’s user with twine’s', ['--username', 'me'], { TWINE_PASSWORD: SECRET }, 'me', 'TWINE_PASSWORD'],
    [
      'twine’s beside what CI left empty',
      [],
      { UV_PUBLISH_TOKEN: '', TWINE_PASSWORD: SECRET },
      '__token__',
      'TWINE_PASSWORD',
    ],
  ];

  it.each(sources)('takes %s', async (...[, argv, environment, user, source]) => {
    const index = await startUploadIndex();
    const { status, report } = await publish(['--index', index.uploadUrl, ...argv], environment);
    expect(status).toBe(0);
    expect(index.uploads).toHaveLength(2);
    for (const upload of index.uploads) expect(upload).toMatchObject({ user, password: SECRET });
    const kind = user === '__token__' ? { kind: 'api-token' } : { kind: 'password', username: user };
    expect(report['credential']).toEqual({ ...kind, source });
  });

  it('sends no attestation, although one lies there, and says so', async () => {
    const index = await startUploadIndex();
    const { stderr, report } = await publish(['--index', index.uploadUrl], { TWINE_PASSWORD: SECRET });
    expect(index.uploads.map(({ form }) => form.includes('name="attestations"'))).toEqual([false, false]);
    expect(stderr).toContain('warning: no attestations are sent: ');
    expect(report['attestations']).toEqual({
      sent: false,
      reason: expect.stringMatching(
        /^127\.0\.0\.1:\d+\/legacy\/ is given TWINE_PASSWORD, and attestations need trusted/,
      ),
    });
  });

  it('is refused in the index’s own words, without the password that these repeat', async () => {
    const words = `user ci with ${SECRET} is unknown (${Buffer.from(`ci:${SECRET}`).toString('base64')})`;
    const index = await startUploadIndex({ 'POST /legacy/': [401, 'text/plain', words] });
    const { status, stderr } = await publish(['--index', index.uploadUrl], {
      TWINE_USERNAME: 'ci',
      TWINE_PASSWORD: SECRET,
    });
    expect(status).toBe(41);
    expect(stderr).toContain('error[ERR_INDEX_FORBIDDEN]');
    expect(stderr).toContain('user ci with [redacted] is unknown ([redacted])');
  });

  it('is used in a job that may not ask for tokens, and in one whose index takes none', async () => {
    const offering = await startUploadIndex(TRUSTED_PUBLISHING);
    const password = { TWINE_PASSWORD: SECRET };
    const barred = { GITHUB_ACTIONS: 'true', ...password };
    expect((await publish(['--index', offering.uploadUrl], barred)).status).toBe(0);
    // devpi reads the path as a user's name; others answer a page.
    for (const [status, type] of [
      [415, 'application/json'],
      [200, 'text/html'],
      [401, 'text/plain'],
      [404, 'text/html'],
    ] as const) {
      const index = await startUploadIndex({ 'GET /_/oidc/audience': [status, type, '<html></html>'] });
      expect((await publish(['--index', index.uploadUrl], { ...job(index), ...password })).status).toBe(0);
    }
  });
});

describe('publish where a password and trusted publishing are both there', () => {
  it('stops at an index that wants another’s tokens', async () => {
    const stranger = { 'GET /_/oidc/audience': [200, 'application/json', '{"audience":"pypi"}'] } as const;
    const index = await startUploadIndex(stranger);
    const environment = { ...job(index), TWINE_PASSWORD: SECRET };
    const { status, stderr } = await publish(['--index', index.uploadUrl], environment);
    expect(status).toBe(41);
    expect(stderr).toContain('error[ERR_INDEX_AUDIENCE]');
    expect(index.requests).toEqual(['GET /_/oidc/audience']);
  });

  it('is a conflict before anything is sent', async () => {
    const index = await startUploadIndex(TRUSTED_PUBLISHING);
    const { status, stderr } = await publish(['--index', index.uploadUrl], {
      ...job(index),
      TWINE_PASSWORD: SECRET,
    });
    expect(status).toBe(2);
    expect(stderr).toContain('error[ERR_CREDENTIAL_CONFLICT]: TWINE_PASSWORD gives a password');
    expect(index.requests).not.toContain('POST /legacy/');
  });

  it('takes the password once `never` is said, and asks for no token', async () => {
    const index = await startUploadIndex(TRUSTED_PUBLISHING);
    const environment = { ...job(index), TWINE_PASSWORD: SECRET };
    const { status } = await publish(
      ['--index', index.uploadUrl, '--trusted-publishing', 'never'],
      environment,
    );
    expect(status).toBe(0);
    expect(index.requests).toEqual(['POST /legacy/', 'POST /legacy/']);
  });

  it('never shows the password to the index once `always` is said', async () => {
    const index = await startUploadIndex(TRUSTED_PUBLISHING);
    const environment = { ...job(index), TWINE_PASSWORD: SECRET };
    const words = ['--index', index.uploadUrl, '--trusted-publishing', 'always', '--attestations', 'off'];
    const { report } = await publish(words, environment);
    expect(index.requests).toContain('POST /_/oidc/mint-token');
    expect(index.uploads).toEqual([]);
    expect(report).toMatchObject({
      files: [{ code: 'ERR_TRUSTED_PUBLISHING_UNSUPPORTED' }, { outcome: 'not-reached' }],
    });
  });
});

describe('publish refuses', () => {
  const cases: [title: string, argv: string[], environment: Environment, status: number, code: string][] = [
    ['a password on the command line', ['--password', SECRET], {}, 2, 'ERR_USAGE'],
    ['a password glued to its option', [`--password=${SECRET}`], {}, 2, 'ERR_USAGE'],
    ['--repository', ['--repository', 'testpypi'], {}, 2, 'ERR_USAGE'],
    ['nothing to log in with', [], {}, 40, 'ERR_PASSWORD_MISSING'],
    ['`never` without a password', ['--trusted-publishing', 'never'], {}, 40, 'ERR_PASSWORD_MISSING'],
    ['`always` where no job is', ['--trusted-publishing', 'always'], {}, 40, 'ERR_PASSWORD_MISSING'],
    ['a user without a password', ['--username', 'ci'], {}, 40, 'ERR_PASSWORD_MISSING'],
    ['an environment’s user without a password', [], { TWINE_USERNAME: 'ci' }, 40, 'ERR_PASSWORD_MISSING'],
    [
      '`require` with a password',
      ['--attestations', 'require'],
      { TWINE_PASSWORD: SECRET },
      40,
      'ERR_CREDENTIAL_UNFIT',
    ],
    [
      'uv’s token beside uv’s password',
      [],
      { UV_PUBLISH_TOKEN: SECRET, UV_PUBLISH_PASSWORD: 'x' },
      2,
      'ERR_USAGE',
    ],
    [
      'one tool’s user with another’s password',
      [],
      { UV_PUBLISH_USERNAME: 'ci', TWINE_PASSWORD: SECRET },
      2,
      'ERR_USAGE',
    ],
    ['a user name with a colon', ['--username', 'a:b'], { TWINE_PASSWORD: SECRET }, 2, 'ERR_USAGE'],
    [
      'a user of PyPI by name',
      ['--index', 'pypi', '--username', 'guido'],
      { TWINE_PASSWORD: SECRET },
      2,
      'ERR_USAGE',
    ],
    [
      'http beyond loopback',
      ['--index', 'http://index.corp/legacy/'],
      { TWINE_PASSWORD: SECRET },
      2,
      'ERR_INDEX_URL',
    ],
    ['a password in the URL', ['--index', `https://ci:${SECRET}@index.corp/`], {}, 2, 'ERR_INDEX_URL'],
    ['another kind of trusted publishing', ['--trusted-publishing', 'maybe'], {}, 2, 'ERR_USAGE'],
  ];

  it.each(cases)('%s, without a request', async (...[, argv, environment, status, code]) => {
    const index = await startUploadIndex();
    const defaults = argv.includes('--index') ? [] : ['--index', index.uploadUrl];
    const { status: found, report, stderr } = await publish([...defaults, ...argv], environment);
    expect(found).toBe(status);
    expect(stderr).toContain(`error[${code}]`);
    expect(report).toMatchObject({ schema: 'colophon.error/1', status, error: { code } });
    expect(index.requests).toEqual([]);
  });
});

describe('publish to an index whose pages are HTML', () => {
  const HTML: Answers = { 'GET /simple/colophon-sample/': [200, 'text/html', '<html></html>'] };

  it('uploads: the index itself refuses what it has', async () => {
    const index = await startUploadIndex(HTML);
    const argv = ['--index', index.uploadUrl, '--check-url', index.simpleUrl];
    expect((await publish(argv, { TWINE_PASSWORD: SECRET })).status).toBe(0);
  });

  it('cannot skip what is there, says why, and sends nothing', async () => {
    const index = await startUploadIndex(HTML);
    const argv = ['--index', index.uploadUrl, '--check-url', index.simpleUrl, '--skip-existing'];
    const { status, stderr } = await publish(argv, { TWINE_PASSWORD: SECRET });
    expect(status).toBe(41);
    expect(stderr).toContain('error[ERR_INDEX_HTML]');
    expect(index.uploads).toEqual([]);
  });

  it('does not call a file other than ours where the index does not say which bytes it has', async () => {
    const filename = 'colophon_sample-1.0.0.tar.gz';
    const files = [{ filename, url: `../../${filename}`, hashes: { md5: '0' } }];
    const page = { meta: { 'api-version': '1.0' }, name: 'colophon-sample', files };
    const index = await startUploadIndex({
      'GET /simple/colophon-sample/': [200, 'application/vnd.pypi.simple.v1+json', JSON.stringify(page)],
    });
    const argv = ['--index', index.uploadUrl, '--check-url', index.simpleUrl, '--skip-existing'];
    const { status, stderr } = await publish(argv, { TWINE_PASSWORD: SECRET });
    expect(status).toBe(41);
    expect(stderr).toContain(`has bytes of unknown SHA-256 under the name ${filename}`);
    expect(index.uploads).toEqual([]);
  });

  it('reports the failure itself where nobody can be asked whether a file arrived', async () => {
    const index = await startUploadIndex({ ...HTML, 'POST /legacy/': [502, 'text/html', 'bad gateway'] });
    for (const argv of [[], ['--check-url', index.simpleUrl]]) {
      const words = ['dist/colophon_sample-1.0.0.tar.gz', '--index', index.uploadUrl, ...argv];
      const { status, stderr } = await publish(words, { TWINE_PASSWORD: SECRET });
      expect(status).toBe(42);
      expect(stderr).toContain('error[ERR_INDEX_UNAVAILABLE]');
    }
    expect(index.uploads).toHaveLength(2);
  });
});

describe('--password-stdin', () => {
  it.each([
    ['a line', [`${SECRET}\n`]],
    ['a line of Windows', [`${SECRET}\r\n`]],
    ['pieces without an end', [SECRET.slice(0, 5), SECRET.slice(5)]],
  ])('is read from %s', async (_title, pieces) => {
    expect(await readPassword(Readable.from(pieces.map((piece) => Buffer.from(piece))))).toBe(SECRET);
  });

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['two lines', `${SECRET}\nmore\n`],
    ['a file', 'x'.repeat(70_000)],
  ])('refuses %s', async (_title, text) => {
    const reading = readPassword(Readable.from([Buffer.from(text)]));
    await expect(reading).rejects.toMatchObject({ code: 'ERR_USAGE' });
    await expect(reading).rejects.not.toHaveProperty('message', expect.stringContaining(SECRET));
  });
});
