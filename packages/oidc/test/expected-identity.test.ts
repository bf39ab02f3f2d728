// SPDX-License-Identifier: Apache-2.0
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { type ExpectedIdentity, expectedIdentity, parseIdToken } from '../src/index.ts';
import { NOW, toyToken } from './support/toy-token.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';
const NO_WORKFLOW = { job_workflow_ref: undefined };
const CIRCLECI_CLAIMS = {
  ...NO_WORKFLOW,
  iss: 'https://oidc.circleci.com',
  sub: 'org/1/project/0c4a1f2e/user/7',
  'oidc.circleci.com/project-id': '0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201',
  'oidc.circleci.com/pipeline-definition-id': '8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08',
};
const CIRCLECI_PIPELINE = {
  kind: 'uri',
  value:
    'https://circleci.com/api/v2/projects/0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201' +
    '/pipeline-definitions/8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08',
};

function identityOf(claims: Readonly<Record<string, unknown>>): unknown {
  return expectedIdentity(parseIdToken(toyToken(claims), { audience: 'sigstore', now: NOW }));
}

describe('expectedIdentity', () => {
  it.each([
    [
      'a GitHub workflow',
      {},
      GITHUB,
      { kind: 'uri', value: 'https://github.com/octo-org/pkg/.github/workflows/release.yml@refs/tags/v1' },
    ],
    [
      'a GitLab pipeline',
      {
        ...NO_WORKFLOW,
        iss: 'https://gitlab.com',
        ci_config_ref_uri: 'gitlab.com/a/b//.gitlab-ci.yml@refs/heads/main',
      },
      'https://gitlab.com',
      { kind: 'uri', value: 'https://gitlab.com/a/b//.gitlab-ci.yml@refs/heads/main' },
    ],
    [
      'a pipeline of Buildkite',
      {
        ...NO_WORKFLOW,
        iss: 'https://agent.buildkite.com',
        sub: 'organization:octo-org:pipeline:pkg:ref:refs/heads/main:commit:1:step:',
        organization_slug: 'octo-org',
        pipeline_slug: 'pkg',
      },
      'https://agent.buildkite.com',
      { kind: 'uri', value: 'https://buildkite.com/octo-org/pkg' },
    ],
    ['a pipeline of CircleCI', CIRCLECI_CLAIMS, 'https://oidc.circleci.com', CIRCLECI_PIPELINE],
    [
      'a pipeline of CircleCI, by its organization`s issuer',
      { ...CIRCLECI_CLAIMS, iss: 'https://oidc.circleci.com/org/1' },
      'https://oidc.circleci.com/org/1',
      CIRCLECI_PIPELINE,
    ],
    [
      'a GitHub workflow whose file has a space in its name',
      { job_workflow_ref: 'o/r/.github/workflows/Publish (all).yml@refs/heads/fix/#1' },
      GITHUB,
      {
        kind: 'uri',
        value: 'https://github.com/o/r/.github/workflows/Publish%20%28all%29.yml@refs/heads/fix/#1',
      },
    ],
    [
      'a GitLab pipeline of another instance',
      {
        ...NO_WORKFLOW,
        iss: 'https://gitlab.example.com',
        ci_config_ref_uri: 'gitlab.example.com/a/b//.gitlab-ci.yml@refs/heads/main',
      },
      'https://gitlab.example.com',
      { kind: 'uri', value: 'https://gitlab.example.com/a/b//.gitlab-ci.yml@refs/heads/main' },
    ],
    [
      'an address whose issuer writes true as a text',
      { ...NO_WORKFLOW, iss: 'https://i.example', email: 'a@b.example', email_verified: 'true' },
      'https://i.example',
      { kind: 'email', value: 'a@b.example' },
    ],
    [
      'a Google account',
      {
        ...NO_WORKFLOW,
        iss: 'https://accounts.google.com',
        sub: '1',
        email: 'a@b.example',
        email_verified: true,
      },
      'https://accounts.google.com',
      { kind: 'email', value: 'a@b.example' },
    ],
    [
      'a login at Sigstore`s own broker',
      {
        ...NO_WORKFLOW,
        iss: 'https://oauth2.sigstore.dev/auth',
        email: 'a@b.example',
        email_verified: true,
        federated_claims: { connector_id: 'https://github.com/login/oauth', user_id: '1' },
      },
      'https://github.com/login/oauth',
      { kind: 'email', value: 'a@b.example' },
    ],
    [
      'a subject that is a URI',
      { ...NO_WORKFLOW, iss: 'https://i.example', sub: 'spiffe://t/w' },
      'https://i.example',
      { kind: 'uri', value: 'spiffe://t/w' },
    ],
  ])('foretells the certificate of %s', (_title, claims, issuer, subject) => {
    expect(identityOf(claims)).toEqual({ issuer, subject });
  });

  it.each([
    ['an address that the issuer has not verified', { email: 'a@b.example', email_verified: false }],
    ['an address without a word on its verification', { email: 'a@b.example' }],
    [
      'a broker that does not say for whom it speaks',
      { iss: 'https://oauth2.sigstore.dev/auth', email: 'a@b.example', email_verified: true },
    ],
    [
      'a broker without an address',
      {
        iss: 'https://oauth2.sigstore.dev/auth',
        federated_claims: { connector_id: 'x' },
        email_verified: true,
      },
    ],
    ['no name at all', { iss: 'https://i.example', sub: 'somebody' }],
    ['a subject with colons, which is no name', { iss: 'https://i.example', sub: 'repo:o/r:ref:x' }],
    ['a GitHub token without its workflow', { sub: 'https://github.com/o/r' }],
    [
      'a CircleCI token without its pipeline`s definition',
      { ...CIRCLECI_CLAIMS, 'oidc.circleci.com/pipeline-definition-id': undefined },
    ],
    [
      'a GitLab token whose configuration has no address',
      { iss: 'https://gitlab.com', ci_config_ref_uri: null },
    ],
    ['a Google token with an empty address', { iss: 'https://accounts.google.com', email: '' }],
  ])('refuses %s', (_title, claims) => {
    expect(() => identityOf({ ...NO_WORKFLOW, ...claims })).toThrowError(
      expect.objectContaining({ code: 'ERR_TOKEN_IDENTITY' }),
    );
  });
});

describe.runIf(haveVectors)('claims as issuers write them', () => {
  it.each([
    ['GITHUB', 'https://github.com/foo/bar/.github/workflows/example.yml@fake'],
    ['GITLAB', 'https://gitlab.com/foo/bar//.gitlab-ci.yml@refs/heads/main'],
    ['GITLAB_SELF_MANAGED', 'https://gitlab.example.com/foo/bar//.gitlab-ci.yml@refs/heads/main'],
    ['GOOGLE', 'user@example.com'],
  ])('of %s lead to the name %s', (issuer, name) => {
    expect(identityOfDummy(issuer).subject.value).toBe(name);
  });

  it('of ActiveState lead to no certificate', () => {
    expect(() => identityOfDummy('ACTIVESTATE')).toThrowError(
      expect.objectContaining({ code: 'ERR_TOKEN_IDENTITY' }),
    );
  });
});

interface Dummy {
  readonly token: string;
  readonly claims: { readonly exp: number };
}

function identityOfDummy(issuer: string): ExpectedIdentity {
  const all = JSON.parse(readVectorText('tokens/oidc-dummy-tokens.json')) as Partial<Record<string, Dummy>>;
  const dummy = all[`DUMMY_${issuer}_OIDC_JWT`];
  if (dummy === undefined) throw new TypeError(`no token of ${issuer}`);
  const { token, claims } = dummy;
  return expectedIdentity(parseIdToken(token, { audience: 'pypi', now: new Date((claims.exp - 1) * 1000) }));
}
