// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IssuerKind, ISSUER_URLS } from '@colophon/sandbox';
import type { Host } from '../src/host.ts';
import { canFakeTools, pathOf } from './support/fake-tools.ts';
import { browsing, carrying } from './support/login-page.ts';
import { openSigningStage, type RunChange, type SigningStage } from './support/signing-stage.ts';

// The machine that runs the tests may be one of Google's.
vi.mock(import('../src/signing/ambient-place.ts'), async (load) => ({
  ...(await load()),
  ambientPlace: ({ environment }: Host) => ({ environment }),
}));

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage();
});
afterAll(() => stage.close());

async function tokenIn(
  environment: Readonly<Record<string, string>>,
  change: RunChange = {},
  ...argv: string[]
) {
  const all = {
    environment: { GITHUB_ACTIONS: '', ...environment },
    wantsToken: true,
    plain: true,
    ...change,
  };
  return stage.run([argv[0] ?? 'token', ...argv.slice(1)], all);
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

type Place = (token: string) => Readonly<Record<string, string>>;

const PLACES: [name: string, kind: IssuerKind, identity: string, place: Place][] = [
  [
    'GitLab CI',
    'gitlab',
    'https://gitlab.com/octo-group/sample-project//.gitlab-ci.yml@refs/tags/v1.0.0',
    (token) => ({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: token }),
  ],
  [
    'Buildkite',
    'buildkite',
    'https://buildkite.com/octo-org/sample-project',
    (token) => ({ BUILDKITE: 'true', ...pathOf({ 'buildkite-agent': `echo ${token}` }) }),
  ],
  [
    'CircleCI',
    'circleci',
    'https://circleci.com/api/v2/projects/0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201/pipeline-definitions/8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08',
    (token) => ({ CIRCLECI: 'true', ...pathOf({ circleci: `echo ${token}` }) }),
  ],
];

describe('token', () => {
  it('prints that of a job of GitHub, alone, and says on stderr whose it is', async () => {
    const run = await tokenIn({ GITHUB_ACTIONS: 'true' });
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(claimsOf(run.stdout)).toMatchObject({ aud: 'sigstore', iss: ISSUER_URLS.github });
    expect(run.stderr).toBe(
      'this is the token of https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0 (issuer https://token.actions.githubusercontent.com)\n',
    );
  });

  it.runIf(canFakeTools).each(PLACES)(
    'prints that of a job of %s, and Fulcio takes it',
    async (_name, kind, identity, place) => {
      const environment = place(await stage.sandbox.issueToken({ kind }));
      const { status, stdout, stderr } = await tokenIn(environment);
      expect([status, claimsOf(stdout)['iss']]).toEqual([0, ISSUER_URLS[kind]]);
      expect(stderr).toContain(`the token of ${identity} (issuer ${ISSUER_URLS[kind]})`);
      await stage.write('file', 'text');
      const signed = await stage.run(['sign', 'file', '--overwrite'], {
        environment: { GITHUB_ACTIONS: '', ...environment },
      });
      expect(signed).toMatchObject({ status: 0, stderr: expect.stringContaining(`as ${identity}`) });
    },
  );

  it.each([
    ['google', 'https://accounts.google.com'],
    ['dex', 'https://github.com/login/oauth'],
  ] as const)('prints what was handed over, and tells the issuer behind it (%s)', async (kind, issuer) => {
    const token = await stage.sandbox.issueToken({ kind });
    const run = await tokenIn({ SIGSTORE_IDENTITY_TOKEN: token });
    expect(run).toMatchObject({ status: 0, stdout: `${token}\n` });
    expect(run.stderr).toBe(`this is the token of dev@example.com (issuer ${issuer})\n`);
  });

  it('logs a person in, under both its names', async () => {
    for (const [name, person] of [
      ['token', browsing()],
      ['get-identity-token', carrying()],
    ] as const) {
      const extra = name === 'token' ? [] : ['--oauth-force-oob'];
      const run = await tokenIn({}, { person }, name, ...extra);
      expect(run.status).toBe(0);
      expect(claimsOf(run.stdout)).toMatchObject({ email: 'dev@example.com', aud: 'sigstore' });
      expect(run.stderr).toContain('the token of dev@example.com');
    }
  });

  it('asks for the audience that is the client', async () => {
    const run = await tokenIn({ GITHUB_ACTIONS: 'true' }, {}, 'token', '--oidc-client-id', 'elsewhere');
    expect(claimsOf(run.stdout)).toMatchObject({ aud: 'elsewhere' });
  });

  it('is one document with --json', async () => {
    const run = await tokenIn({ GITHUB_ACTIONS: 'true' }, { plain: false });
    expect(run.report).toEqual({
      schema: 'colophon.token/1',
      status: 0,
      token: expect.stringMatching(/^eyJ/),
      identity: expect.stringContaining('https://github.com/octo-org/'),
      issuer: ISSUER_URLS.github,
      audience: 'sigstore',
      expires: expect.stringMatching(/^\d{4}-.*Z$/),
      renewable: true,
    });
  });

  it.each([
    ['of another audience', { audience: 'pypi' }, 'ERR_TOKEN_AUDIENCE'],
    ['that has expired', { lifetime: -1 }, 'ERR_TOKEN_EXPIRED'],
  ])('prints none %s', async (_title, request, code) => {
    const token = await stage.sandbox.issueToken(request);
    const run = await tokenIn({ SIGSTORE_IDENTITY_TOKEN: token });
    expect(run).toMatchObject({ status: 40, stdout: '' });
    expect(run.stderr).toContain(code);
  });

  it('takes no operands', async () => {
    expect(await tokenIn({ GITHUB_ACTIONS: 'true' }, {}, 'token', 'file')).toMatchObject({ status: 2 });
  });
});
