// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import type { IdToken, TokenClaims } from '@colophon/oidc';
import { describe, expect, it } from 'vitest';
import { parsePublisher } from '../src/identity/publisher-text.ts';
import { policyOfToken, publisherOfToken, settlePublisher } from '../src/identity/signer-policy.ts';

const UUIDS = ['0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201', '8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08'] as const;

function tokenOf(claims: Partial<TokenClaims> & { readonly iss: string }): IdToken {
  const registered = { sub: 'x', aud: 'sigstore', exp: 2, iat: 1 };
  return { secret: new Secret('token'), claims: { ...registered, ...claims } };
}

const GITHUB = tokenOf({
  iss: 'https://token.actions.githubusercontent.com',
  repository: 'octo-org/pkg',
  workflow_ref: 'octo-org/pkg/.github/workflows/release.yml@refs/tags/v1',
  job_workflow_ref: 'octo-org/shared/.github/workflows/build.yml@refs/tags/v2',
});
const GITLAB = tokenOf({
  iss: 'https://gitlab.com',
  project_path: 'group/sub/pkg',
  ci_config_ref_uri: 'gitlab.com/group/sub/pkg//ci/release.yml@refs/tags/v1',
});
const GOOGLE = tokenOf({ iss: 'https://accounts.google.com', email: 'a@b.example', email_verified: true });
const CIRCLECI = tokenOf({
  iss: 'https://oidc.circleci.com',
  'oidc.circleci.com/project-id': UUIDS[0],
  'oidc.circleci.com/pipeline-definition-id': UUIDS[1],
});
const BUILDKITE = tokenOf({
  iss: 'https://agent.buildkite.com',
  organization_slug: 'octo-org',
  pipeline_slug: 'pkg',
});

describe('publisherOfToken', () => {
  it.each([
    ['GitHub: the workflow that was started', GITHUB, 'github:octo-org/pkg/release.yml'],
    ['GitLab', GITLAB, 'gitlab:group/sub/pkg//ci/release.yml'],
    ['Google', GOOGLE, 'google:a@b.example'],
    ['CircleCI', CIRCLECI, `circleci:${UUIDS.join('/')}`],
  ])('reads the publisher of %s', (_title, token, text) => {
    expect(publisherOfToken(token)).toEqual(parsePublisher(text));
  });

  it.each([
    ['Buildkite', BUILDKITE],
    ['another instance of GitLab', tokenOf({ ...GITLAB.claims, iss: 'https://gitlab.example.com' })],
    [
      'one organization`s issuer at CircleCI',
      tokenOf({ ...CIRCLECI.claims, iss: 'https://oidc.circleci.com/org/1' }),
    ],
    ['CircleCI without a pipeline', tokenOf({ iss: 'https://oidc.circleci.com' })],
  ])('knows none for %s', (_title, token) => {
    expect(publisherOfToken(token)).toBeUndefined();
  });
});

describe('policyOfToken', () => {
  it.each([
    [CIRCLECI, `https://circleci.com/api/v2/projects/${UUIDS[0]}/pipeline-definitions/${UUIDS[1]}`],
    [BUILDKITE, 'https://buildkite.com/octo-org/pkg'],
    [GITHUB, 'https://github.com/octo-org/shared/.github/workflows/build.yml@refs/tags/v2'],
    [GOOGLE, 'a@b.example'],
  ])('demands the name that Fulcio reads out of the token: %#', (token, identity) => {
    const { iss: issuer } = token.claims;
    expect(policyOfToken(token)).toEqual({ anyOf: [{ kind: 'identity', identity, issuer }] });
  });
});

describe('settlePublisher', () => {
  it.each([
    [GITHUB, undefined],
    [GITHUB, 'github:Octo-Org/pkg'],
    [GITLAB, 'gitlab:group/sub/pkg'],
    [GOOGLE, 'google:a@b.example'],
  ])('takes the publisher that an index takes, if it is the one that was named: %#', (token, named) => {
    const actual = publisherOfToken(token);
    expect(settlePublisher(token, named === undefined ? undefined : parsePublisher(named))).toEqual(actual);
  });

  it.each([
    [GITHUB, 'github:octo-org/other', 'this job is github:octo-org/pkg/release.yml'],
    [GITHUB, `circleci:${UUIDS.join('/')}`, 'this job is github:octo-org/pkg/release.yml'],
    [CIRCLECI, undefined, 'no index takes CircleCI as a trusted publisher yet'],
    [CIRCLECI, `circleci:${UUIDS.join('/')}`, 'no index takes CircleCI as a trusted publisher yet'],
    [BUILDKITE, undefined, 'no index takes https://agent.buildkite.com'],
  ])('refuses the others, and says why: %#', (token, named, words) => {
    const publisher = named === undefined ? undefined : parsePublisher(named);
    expect(() => settlePublisher(token, publisher)).toThrowError(
      expect.objectContaining({
        code: 'ERR_PUBLISHER_MISMATCH',
        message: expect.stringContaining(words),
      }),
    );
  });
});
