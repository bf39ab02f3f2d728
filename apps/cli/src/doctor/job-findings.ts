// SPDX-License-Identifier: Apache-2.0
import type { TokenClaims } from '@colophon/oidc';
import type { PackageIndex } from '@colophon/pypi';
import { type ExpectedPublisher, type FieldComparison, isMismatch } from './publisher-comparison.ts';
import { GITHUB_ISSUER, GITLAB_ISSUER, workflowsOf } from '../identity/job-claims.ts';
import { issuerProblem } from './publisher-row.ts';

/** Something about a job that an index or a log will stumble over. An error keeps it from publishing with attestations. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** What is wrong with a job whatever publisher is registered. */
export function findInJob(claims: TokenClaims, index: PackageIndex): Finding[] {
  return [
    ...issuerFindings(claims),
    ...workflowFindings(claims, index),
    ...triggerFindings(claims),
    ...privacyFindings(claims),
    ...environmentFindings(claims),
  ];
}

function issuerFindings(claims: TokenClaims): Finding[] {
  const problem = issuerProblem(claims);
  return problem === undefined ? [] : [error('issuer', problem)];
}

function workflowFindings(claims: TokenClaims, { name }: PackageIndex): Finding[] {
  const { caller, called } = workflowsOf(claims);
  if (claims.iss !== GITHUB_ISSUER || called === undefined || caller === undefined) return [];
  if (claims.workflow_ref === claims.job_workflow_ref) return [];
  if (called.repository.toLowerCase() !== claims.repository?.toLowerCase())
    return [
      error(
        'reusable-workflow-elsewhere',
        `this job runs in a workflow of another repository, ${claims.job_workflow_ref}, called by ${claims.workflow_ref}: ${name} mints no token for it, whatever publisher is registered. Call it for the build, and publish in a job of ${caller.file} itself`,
      ),
    ];
  if (called.file === caller.file) return [];
  return [
    error(
      'reusable-workflow',
      `this job runs in ${called.file}, called by ${caller.file}: ${name} mints tokens by the called workflow (job_workflow_ref) and verifies attestations by the caller (workflow_ref), so no publisher fits both. Publish in a job of ${caller.file} itself; with ${called.file} registered it works without attestations only`,
    ),
  ];
}

function triggerFindings({ event_name: trigger, ref }: TokenClaims): Finding[] {
  if (trigger === 'pull_request_target')
    return [
      error(
        'pull-request-target',
        'no index takes releases from a job that pull_request_target started: anybody can',
      ),
    ];
  if (trigger === 'pull_request' || ref?.startsWith('refs/pull/') === true)
    return [
      warning(
        'pull-request',
        'this job was started by a pull request: what it would release is not merged yet',
      ),
    ];
  return [];
}

function privacyFindings(claims: TokenClaims): Finding[] {
  const visibility = claims.repository_visibility ?? claims.project_visibility;
  if (visibility === undefined || visibility === 'public') return [];
  const name = claims.repository ?? claims.project_path ?? 'the repository';
  return [
    warning(
      'private-repository',
      `${name} is ${visibility}, and signing writes its name, workflow and commits into a public log for ever: it stops unless --allow-private is said`,
    ),
  ];
}

function environmentFindings(claims: TokenClaims): Finding[] {
  const known = [GITHUB_ISSUER, GITLAB_ISSUER].includes(claims.iss);
  if (!known || claims.environment) return [];
  return [
    warning(
      'no-environment',
      'this job names no environment: its certificate has no deployment-environment, so nobody can demand one, and the publisher may not name one',
    ),
  ];
}

/** What is wrong with a job for one registered publisher: an explanation for each field that does not fit. */
export function findInComparison(
  fields: readonly FieldComparison[],
  expected: ExpectedPublisher,
  claims: TokenClaims,
): Finding[] {
  return fields.filter(isMismatch).map((field) => explained(field, expected, claims));
}

function explained(field: FieldComparison, expected: ExpectedPublisher, claims: TokenClaims): Finding {
  const { registered = '', job = '', verdict } = field;
  const name = field.field.split(',')[0] ?? '';
  if (name === 'issuer')
    return error(
      'issuer-differs',
      `the publisher is of ${expected.kind} (${registered}), and this job’s tokens are of ${job}`,
    );
  if (name === 'environment') return environmentMismatch(registered, job, expected);
  if (verdict === 'case')
    return error(
      `${code(name)}-case`,
      `${name} is registered as ${registered}, and this job is ${job}: the index looks letter by letter. Correct the publisher`,
    );
  if (name === 'owner' && sameName(expected, claims))
    return error(
      'fork',
      `this job is of ${claims.repository}, and the publisher of ${repositoryOf(expected)}: is it a fork, or was the repository moved? A fork cannot publish; after a move, register the new owner`,
    );
  if (name === 'repository name')
    return error(
      'repository-differs',
      `the publisher is of ${repositoryOf(expected)}, and this job of ${claims.repository}: was the repository renamed? Then register the new name`,
    );
  if (verdict === 'missing')
    return error(
      `${code(name)}-missing`,
      `${field.field} is registered as ${registered}, and this job’s token names none`,
    );
  return error(
    `${code(name)}-differs`,
    `${field.field} is registered as ${registered}, and this job is ${job}`,
  );
}

function environmentMismatch(registered: string, job: string, { kind }: ExpectedPublisher): Finding {
  const where = kind === 'GitLab' ? '`environment: name:` of the job' : '`environment:` of the job';
  if (job === '')
    return error(
      'environment-missing',
      `the publisher demands the environment ${registered}, and this job names none: set ${where}, or take it out of the publisher`,
    );
  return error(
    'environment-differs',
    `the publisher demands the environment ${registered}, and this job names ${job}`,
  );
}

function sameName(expected: ExpectedPublisher, { repository }: TokenClaims): boolean {
  return repositoryOf(expected).split('/')[1]?.toLowerCase() === repository?.split('/')[1]?.toLowerCase();
}

function repositoryOf(expected: ExpectedPublisher): string {
  return 'repository' in expected ? expected.repository : '';
}

function code(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}

export function error(codeText: string, message: string): Finding {
  return { code: codeText, severity: 'error', message };
}

export function warning(codeText: string, message: string): Finding {
  return { code: codeText, severity: 'warning', message };
}
