// SPDX-License-Identifier: Apache-2.0
export type { Artifact } from './artifact.ts';
export {
  evidenceFromProvenance,
  type AttestationEvidence,
  type BundleEvidence,
  type Evidence,
} from './evidence.ts';
export type { LogPosition } from './log-inclusion.ts';
export { digestsFor } from './needed-digests.ts';
export type {
  CertificatePolicy,
  CircleCiPolicy,
  Circumstances,
  GitHubPolicy,
  GitLabPolicy,
  GooglePolicy,
  IdentityPolicy,
  KeyPolicy,
  Policies,
  Policy,
} from './policy.ts';
export { policyForPublisher, type PublisherClaim } from './publisher-claim.ts';
export { describeSigner, type SignerDescription } from './signer-description.ts';
export type { SigningTime } from './signing-time.ts';
export { judge, judgeOnPool, type UncountedEvidence, type Verdict, type VerdictQuestion } from './verdict.ts';
export {
  isUndecided,
  VERIFICATION_STAGES,
  VerificationError,
  type VerificationErrorCode,
} from './verification-error.ts';
export { verifyEvidence, type VerifiedEvidence } from './verify-evidence.ts';
