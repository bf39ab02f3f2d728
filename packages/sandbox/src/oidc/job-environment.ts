// SPDX-License-Identifier: Apache-2.0
import { type ClaimOverrides, identityClaims } from './claims.ts';
import { ISSUER_KINDS, ISSUER_URLS } from './issuers.ts';

// GitHub's names for the variables that say what a claim says.
const FROM_CLAIMS: Readonly<Record<string, string>> = {
  GITHUB_ACTOR: 'actor',
  GITHUB_ACTOR_ID: 'actor_id',
  GITHUB_EVENT_NAME: 'event_name',
  GITHUB_REF: 'ref',
  GITHUB_REF_TYPE: 'ref_type',
  GITHUB_REPOSITORY: 'repository',
  GITHUB_REPOSITORY_ID: 'repository_id',
  GITHUB_REPOSITORY_OWNER: 'repository_owner',
  GITHUB_REPOSITORY_OWNER_ID: 'repository_owner_id',
  GITHUB_RUN_ATTEMPT: 'run_attempt',
  GITHUB_RUN_ID: 'run_id',
  GITHUB_RUN_NUMBER: 'run_number',
  GITHUB_SHA: 'sha',
  GITHUB_WORKFLOW: 'workflow',
  GITHUB_WORKFLOW_REF: 'workflow_ref',
  GITHUB_WORKFLOW_SHA: 'workflow_sha',
  RUNNER_ENVIRONMENT: 'runner_environment',
};

/**
 * What a GitHub Actions job with `id-token: write` and these claims finds in its environment; and where the keys are by which
 * the tokens verify, since the issuers' own URLs lead elsewhere.
 */
export function jobEnvironment(
  oidcUrl: string,
  requestToken: string,
  githubClaims: ClaimOverrides,
): Record<string, string> {
  const claims = identityClaims('github', githubClaims);
  const known = Object.entries(FROM_CLAIMS).flatMap(([name, claim]) => {
    const value = claims[claim];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    ...Object.fromEntries(known),
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${oidcUrl}/gha/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    COLOPHON_ISSUER_STAND_INS: ISSUER_KINDS.map((kind) => `${ISSUER_URLS[kind]}=${oidcUrl}/${kind}`).join(
      ' ',
    ),
  };
}
