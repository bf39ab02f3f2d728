// SPDX-License-Identifier: Apache-2.0

export const NOW = new Date('2026-11-21T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;

export const GITHUB_CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo-org/pkg:ref:refs/tags/v1',
  aud: 'sigstore',
  iat: SECONDS - 10,
  nbf: SECONDS - 310,
  exp: SECONDS + 290,
  job_workflow_ref: 'octo-org/pkg/.github/workflows/release.yml@refs/tags/v1',
};

export function tokenOf(payload: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${Buffer.from(payload).toString('base64url')}.c2lnbmF0dXJl`;
}

/** A token with GitHub's claims, some of them replaced; `undefined` takes one away. */
export function toyToken(claims: Readonly<Record<string, unknown>> = {}): string {
  return tokenOf(JSON.stringify({ ...GITHUB_CLAIMS, ...claims }));
}
