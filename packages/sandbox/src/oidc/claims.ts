// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import type { IssuerKind } from './issuers.ts';

/** Claims to set over the usual ones of an issuer; null takes one away. */
export type ClaimOverrides = Readonly<Record<string, JsonValue>>;

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function textOf(claims: ClaimOverrides, name: string, fallback: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : fallback;
}

// What follows from another claim does so from an override, too: a token for repository o/r names o as its owner.
function githubClaims(overrides: ClaimOverrides): JsonObject {
  const repository = textOf(overrides, 'repository', 'octo-org/sample-project');
  const ref = textOf(overrides, 'ref', 'refs/tags/v1.0.0');
  const sha = textOf(overrides, 'sha', COMMIT);
  const workflowRef = textOf(overrides, 'workflow_ref', `${repository}/.github/workflows/release.yml@${ref}`);
  const environment = overrides['environment'] === null ? '' : textOf(overrides, 'environment', 'pypi');
  return {
    actor: 'octocat',
    actor_id: '583231',
    base_ref: '',
    check_run_id: '44005005',
    ...(environment && { environment, environment_node_id: 'EN_kwDOAAPpzM4AAAABc4' }),
    event_name: 'push',
    head_ref: '',
    job_workflow_ref: workflowRef,
    job_workflow_sha: sha,
    ref,
    ref_protected: 'true',
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository,
    repository_id: '100100',
    repository_owner: repository.split('/', 1)[0] ?? '',
    repository_owner_id: '200200',
    repository_visibility: 'public',
    run_attempt: '1',
    run_id: '3003003',
    run_number: '7',
    runner_environment: 'github-hosted',
    sha,
    sub: `repo:${repository}:${environment ? `environment:${environment}` : `ref:${ref}`}`,
    workflow: 'release',
    workflow_ref: workflowRef,
    workflow_sha: sha,
  };
}

function gitlabClaims(overrides: ClaimOverrides): JsonObject {
  const path = textOf(overrides, 'project_path', 'octo-group/sample-project');
  const ref = textOf(overrides, 'ref', 'v1.0.0');
  const refType = textOf(overrides, 'ref_type', 'tag');
  const refPath = `refs/${refType === 'branch' ? 'heads' : 'tags'}/${ref}`;
  const sha = textOf(overrides, 'sha', COMMIT);
  return {
    namespace_id: '200200',
    namespace_path: path.slice(0, path.lastIndexOf('/')),
    project_id: '100100',
    project_path: path,
    project_visibility: 'public',
    user_id: '583231',
    user_login: 'octocat',
    user_email: 'octocat@example.com',
    user_access_level: 'owner',
    pipeline_id: '3003003',
    pipeline_source: 'push',
    job_id: '44005005',
    ref,
    ref_type: refType,
    ref_path: refPath,
    ref_protected: 'true',
    runner_id: 12,
    runner_environment: 'gitlab-hosted',
    sha,
    ci_config_ref_uri: `gitlab.com/${path}//.gitlab-ci.yml@${refPath}`,
    ci_config_sha: sha,
    sub: `project_path:${path}:ref_type:${refType}:ref:${ref}`,
  };
}

function buildkiteClaims(overrides: ClaimOverrides): JsonObject {
  const organization = textOf(overrides, 'organization_slug', 'octo-org');
  const pipeline = textOf(overrides, 'pipeline_slug', 'sample-project');
  const commit = textOf(overrides, 'build_commit', COMMIT);
  return {
    organization_slug: organization,
    pipeline_slug: pipeline,
    build_number: 42,
    build_branch: 'main',
    build_commit: commit,
    build_source: 'webhook',
    step_key: 'release',
    job_id: '0190046e-e199-453b-a302-a21a4d649d31',
    agent_id: '0190046e-d1aa-4e6b-8a01-5c6d7e8f9012',
    runner_environment: 'self-hosted',
    sub: `organization:${organization}:pipeline:${pipeline}:ref:refs/heads/main:commit:${commit}:step:release`,
  };
}

function circleciClaims(overrides: ClaimOverrides): JsonObject {
  const claim = (name: string, fallback: string) => textOf(overrides, `oidc.circleci.com/${name}`, fallback);
  const organization = claim('org-id', 'b6a6a4b0-0d0c-4c2e-9a52-5a8f4a3e5f10');
  const project = claim('project-id', '0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201');
  return {
    'oidc.circleci.com/org-id': organization,
    'oidc.circleci.com/project-id': project,
    'oidc.circleci.com/pipeline-definition-id': '8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08',
    'oidc.circleci.com/pipeline-id': '2f3e4d5c-6b7a-4899-8a7b-6c5d4e3f2a1b',
    'oidc.circleci.com/workflow-id': '3a2b1c0d-9e8f-4a7b-8c6d-5e4f3a2b1c0d',
    'oidc.circleci.com/job-id': '4b5c6d7e-8f90-4a1b-9c2d-3e4f5a6b7c8d',
    'oidc.circleci.com/vcs-origin': 'github.com/octo-org/sample-project',
    'oidc.circleci.com/vcs-ref': 'refs/tags/v1.0.0',
    'oidc.circleci.com/ssh-rerun': false,
    sub: `org/${organization}/project/${project}/user/77777777-0000-4000-8000-000000000000`,
  };
}

function googleClaims(overrides: ClaimOverrides): JsonObject {
  return {
    azp: '32555350559.apps.googleusercontent.com',
    sub: '111260650121185072906',
    email: textOf(overrides, 'email', 'dev@example.com'),
    email_verified: true,
  };
}

function dexClaims(overrides: ClaimOverrides): JsonObject {
  return {
    sub: 'CgY1ODMyMzESJmh0dHBzOi8vZ2l0aHViLmNvbS9sb2dpbi9vYXV0aA',
    email: textOf(overrides, 'email', 'dev@example.com'),
    email_verified: true,
    federated_claims: { connector_id: 'https://github.com/login/oauth', user_id: '583231' },
  };
}

const CLAIMS_OF = {
  github: githubClaims,
  gitlab: gitlabClaims,
  buildkite: buildkiteClaims,
  circleci: circleciClaims,
  google: googleClaims,
  dex: dexClaims,
};

/** The claims that an issuer puts into a token beside the registered ones (iss, aud, exp, iat, nbf, jti). */
export function identityClaims(kind: IssuerKind, overrides: ClaimOverrides = {}): JsonObject {
  const claims = { ...CLAIMS_OF[kind](overrides), ...overrides };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}
