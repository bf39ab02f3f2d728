// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { expectedIdentity, parseIdToken } from '../src/index.ts';
import { NOW, toyToken } from './support/toy-token.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';
const NO_WORKFLOW = { job_workflow_ref: undefined };

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
    ['no name at all', { sub: 'somebody' }],
  ])('refuses %s', (_title, claims) => {
    expect(() => identityOf({ ...NO_WORKFLOW, ...claims })).toThrowError(
      expect.objectContaining({ code: 'ERR_TOKEN_IDENTITY' }),
    );
  });
});
