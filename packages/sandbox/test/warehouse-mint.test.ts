// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { PublisherSetting } from '../src/warehouse/publisher-registry.ts';
import {
  identityToken,
  ISSUERS,
  mint,
  mintedToken,
  PUBLISHER,
  SETTINGS,
  startIndex,
  type TestIndex,
  type TokenOptions,
  upload,
} from './warehouse-fixture.ts';

const GITLAB: TokenOptions = {
  issuer: ISSUERS.GitLab,
  claims: {
    sub: 'project_path:group/sub/Demo:ref_type:tag:ref:v1',
    project_path: 'group/sub/Demo',
    ci_config_ref_uri: 'gitlab.com/group/sub/demo//ci/release.yml@refs/tags/v1',
    ref_path: 'refs/tags/v1',
  },
};
const GOOGLE: TokenOptions = {
  issuer: ISSUERS.Google,
  claims: { jti: null, email: 'ci@p.iam.gserviceaccount.com', email_verified: true, sub: '99' },
};
const OTHERS: readonly PublisherSetting[] = [
  {
    kind: 'GitLab',
    repository: 'group/sub/demo',
    workflowFilepath: 'ci/release.yml',
    project: 'gitlab-demo',
  },
  { kind: 'Google', email: 'ci@p.iam.gserviceaccount.com', project: 'google-demo' },
];

async function answer(index: TestIndex, options: TokenOptions = {}): Promise<unknown> {
  const response = await mint(index, await identityToken(index.clock.now(), options));
  return [response.status, await response.json()];
}

function failed(code: string, description: string): unknown {
  return [422, { message: 'Token request failed', errors: [{ code, description }] }];
}

function noPublisher(reason: string): unknown {
  return failed('invalid-publisher', `valid token, but no corresponding publisher (${reason})`);
}

const granted = [
  200,
  { success: true, token: expect.stringMatching(/^pypi-[\w-]{128}$/), expires: expect.any(Number) },
];
const now = () => Math.floor(Date.now() / 1000);
const NOT_FOUND = 'Publisher with matching claims was not found';

describe('the audience', () => {
  it("is the sandbox's own", async () => {
    const index = await startIndex(SETTINGS);
    const response = await fetch(`${index.url}/_/oidc/audience`);
    expect(await response.json()).toEqual({ audience: 'colophon-sandbox' });
  });

  it.each(['pypi', 'testpypi', 'sigstore'])('is never %s', async (audience) => {
    await expect(startIndex({ audience })).rejects.toThrowError(TypeError);
  });

  it('is withheld where trusted publishing is off', async () => {
    const index = await startIndex({ ...SETTINGS, flags: { disallowTrustedPublishing: true } });
    const response = await fetch(`${index.url}/_/oidc/audience`);
    expect([response.status, await response.json()]).toEqual([
      403,
      { message: 'Trusted publishing functionality not enabled' },
    ]);
    expect(await answer(index)).toEqual(
      failed('not-enabled', 'github trusted publishing functionality not enabled'),
    );
  });
});

describe('a token request', () => {
  it('is granted for 900 seconds, also under the old path', async () => {
    const index = await startIndex(SETTINGS);
    index.clock.set(new Date('2030-01-01T00:00:00.500Z'));
    const [, body] = (await answer(index)) as [number, { expires: number }];
    expect(body.expires).toBe(Date.parse('2030-01-01T00:15:00Z') / 1000);
    const token = await identityToken(index.clock.now());
    const old = await fetch(`${index.url}/_/oidc/github/mint-token`, {
      method: 'POST',
      body: JSON.stringify({ token }),
    });
    expect(old.status).toBe(200);
  });

  it.each(['', 'x', '[]', '{}', '{"token":1}', 'null'])('with the body %j is no payload', async (body) => {
    const index = await startIndex(SETTINGS);
    const response = await fetch(`${index.url}/_/oidc/mint-token`, { method: 'POST', body });
    expect([response.status, await response.json()]).toEqual(
      failed(
        'invalid-payload',
        expect.stringMatching(/^1 validation error for TokenPayload/) as unknown as string,
      ),
    );
  });

  it.each(['x', 'a.b.c', 'e30.e30.'])('with the token %j has no JWT of an issuer', async (token) => {
    const response = await mint(await startIndex(SETTINGS), token);
    expect([response.status, await response.json()]).toEqual(failed('invalid-payload', 'malformed JWT'));
  });

  it.each<[string, TokenOptions, unknown]>([
    [
      'an unknown issuer',
      { issuer: 'https://gitlab.example' },
      failed('invalid-payload', 'unknown trusted publishing issuer'),
    ],
    ['another key', { forged: true }, failed('invalid-token', 'malformed or invalid token')],
    ['no key id', { header: { kid: undefined } }, failed('invalid-token', 'malformed or invalid token')],
    [
      'an unknown key id',
      { header: { kid: 'other' } },
      failed('invalid-token', 'malformed or invalid token'),
    ],
    ['another audience', { audience: 'pypi' }, failed('invalid-token', 'malformed or invalid token')],
    [
      'two audiences',
      { audience: ['colophon-sandbox', 'pypi'] },
      failed('invalid-token', 'malformed or invalid token'),
    ],
    [
      'a list of one audience',
      { audience: ['colophon-sandbox'] },
      failed('invalid-token', 'malformed or invalid token'),
    ],
    ['no audience', { claims: { aud: null } }, failed('invalid-token', 'malformed or invalid token')],
    ['no time of issue', { claims: { iat: null } }, failed('invalid-token', 'malformed or invalid token')],
    ['no expiry', { claims: { exp: null } }, failed('invalid-token', 'malformed or invalid token')],
    [
      'an expiry long ago',
      { claims: { exp: now() - 60 } },
      failed('invalid-token', 'malformed or invalid token'),
    ],
    ['an expiry just now', { claims: { exp: now() - 10 } }, granted],
    [
      'a start in the future',
      { claims: { nbf: now() + 120 } },
      failed('invalid-token', 'malformed or invalid token'),
    ],
    [
      'an issue in the future',
      { claims: { iat: now() + 120 } },
      failed('invalid-token', 'malformed or invalid token'),
    ],
  ])('with %s', async (_title, options, expected) => {
    expect(await answer(await startIndex(SETTINGS), options)).toEqual(expected);
  });

  it('is granted once for a token', async () => {
    const index = await startIndex(SETTINGS);
    const options = { claims: { jti: 'one' } };
    expect(await answer(index, options)).toEqual(granted);
    expect(await answer(index, options)).toEqual(
      failed('invalid-reuse-token', 'invalid token: already used'),
    );
  });
});

describe('a GitHub token', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['another repository', { repository: 'octo/other' }, NOT_FOUND],
    ['the repository in other case', { repository: 'Octo/demo', repository_owner: 'Octo' }, NOT_FOUND],
    ['another workflow', { job_workflow_ref: 'octo/demo/.github/workflows/ci.yml@refs/tags/v1' }, NOT_FOUND],
    [
      'a workflow of another repository',
      { job_workflow_ref: 'octo/tools/.github/workflows/release.yml@refs/tags/v1' },
      "The job_workflow_ref claim does not match, expecting one of ['octo/demo/.github/workflows/release.yml@c0ffee', 'octo/demo/.github/workflows/release.yml@refs/tags/v1'], got 'octo/tools/.github/workflows/release.yml@refs/tags/v1'",
    ],
    [
      'a workflow at another ref',
      { job_workflow_ref: 'octo/demo/.github/workflows/release.yml@refs/heads/x' },
      "The job_workflow_ref claim does not match, expecting one of ['octo/demo/.github/workflows/release.yml@c0ffee', 'octo/demo/.github/workflows/release.yml@refs/tags/v1'], got 'octo/demo/.github/workflows/release.yml@refs/heads/x'",
    ],
    [
      'no workflow file',
      { job_workflow_ref: 'octo/demo' },
      'Could not job extract workflow filename from OIDC claims',
    ],
    ['neither ref nor commit', { ref: '', sha: '' }, 'The ref and sha claims are empty'],
    ['no repository', { repository: null }, "Missing claim 'repository'"],
    ['no number', { jti: null }, "Missing claim 'jti'"],
    [
      'a subject of another repository',
      { sub: 'repo:octo/other:ref:x' },
      "Check failed for required claim 'sub'",
    ],
    ['another owner', { repository_owner: 'hydra' }, "Check failed for required claim 'repository_owner'"],
    [
      'a pull request from outside',
      { event_name: 'pull_request_target' },
      "Publishing from a workflow invoked via 'pull_request_target' is not supported.",
    ],
  ])('with %s is of no publisher', async (_title, claims, reason) => {
    expect(await answer(await startIndex(SETTINGS), { claims })).toEqual(noPublisher(reason));
  });

  it('of a workflow at a commit is accepted', async () => {
    const claims = { job_workflow_ref: 'octo/demo/.github/workflows/release.yml@c0ffee', ref: '' };
    expect(await answer(await startIndex(SETTINGS), { claims })).toEqual(granted);
  });

  it('must have the environment and the owner that the publisher names', async () => {
    const index = await startIndex({ publishers: [{ ...PUBLISHER, environment: 'pypi', ownerId: '1234' }] });
    expect(await answer(index, { claims: { environment: 'PyPI' } })).toEqual(granted);
    expect(await answer(index, { claims: { environment: 'test' } })).toEqual(noPublisher(NOT_FOUND));
    expect(await answer(index)).toEqual(noPublisher(NOT_FOUND));
    expect(await answer(index, { claims: { environment: 'pypi', repository_owner_id: '5' } })).toEqual(
      noPublisher(NOT_FOUND),
    );
  });

  it('is for all projects of the most specific publisher, and for no other', async () => {
    const specific = { ...PUBLISHER, environment: 'pypi' };
    const publishers = [PUBLISHER, { ...specific, project: 'one' }, { ...specific, project: 'two' }];
    const index = await startIndex({ publishers });
    const token = await mintedToken(index, { claims: { environment: 'pypi' } });
    const status = async (project: string) => {
      const filename = `${project}-1.0.tar.gz`;
      return (await upload(index, { token, filename, fields: { name: project } })).status;
    };
    expect([await status('one'), await status('two'), await status('demo')]).toEqual([200, 200, 403]);
  });
});

describe('other providers', () => {
  it('GitLab is matched without regard to case, its environment with it', async () => {
    const index = await startIndex({ publishers: OTHERS });
    expect(await answer(index, GITLAB)).toEqual(granted);
    const strict = await startIndex({
      publishers: [{ ...OTHERS[0], environment: 'Prod' } as PublisherSetting],
    });
    expect(await answer(strict, { ...GITLAB, claims: { ...GITLAB.claims, environment: 'prod' } })).toEqual(
      noPublisher(NOT_FOUND),
    );
    expect(await answer(strict, { ...GITLAB, claims: { ...GITLAB.claims, environment: 'Prod' } })).toEqual(
      granted,
    );
  });

  it.each<[string, TokenOptions, Record<string, unknown>, string]>([
    [
      'GitLab without file',
      GITLAB,
      { ci_config_ref_uri: 'gitlab.com/group/sub/demo' },
      'Could not extract workflow filename from OIDC claims',
    ],
    ['GitLab without path of the ref', GITLAB, { ref_path: null }, "Missing claim 'ref_path'"],
    [
      'GitLab at another ref',
      GITLAB,
      { ci_config_ref_uri: 'gitlab.com/group/sub/demo//ci/release.yml@x' },
      "The ci_config_ref_uri claim does not match, expecting one of ['gitlab.com/group/sub/demo//ci/release.yml@c0ffee', 'gitlab.com/group/sub/demo//ci/release.yml@refs/tags/v1'], got 'gitlab.com/group/sub/demo//ci/release.yml@x'",
    ],
    ['Google with another e-mail', GOOGLE, { email: 'x@y.z' }, NOT_FOUND],
    [
      'Google with an e-mail not verified',
      GOOGLE,
      { email_verified: false },
      "Check failed for required claim 'email_verified'",
    ],
  ])('%s is of no publisher', async (_title, base, claims, reason) => {
    const index = await startIndex({ publishers: OTHERS });
    expect(await answer(index, { ...base, claims: { ...base.claims, ...claims } })).toEqual(
      noPublisher(reason),
    );
  });

  it("Google's tokens have no number and can be shown again", async () => {
    const index = await startIndex({ publishers: OTHERS });
    expect(await answer(index, GOOGLE)).toEqual(granted);
    expect(await answer(index, GOOGLE)).toEqual(granted);
  });
});

describe('a pending publisher', () => {
  const pending: PublisherSetting = { ...PUBLISHER, project: 'New.Project', pending: true };

  it('creates its project with its first token, and is an ordinary publisher then', async () => {
    const index = await startIndex({ publishers: [pending] });
    expect(index.warehouse.projects()).toEqual([]);
    const token = await mintedToken(index);
    expect(index.warehouse.projects()).toMatchObject([
      { name: 'New.Project', normalizedName: 'new-project' },
    ]);
    const response = await upload(index, {
      token,
      filename: 'new_project-1.0.tar.gz',
      fields: { name: 'new-project' },
    });
    expect(response.status).toBe(200);
    expect(await answer(index)).toEqual(granted);
  });

  it('is too late when the project is there', async () => {
    const index = await startIndex({
      publishers: [pending],
      apiTokens: [{ token: 'pypi-x', projects: ['new-project'] }],
    });
    expect(await answer(index)).toEqual(
      failed('invalid-pending-publisher', 'valid token, but project already exists'),
    );
    expect(await answer(index)).toEqual(noPublisher(NOT_FOUND));
  });

  it('cannot have a name that nobody can have', async () => {
    const index = await startIndex({ publishers: [{ ...pending, project: 'json' }] });
    const words = `The name 'json' isn't allowed (conflict with Python Standard Library module name). See ${index.url}/help/#project-name for more information.`;
    expect(await answer(index)).toEqual(failed('invalid-payload', words));
  });
});
