// SPDX-License-Identifier: Apache-2.0
import type { JWTPayload } from 'jose';
import { AppError } from '@colophon/base';
import { pythonQuoted } from './python-text.ts';
import type { GitHubPublisher, GitLabPublisher, GooglePublisher, PublisherIdentity } from './publisher.ts';
import type { PublisherSetting } from './publisher-registry.ts';

/** A token that is genuine and belongs to no publisher; the message is the reason, in Warehouse's words. */
export class PublisherMismatch extends AppError<'ERR_WAREHOUSE_PUBLISHER'> {
  constructor(reason: string) {
    super('ERR_WAREHOUSE_PUBLISHER', reason);
  }
}

export type ProviderKind = PublisherIdentity['kind'];

const REQUIRED: Readonly<Record<ProviderKind, readonly string[]>> = {
  GitHub: [
    'sub',
    'repository',
    'repository_owner',
    'repository_owner_id',
    'job_workflow_ref',
    'jti',
    'ref',
    'sha',
  ],
  GitLab: ['sub', 'project_path', 'ci_config_ref_uri', 'jti', 'ref_path', 'sha'],
  Google: ['email', 'email_verified'],
};

/** Finds the publisher of a token's claims among those that stand for choice (pypi.md §4). @throws PublisherMismatch */
export function findPublisher(
  kind: ProviderKind,
  claims: JWTPayload,
  among: readonly PublisherSetting[],
): PublisherSetting {
  for (const name of REQUIRED[kind])
    if (claims[name] === undefined || claims[name] === null)
      throw new PublisherMismatch(`Missing claim ${pythonQuoted(name)}`);
  const choice = among.filter((publisher) => publisher.kind === kind);
  if (kind === 'GitHub') return findGitHub(claims, choice);
  return kind === 'GitLab' ? findGitLab(claims, choice) : findGoogle(claims, choice);
}

function text(claims: JWTPayload, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}

function findGitHub(claims: JWTPayload, choice: readonly PublisherSetting[]): PublisherSetting {
  const workflow = /([^/]+\.(?:yml|yaml))(?=@)/.exec(text(claims, 'job_workflow_ref'))?.[1];
  if (!workflow) throw new PublisherMismatch('Could not job extract workflow filename from OIDC claims');
  const matching = choice.filter(
    (publisher): publisher is PublisherSetting & GitHubPublisher =>
      publisher.kind === 'GitHub' &&
      publisher.repository === claims.repository &&
      publisher.workflow === workflow &&
      (publisher.ownerId ?? claims.repository_owner_id) === claims.repository_owner_id,
  );
  const publisher = forEnvironment(matching, text(claims, 'environment').toLowerCase(), (name) =>
    name.toLowerCase(),
  );
  assertGitHubClaims(claims, publisher);
  return publisher;
}

function assertGitHubClaims(claims: JWTPayload, { repository, workflow }: GitHubPublisher): void {
  const subject = text(claims, 'sub').split(':').slice(0, 2).join(':').toLowerCase();
  if (subject !== `repo:${repository}`.toLowerCase()) throw failed('sub');
  if (claims.repository_owner !== repository.split('/')[0]) throw failed('repository_owner');
  const claim = 'job_workflow_ref';
  const refs = [text(claims, 'ref'), text(claims, 'sha')];
  assertAtCommit(claims, { claim, workflow: `${repository}/.github/workflows/${workflow}`, refs });
  if (claims.event_name === 'pull_request_target')
    throw new PublisherMismatch(
      "Publishing from a workflow invoked via 'pull_request_target' is not supported.",
    );
}

function findGitLab(claims: JWTPayload, choice: readonly PublisherSetting[]): PublisherSetting {
  const path = /(?<=\/\/)(.+[^/]\.(?:yml|yaml))(?=@)/.exec(text(claims, 'ci_config_ref_uri'))?.[1];
  if (!path) throw new PublisherMismatch('Could not extract workflow filename from OIDC claims');
  const project = text(claims, 'project_path').toLowerCase();
  const matching = choice.filter(
    (publisher): publisher is PublisherSetting & GitLabPublisher =>
      publisher.kind === 'GitLab' &&
      publisher.repository.toLowerCase() === project &&
      publisher.workflowFilepath === path,
  );
  const publisher = forEnvironment(matching, text(claims, 'environment'), (name) => name);
  const subject = text(claims, 'sub').split(':').slice(0, 2).join(':').toLowerCase();
  if (subject !== `project_path:${publisher.repository}`.toLowerCase()) throw failed('sub');
  const refs = [text(claims, 'ref_path'), text(claims, 'sha')];
  const workflow = `gitlab.com/${publisher.repository}//${publisher.workflowFilepath}`;
  assertAtCommit(claims, { claim: 'ci_config_ref_uri', workflow, refs });
  return publisher;
}

function findGoogle(claims: JWTPayload, choice: readonly PublisherSetting[]): PublisherSetting {
  const publisher = choice.find(
    (one): one is PublisherSetting & GooglePublisher =>
      one.kind === 'Google' && one.email === claims.email && (one.sub ?? claims.sub) === claims.sub,
  );
  if (!publisher) throw notFound();
  if (claims.email_verified !== true) throw failed('email_verified');
  return publisher;
}

// A publisher for the very environment comes before one for any.
function forEnvironment<P extends { readonly environment?: string }>(
  matching: readonly P[],
  environment: string,
  normal: (name: string) => string,
): P {
  const specific = matching.find(
    (publisher) => publisher.environment && normal(publisher.environment) === environment,
  );
  const general = matching.find((publisher) => !publisher.environment);
  const publisher = specific ?? general;
  if (!publisher) throw notFound();
  return publisher;
}

interface CommitCheck {
  readonly claim: string;
  readonly workflow: string;
  readonly refs: readonly string[];
}

function assertAtCommit(claims: JWTPayload, { claim, workflow, refs }: CommitCheck): void {
  const named = refs.filter((ref) => ref !== '');
  if (named.length === 0) throw new PublisherMismatch('The ref and sha claims are empty');
  const expected = named.map((ref) => `${workflow}@${ref}`).toSorted();
  const value = text(claims, claim);
  if (!expected.includes(value))
    throw new PublisherMismatch(
      `The ${claim} claim does not match, expecting one of [${expected.map(pythonQuoted).join(', ')}], got ${pythonQuoted(value)}`,
    );
}

function failed(claim: string): PublisherMismatch {
  return new PublisherMismatch(`Check failed for required claim ${pythonQuoted(claim)}`);
}

function notFound(): PublisherMismatch {
  return new PublisherMismatch('Publisher with matching claims was not found');
}
