// SPDX-License-Identifier: Apache-2.0
import type { CircleCiPublisher, Publisher } from '@colophon/attestation';
import type { Certificate } from '@colophon/pki';
import { matchSigner } from './identity-match.ts';
import type { CertificatePolicy } from './policy.ts';
import { VerificationError } from './verification-error.ts';

/** How what an index says of a file's publisher compares with the certificate: it never decides a verdict. */
export type PublisherClaim = 'agrees' | 'contradicts' | 'not-understood';

/** The policy that demands a publisher; undefined for a kind that is not understood. */
export function policyForPublisher(publisher: Publisher): CertificatePolicy | undefined {
  switch (publisher.kind) {
    case 'GitHub':
      return { kind: 'GitHub', repository: publisher.repository, workflow: publisher.workflow };
    case 'GitLab':
      return {
        kind: 'GitLab',
        repository: publisher.repository,
        workflowFilepath: publisher.workflowFilepath,
      };
    case 'Google':
      return { kind: 'Google', email: publisher.email };
    case 'CircleCI':
      return circleCiPolicy(publisher);
    default:
      return undefined;
  }
}

function circleCiPolicy({
  projectId,
  pipelineDefinitionId,
  vcsOrigin,
  vcsRef,
}: CircleCiPublisher): CertificatePolicy {
  return {
    kind: 'CircleCI',
    projectId,
    pipelineDefinitionId,
    ...(vcsOrigin === undefined ? {} : { vcsOrigin }),
    ...(vcsRef === undefined ? {} : { vcsRef }),
  };
}

/** Compares an index's claim with a verified certificate. */
export function comparePublisher(publisher: Publisher, certificate: Certificate): PublisherClaim {
  const policy = policyForPublisher(publisher);
  if (policy === undefined) return 'not-understood';
  try {
    matchSigner(certificate, policy);
    return 'agrees';
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return 'contradicts';
  }
}
