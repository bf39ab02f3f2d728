// SPDX-License-Identifier: Apache-2.0

export const NOW = new Date('2026-11-21T12:00:00Z');
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const WORKFLOW = 'octo-org/pkg/.github/workflows/release.yml@refs/tags/v1';
export const SUBJECT = `https://github.com/${WORKFLOW}`;

/** A GitHub token without a real signature, with some claims replaced. */
export function toyToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const seconds = NOW.getTime() / 1000;
  const times = { iat: seconds - 10, exp: seconds + 290 };
  const payload = {
    iss: ISSUER,
    sub: 'repo:octo-org/pkg',
    aud: 'sigstore',
    job_workflow_ref: WORKFLOW,
    ...times,
    ...claims,
  };
  return `${encode({ alg: 'none' })}.${encode(payload)}.c2lnbmF0dXJl`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
