// SPDX-License-Identifier: Apache-2.0
import type { TokenClaims } from '@colophon/oidc';
import {
  CIRCLECI_ISSUER,
  GITHUB_ISSUER,
  gitlabFile,
  GITLAB_ISSUER,
  GOOGLE_ISSUER,
  workflowsOf,
} from '../identity/job-claims.ts';

/** A publisher as it is registered, as far as that is known. */
export type ExpectedPublisher = {
  /** Null: it names none, and any will do. Absent: not known. */
  readonly environment?: string | null;
} & (
  | { readonly kind: 'GitHub'; readonly repository: string; readonly workflow?: string }
  | { readonly kind: 'GitLab'; readonly repository: string; readonly workflowFilepath?: string }
  | { readonly kind: 'Google'; readonly email: string }
  | { readonly kind: 'CircleCI'; readonly projectId: string; readonly pipelineDefinitionId: string }
);

/**
 * How one field of the publisher compares with this job.
 * - `case`: only upper and lower case differ, and the index looks letter by letter
 * - `any`: the publisher leaves it open
 * - `unknown`: what is registered is not known
 */
export type FieldVerdict = 'same' | 'case' | 'differs' | 'missing' | 'any' | 'unknown';

export interface FieldComparison {
  readonly field: string;
  readonly registered: string | undefined;
  readonly job: string | undefined;
  readonly verdict: FieldVerdict;
}

interface Compared {
  readonly field: string;
  readonly registered: string | null | undefined;
  readonly job: string | undefined;
  /** The index pays no attention to case here. */
  readonly anyCase?: boolean;
}

/** Compares a registered publisher with a job's claims, field by field, as the index and its attestation policy do. */
export function comparePublisher(claims: TokenClaims, expected: ExpectedPublisher): FieldComparison[] {
  const issuer = { field: 'issuer', registered: ISSUERS[expected.kind], job: claims.iss };
  const fields = ISSUERS[expected.kind] === claims.iss ? fieldsOf(claims, expected) : [];
  return [issuer, ...fields].map(compare);
}

const ISSUERS: Readonly<Record<ExpectedPublisher['kind'], string>> = {
  GitHub: GITHUB_ISSUER,
  GitLab: GITLAB_ISSUER,
  Google: GOOGLE_ISSUER,
  CircleCI: CIRCLECI_ISSUER,
};

function fieldsOf(claims: TokenClaims, expected: ExpectedPublisher): Compared[] {
  if (expected.kind === 'GitHub') return githubFields(claims, expected);
  if (expected.kind === 'GitLab') return gitlabFields(claims, expected);
  if (expected.kind === 'Google') return [{ field: 'email', registered: expected.email, job: claims.email }];
  return [
    { field: 'project id', registered: expected.projectId, job: claims['oidc.circleci.com/project-id'] },
    {
      field: 'pipeline definition id',
      registered: expected.pipelineDefinitionId,
      job: claims['oidc.circleci.com/pipeline-definition-id'],
    },
  ];
}

function githubFields(
  claims: TokenClaims,
  { repository, workflow, environment }: ExpectedPublisher & { kind: 'GitHub' },
): Compared[] {
  const { caller, called } = workflowsOf(claims);
  const [owner, name] = repository.split('/');
  const [ownOwner, ownName] = claims.repository?.split('/') ?? [];
  return [
    { field: 'owner', registered: owner, job: ownOwner },
    { field: 'repository name', registered: name, job: ownName },
    { field: 'workflow, to mint by (job_workflow_ref)', registered: workflow, job: called?.file },
    { field: 'workflow, to attest by (workflow_ref)', registered: workflow, job: caller?.file },
    { field: 'environment', registered: environment, job: claims.environment, anyCase: true },
  ];
}

function gitlabFields(
  claims: TokenClaims,
  { repository, workflowFilepath, environment }: ExpectedPublisher & { kind: 'GitLab' },
): Compared[] {
  return [
    { field: 'project path', registered: repository, job: claims.project_path },
    { field: 'top-level pipeline file path', registered: workflowFilepath, job: gitlabFile(claims) },
    { field: 'environment', registered: environment, job: claims.environment },
  ];
}

function compare({ field, registered, job, anyCase }: Compared): FieldComparison {
  return {
    field,
    registered: registered ?? undefined,
    job,
    verdict: verdictOf(registered, job, anyCase === true),
  };
}

function verdictOf(
  registered: Compared['registered'],
  job: string | undefined,
  anyCase: boolean,
): FieldVerdict {
  if (registered === null) return 'any';
  if (registered === undefined) return 'unknown';
  if (job === undefined || job === '') return 'missing';
  if (registered === job) return 'same';
  if (registered.toLowerCase() !== job.toLowerCase()) return 'differs';
  return anyCase ? 'same' : 'case';
}

/** Whether a comparison stands in the way of publishing. */
export function isMismatch({ verdict }: FieldComparison): boolean {
  return verdict === 'case' || verdict === 'differs' || verdict === 'missing';
}
