// SPDX-License-Identifier: Apache-2.0
import { expectedIdentity, type IdToken, type TokenClaims } from '@colophon/oidc';
import type { Policies } from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import {
  CIRCLECI_ISSUER,
  GITHUB_ISSUER,
  gitlabFile,
  GITLAB_ISSUER,
  GOOGLE_ISSUER,
  workflowsOf,
} from './job-claims.ts';
import { formatPublisher, type PublisherText } from './publisher-text.ts';

/** Demands exactly the identity that Fulcio reads out of the token: what we signed must say it was us. */
export function policyOfToken(token: IdToken): Policies {
  const { issuer, subject } = expectedIdentity(token);
  return { anyOf: [{ kind: 'identity', identity: subject.value, issuer }] };
}

/**
 * The publisher that attestations are known by for a token: the workflow that was started (`workflow_ref`), not the one
 * that it called. Undefined for an identity that is no publisher's.
 */
export function publisherOfToken({ claims }: IdToken): PublisherText | undefined {
  switch (claims.iss) {
    case GITHUB_ISSUER:
      return githubPublisher(claims);
    case GITLAB_ISSUER:
      return gitlabPublisher(claims);
    case GOOGLE_ISSUER:
      return claims.email === undefined ? undefined : { kind: 'Google', email: claims.email };
    case CIRCLECI_ISSUER:
      return circleCiPublisher(claims);
    default:
      return undefined;
  }
}

function githubPublisher(claims: TokenClaims): PublisherText | undefined {
  const { repository } = claims;
  if (repository === undefined) return undefined;
  const workflow = workflowsOf(claims).caller?.file;
  return { kind: 'GitHub', repository, ...(workflow === undefined ? {} : { workflow }) };
}

function gitlabPublisher(claims: TokenClaims) {
  const { project_path: repository } = claims;
  if (repository === undefined) return undefined;
  const workflowFilepath = gitlabFile(claims);
  return {
    kind: 'GitLab' as const,
    repository,
    ...(workflowFilepath === undefined ? {} : { workflowFilepath }),
  };
}

function circleCiPublisher(claims: TokenClaims): PublisherText | undefined {
  const projectId = claims['oidc.circleci.com/project-id'];
  const pipelineDefinitionId = claims['oidc.circleci.com/pipeline-definition-id'];
  if (projectId === undefined || pipelineDefinitionId === undefined) return undefined;
  return { kind: 'CircleCI', projectId, pipelineDefinitionId };
}

/**
 * Settles whose release this is: the token's publisher, which must be the one that the user named.
 * @throws CliError ERR_PUBLISHER_MISMATCH
 */
export function settlePublisher(token: IdToken, named: PublisherText | undefined): PublisherText {
  const actual = publisherOfToken(token);
  if (actual === undefined)
    throw new CliError('ERR_PUBLISHER_MISMATCH', `no index takes ${token.claims.iss} as a trusted publisher`);
  // It can sign, and be verified; but no index mints upload tokens for it.
  if (actual.kind === 'CircleCI')
    throw new CliError(
      'ERR_PUBLISHER_MISMATCH',
      `no index takes CircleCI as a trusted publisher yet, and this job is ${formatPublisher(actual)}`,
    );
  if (named === undefined || agrees(named, actual)) return actual;
  const [wanted, found] = [formatPublisher(named), formatPublisher(actual)];
  throw new CliError('ERR_PUBLISHER_MISMATCH', `--publisher names ${wanted}, but this job is ${found}`, {
    details: { wanted, found },
  });
}

function agrees(named: PublisherText, actual: PublisherText): boolean {
  if (named.kind === 'Google') return actual.kind === 'Google' && named.email === actual.email;
  if (named.kind === 'GitHub')
    return (
      actual.kind === 'GitHub' &&
      named.repository.toLowerCase() === actual.repository.toLowerCase() &&
      (named.workflow ?? actual.workflow) === actual.workflow
    );
  if (named.kind === 'CircleCI') return false;
  return (
    actual.kind === 'GitLab' &&
    named.repository === actual.repository &&
    (named.workflowFilepath ?? actual.workflowFilepath) === actual.workflowFilepath
  );
}
