// SPDX-License-Identifier: Apache-2.0
import { expectedIdentity, type IdToken } from '@colophon/oidc';
import type { Policies, Policy } from '@colophon/verify';
import { CliError } from './cli-error.ts';
import { formatPublisher, type PublisherText } from './publisher-text.ts';

/** Demands exactly the identity that Fulcio reads out of the token: what we signed must say it was us. */
export function policyOfToken(token: IdToken): Policies {
  const { issuer, subject } = expectedIdentity(token);
  return { anyOf: [{ kind: 'identity', identity: subject.value, issuer }] };
}

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const GITLAB_ISSUER = 'https://gitlab.com';
const GOOGLE_ISSUER = 'https://accounts.google.com';

/**
 * The publisher that an index attests by for a token: the workflow that was started (`workflow_ref`), not the one that
 * it called. Undefined for an identity that no index takes as a publisher.
 */
export function publisherOfToken({ claims }: IdToken): PublisherText | undefined {
  const { repository, workflow_ref: workflowRef, project_path: project, ci_config_ref_uri: config } = claims;
  if (claims.iss === GITHUB_ISSUER && repository !== undefined) {
    const workflow = /\/\.github\/workflows\/([^/@]+)@/.exec(workflowRef ?? '')?.[1];
    return { kind: 'GitHub', repository, ...(workflow === undefined ? {} : { workflow }) };
  }
  if (claims.iss === GITLAB_ISSUER && project !== undefined) {
    const workflowFilepath = /\/\/([^@]+)@/.exec(config ?? '')?.[1];
    return {
      kind: 'GitLab',
      repository: project,
      ...(workflowFilepath === undefined ? {} : { workflowFilepath }),
    };
  }
  return claims.iss === GOOGLE_ISSUER && claims.email !== undefined
    ? { kind: 'Google', email: claims.email }
    : undefined;
}

/** The verifier's policy for a publisher, as an index would hold it. */
export function policyOfPublisher(publisher: PublisherText): Policy {
  return publisher;
}

/**
 * Settles whose release this is: the token's publisher, which must be the one that the user named.
 * @throws CliError ERR_PUBLISHER_MISMATCH
 */
export function settlePublisher(token: IdToken, named: PublisherText | undefined): PublisherText {
  const actual = publisherOfToken(token);
  if (actual === undefined)
    throw new CliError('ERR_PUBLISHER_MISMATCH', `no index takes ${token.claims.iss} as a trusted publisher`);
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
  // No index mints tokens for CircleCI.
  if (named.kind === 'CircleCI') return false;
  return (
    actual.kind === 'GitLab' &&
    named.repository === actual.repository &&
    (named.workflowFilepath ?? actual.workflowFilepath) === actual.workflowFilepath
  );
}
