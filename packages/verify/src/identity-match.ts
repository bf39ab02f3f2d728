// SPDX-License-Identifier: Apache-2.0
import type { Certificate, FulcioClaims } from '@colophon/pki';
import { matchCircumstances } from './circumstance-match.ts';
import { differs } from './demand.ts';
import type { Artifact } from './artifact.ts';
import type {
  CertificatePolicy,
  CircleCiPolicy,
  GitHubPolicy,
  GitLabPolicy,
  GooglePolicy,
  IdentityPolicy,
  Policy,
} from './policy.ts';
import type { Signer } from './signer.ts';
import { failure, VerificationError } from './verification-error.ts';

const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const GITLAB_ISSUER = 'https://gitlab.com';
const GOOGLE_ISSUER = 'https://accounts.google.com';
const CIRCLECI_ISSUER = 'https://oidc.circleci.com';

/**
 * Finds the first policy that the signer meets. Names are read from the parsed certificate and compared whole; none is a
 * pattern.
 * @returns the position of the policy in the list.
 * @throws VerificationError ERR_IDENTITY, ERR_CLAIM, ERR_ARTIFACT_NAME
 */
export function matchIdentity(signer: Signer, policies: readonly Policy[], artifact: Artifact): number {
  // A key was tried because its policy names it; none of its claims could meet another policy.
  if (signer.kind === 'key') return policies.indexOf(signer.policy);
  const { certificate } = signer;
  const failures: VerificationError[] = [];
  for (const [index, policy] of policies.entries()) {
    try {
      if (policy.kind === 'key')
        throw failure(
          'ERR_IDENTITY',
          'it was signed by the owner of a certificate, not with the demanded key',
        );
      matchSigner(certificate, policy);
      matchCircumstances(certificate.claims, policy, artifact);
      return index;
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      failures.push(error);
    }
  }
  // The right signer under other circumstances says more than someone else.
  const nearest = failures.find(({ code }) => code !== 'ERR_IDENTITY') ?? failures[0];
  throw nearest ?? new TypeError('at least one policy is needed');
}

/** Refuses a certificate of anyone but the policy's signer. @throws VerificationError ERR_IDENTITY */
export function matchSigner(certificate: Certificate, policy: CertificatePolicy): void {
  switch (policy.kind) {
    case 'identity':
      return matchExactIdentity(certificate, policy);
    case 'GitHub':
      return matchGitHub(certificate.claims, policy);
    case 'GitLab':
      return matchGitLab(certificate.claims, policy);
    case 'Google':
      return matchGoogle(certificate, policy);
    case 'CircleCI':
      return matchCircleCi(certificate.claims, policy);
  }
}

function matchExactIdentity(certificate: Certificate, { identity, issuer }: IdentityPolicy): void {
  demand('issuer', certificate.claims.issuer, issuer);
  const [name] = certificate.subjectAlternativeNames;
  demand('identity', name?.kind === 'unknown' ? undefined : name?.value, identity);
}

// PEP 740's policy for GitHub: issuer (.8), repository (.12), and the calling workflow (.18) at the ref or the commit.
function matchGitHub(claims: FulcioClaims, { repository, workflow }: GitHubPolicy): void {
  demand('issuer', claims.issuer, GITHUB_ISSUER);
  const wanted = `https://github.com/${repository}`;
  const found = claims['source-repository-uri'];
  // GitHub's names have no case, and users write them as they like.
  if (found?.toLowerCase() !== wanted.toLowerCase())
    throw differs('ERR_IDENTITY', 'repository', wanted, found);
  if (workflow === undefined) return;
  assertBuildConfig(claims, `${found}/.github/workflows/${workflow}`, found.length);
}

function matchGitLab(claims: FulcioClaims, { repository, workflowFilepath }: GitLabPolicy): void {
  demand('issuer', claims.issuer, GITLAB_ISSUER);
  demand('repository', claims['source-repository-uri'], `https://gitlab.com/${repository}`);
  if (workflowFilepath === undefined) return;
  assertBuildConfig(claims, `https://gitlab.com/${repository}//${workflowFilepath}`, 0);
}

function matchGoogle(certificate: Certificate, { email }: GooglePolicy): void {
  demand('issuer', certificate.claims.issuer, GOOGLE_ISSUER);
  const [name] = certificate.subjectAlternativeNames;
  demand('service account', name?.kind === 'email' ? name.value : undefined, email);
}

function matchCircleCi(claims: FulcioClaims, policy: CircleCiPolicy): void {
  const { projectId, pipelineDefinitionId, vcsOrigin, vcsRef } = policy;
  demand('issuer', claims.issuer, CIRCLECI_ISSUER);
  const pipeline = `https://circleci.com/api/v2/projects/${projectId}/pipeline-definitions/${pipelineDefinitionId}`;
  demand('pipeline', claims['build-signer-uri'], pipeline);
  if (vcsOrigin !== undefined) demand('repository', claims['source-repository-uri'], vcsOrigin);
  if (vcsRef !== undefined) demand('ref', claims['source-repository-ref'], vcsRef);
}

// Certificates of a release made from a commit lack the ref. The first `caseless` characters are the repository's.
function assertBuildConfig(claims: FulcioClaims, workflow: string, caseless: number): void {
  const found = claims['build-config-uri'];
  const versions = [claims['source-repository-ref'], claims['source-repository-digest']];
  const candidates = versions.flatMap((version) => (version === undefined ? [] : [`${workflow}@${version}`]));
  const normal = (uri: string) => uri.slice(0, caseless).toLowerCase() + uri.slice(caseless);
  if (found === undefined || !candidates.some((candidate) => normal(candidate) === normal(found)))
    throw differs('ERR_IDENTITY', 'workflow', candidates[0] ?? workflow, found);
}

function demand(what: string, found: string | undefined, wanted: string): void {
  if (found !== wanted) throw differs('ERR_IDENTITY', what, wanted, found);
}
