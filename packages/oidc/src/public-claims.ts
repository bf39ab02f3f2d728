// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';

/**
 * The claims beside the registered ones that end up in a public certificate or are needed to foretell it, and may
 * therefore be shown. All other claims stay inside the token.
 */
export const PUBLIC_CLAIMS = [
  'email',
  // GitHub Actions
  'environment',
  'event_name',
  'job_workflow_ref',
  'job_workflow_sha',
  'ref',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'repository_visibility',
  'run_attempt',
  'run_id',
  'runner_environment',
  'sha',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  // GitLab
  'ci_config_ref_uri',
  'ci_config_sha',
  'job_id',
  'namespace_id',
  'namespace_path',
  'pipeline_id',
  'pipeline_source',
  'project_id',
  'project_path',
  'project_visibility',
  // Buildkite
  'build_commit',
  'build_source',
  'organization_slug',
  'pipeline_slug',
  // CircleCI
  'oidc.circleci.com/job-id',
  'oidc.circleci.com/pipeline-definition-id',
  'oidc.circleci.com/pipeline-id',
  'oidc.circleci.com/project-id',
  'oidc.circleci.com/vcs-origin',
  'oidc.circleci.com/vcs-ref',
  'oidc.circleci.com/workflow-id',
] as const;

export type PublicClaimName = (typeof PUBLIC_CLAIMS)[number];

export type PublicClaims = Readonly<Partial<Record<PublicClaimName, string>>>;

/** Picks the public claims that are texts; one of another type is as good as absent. */
export function pickPublicClaims(claims: JsonObject): PublicClaims {
  const picked: Partial<Record<PublicClaimName, string>> = {};
  for (const name of PUBLIC_CLAIMS) {
    const value = claims[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}
