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

const CLAIMS_OF = { github: githubClaims, gitlab: gitlabClaims, google: googleClaims, dex: dexClaims };

/** The claims that an issuer puts into a token beside the registered ones (iss, aud, exp, iat, nbf, jti). */
export function identityClaims(kind: IssuerKind, overrides: ClaimOverrides = {}): JsonObject {
  const claims = { ...CLAIMS_OF[kind](overrides), ...overrides };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}
