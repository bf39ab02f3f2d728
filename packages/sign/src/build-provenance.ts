// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import type { VerifiedClaims } from '@colophon/oidc';
import type { FulcioClaimName, FulcioClaims } from '@colophon/pki';
import { SignError } from './sign-error.ts';

/** The build that a CI job is, as its token tells it. */
export interface BuildProvenance {
  /** A predicate of SLSA provenance v1. */
  readonly predicate: JsonObject;
  /** What a certificate that was issued for the same job says of the same things. */
  readonly certified: FulcioClaims;
}

interface Build {
  readonly buildType: string;
  readonly workflow: { readonly ref: string; readonly repository: string; readonly path: string };
  readonly internalParameters: JsonObject;
  readonly commit: string;
  readonly builder: string;
  readonly invocation: string;
}

const GITHUB_BUILD_TYPE = 'https://actions.github.io/buildtypes/workflow/v1';
const GITLAB_BUILD_TYPE =
  'https://github.com/colophon-py/colophon/blob/main/docs/build-types/gitlab-job-v1.md';
const GITHUB_ISSUER =
  /^https:\/\/token\.actions\.(?:githubusercontent\.com(?:\/[^/]+)?|(?<host>[a-z0-9-]+\.ghe\.com))$/;
const GITLAB_ISSUER = 'https://gitlab.com';

/**
 * The provenance of what a job builds (SLSA provenance v1), out of claims that its issuer signed: GitHub Actions, in the
 * form that GitHub's own attestations have, or GitLab CI.
 * @throws SignError ERR_PROVENANCE_CLAIMS where the issuer is none of these, or does not say enough
 */
export function buildProvenance({ issuer, claims }: VerifiedClaims): BuildProvenance {
  const server = githubServer(issuer);
  if (server !== undefined) return githubProvenance(server, claims);
  if (issuer === GITLAB_ISSUER) return gitlabProvenance(issuer, claims);
  throw new SignError(
    'ERR_PROVENANCE_CLAIMS',
    `the tokens of ${issuer} describe no build: provenance is made from those of GitHub Actions and GitLab`,
  );
}

function githubServer(issuer: string): string | undefined {
  const match = GITHUB_ISSUER.exec(issuer);
  return match === null ? undefined : `https://${match.groups?.['host'] ?? 'github.com'}`;
}

function githubProvenance(server: string, claims: Readonly<JsonObject>): BuildProvenance {
  const claim = (name: string): string => claimText(claims, name);
  const repository = `${server}/${claim('repository')}`;
  const build: Build = {
    buildType: GITHUB_BUILD_TYPE,
    workflow: {
      ref: claim('ref'),
      repository,
      path: pathOf(claim('workflow_ref'), `${claim('repository')}/`),
    },
    internalParameters: {
      github: picked(claims, ['event_name', 'repository_id', 'repository_owner_id', 'runner_environment']),
    },
    commit: claim('sha'),
    builder: `${server}/${claim('job_workflow_ref')}`,
    invocation: `${repository}/actions/runs/${claim('run_id')}/attempts/${claim('run_attempt')}`,
  };
  return {
    predicate: predicateOf(build),
    certified: { ...certified(build), 'build-signer-uri': build.builder },
  };
}

function gitlabProvenance(server: string, claims: Readonly<JsonObject>): BuildProvenance {
  const claim = (name: string): string => claimText(claims, name);
  const repository = `${server}/${claim('project_path')}`;
  const config = `https://${claim('ci_config_ref_uri')}`;
  const build: Build = {
    buildType: GITLAB_BUILD_TYPE,
    workflow: { ref: gitlabRef(claims), repository, path: pathOf(config, `${repository}//`) },
    internalParameters: {
      gitlab: picked(claims, [
        'namespace_id',
        'pipeline_id',
        'pipeline_source',
        'project_id',
        'runner_environment',
      ]),
    },
    commit: claim('sha'),
    builder: `${repository}/-/runners/${claim('runner_id')}`,
    invocation: `${repository}/-/jobs/${claim('job_id')}`,
  };
  return { predicate: predicateOf(build), certified: { ...certified(build), 'build-config-uri': config } };
}

function gitlabRef(claims: Readonly<JsonObject>): string {
  const kind = claimText(claims, 'ref_type') === 'branch' ? 'heads' : 'tags';
  return `refs/${kind}/${claimText(claims, 'ref')}`;
}

// A definition that lies in another project keeps that project's name.
function pathOf(reference: string, ownPrefix: string): string {
  const [path = ''] = reference.split('@', 1);
  return path.startsWith(ownPrefix) ? path.slice(ownPrefix.length) : path;
}

function predicateOf(build: Build): JsonObject {
  const { buildType, workflow, internalParameters, commit, builder, invocation } = build;
  return {
    buildDefinition: {
      buildType,
      externalParameters: { workflow: { ...workflow } },
      internalParameters,
      resolvedDependencies: [
        { uri: `git+${workflow.repository}@${workflow.ref}`, digest: { gitCommit: commit } },
      ],
    },
    runDetails: { builder: { id: builder }, metadata: { invocationId: invocation } },
  };
}

function certified({ workflow, commit, invocation }: Build): FulcioClaims {
  return {
    'source-repository-uri': workflow.repository,
    'source-repository-ref': workflow.ref,
    'source-repository-digest': commit,
    'run-invocation-uri': invocation,
  };
}

function picked(claims: Readonly<JsonObject>, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, claimText(claims, name)]));
}

// GitLab writes some numbers as numbers.
function claimText(claims: Readonly<JsonObject>, name: string): string {
  const value: JsonValue | undefined = claims[name];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw new SignError(
    'ERR_PROVENANCE_CLAIMS',
    `the identity token does not say its ${name}: no provenance can be made`,
  );
}

/**
 * Holds a provenance against the certificate that signs it: what both tell must be one and the same.
 * @throws SignError ERR_PROVENANCE_CERTIFICATE
 */
export function assertCertified({ certified: told }: BuildProvenance, certificate: FulcioClaims): void {
  for (const [name, value] of Object.entries(told) as [FulcioClaimName, string][]) {
    const issued = certificate[name];
    if (issued !== undefined && issued !== value)
      throw new SignError(
        'ERR_PROVENANCE_CERTIFICATE',
        `the token says that ${name} is ${JSON.stringify(value)}, and the certificate ${JSON.stringify(issued)}`,
      );
  }
}
