// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import { checkSignature, type SignatureCheck } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { assertArtifact, type Artifact } from './artifact.ts';
import { assertMessageDigest, verifyContentSignature } from './content-signature.ts';
import { bundleOf, type Evidence } from './evidence.ts';
import { matchIdentity } from './identity-match.ts';
import { assertLogEntries } from './log-entry.ts';
import { verifyLogged, type LogPosition } from './log-inclusion.ts';
import { assertPolicies, type Policies } from './policy.ts';
import { comparePublisher, type PublisherClaim } from './publisher-claim.ts';
import { describeOwner, type SignerDescription } from './signer-description.ts';
import { verifySigner } from './signer-trust.ts';
import { readSigners, type Signer } from './signer.ts';
import { establishTimes, readTimestamps, type SigningTime } from './signing-time.ts';
import { matchStatement, PEP740_PREDICATE_TYPES } from './statement-match.ts';
import { atStage, failure, isUndecided, stageOf, VerificationError } from './verification-error.ts';

/** Evidence that was judged and holds: who signed what, when, logged where, and under which root. */
export interface VerifiedEvidence {
  readonly evidence: Evidence;
  readonly signer: SignerDescription;
  /** The type of its statement; undefined for a message signature. */
  readonly predicateType: string | undefined;
  /** The name that the statement gives the file. */
  readonly subjectName: string | undefined;
  readonly times: readonly SigningTime[];
  readonly logged: readonly LogPosition[];
  readonly trustedRoot: TrustedRoot;
  /** The position in `anyOf` of the policy that was met. */
  readonly policy: number;
  /** How the index's claim, if there is one, compares. */
  readonly publisherClaim?: PublisherClaim;
}

/** What evidence is judged for. */
export interface EvidenceQuestion {
  readonly artifact: Artifact;
  readonly trustedRoots: readonly TrustedRoot[];
  readonly policies: Policies;
  /** Checks the signatures. */
  readonly check: SignatureCheck;
}

/** What holds of one signer under one root. */
interface Judgement extends Pick<VerifiedEvidence, 'times' | 'logged' | 'trustedRoot'> {
  readonly owner: Signer;
}

/**
 * Verifies one piece of evidence for one file: signer, log entries, time, trust, logs, signature, statement, and last the
 * identity. Several roots are never mixed: one of them must hold wholly.
 * @throws VerificationError whose code names the stage (see VERIFICATION_STAGES)
 * @throws TypeError when policies or artifact are not what their types say
 */
export function verifyEvidence(
  evidence: Evidence,
  artifact: Artifact,
  trustedRoots: readonly TrustedRoot[],
  policies: Policies,
): VerifiedEvidence {
  assertPolicies(policies);
  assertArtifact(artifact);
  return judgeEvidence(evidence, { artifact, trustedRoots, policies, check: checkSignature });
}

/** As `verifyEvidence`, of a question that holds what its types say. @throws VerificationError */
export function judgeEvidence(evidence: Evidence, question: EvidenceQuestion): VerifiedEvidence {
  try {
    return judge(evidence, question);
  } catch (error) {
    const { code, message, details, cause } = atLeastTyped(error);
    throw new VerificationError(code, `${evidence.name}: ${message}`, { details, cause });
  }
}

// What is not foreseen is not verified either.
function atLeastTyped(error: unknown): VerificationError {
  if (error instanceof VerificationError) return error;
  return new VerificationError('ERR_EVIDENCE', 'it could not be judged', { cause: error });
}

function judge(evidence: Evidence, question: EvidenceQuestion): VerifiedEvidence {
  const bundle = bundleOf(evidence);
  const signers = readSigners(bundle, question.policies);
  if (bundle.content.kind === 'message') assertMessageDigest(bundle.content, question.artifact);
  const { owner, ...judgement } = nearestOf(signers, (signer) => judgeSigner(bundle, signer, question));
  return { ...judgement, ...matchContent(evidence, bundle, owner, question) };
}

function judgeSigner(bundle: SigstoreBundle, owner: Signer, question: EvidenceQuestion): Judgement {
  const { artifact, trustedRoots, check } = question;
  assertLogEntries(bundle, owner, artifact);
  const timestamps = readTimestamps(bundle);
  if (trustedRoots.length === 0) throw failure('ERR_TRUST_MATERIAL', 'there is no trusted root to judge by');
  return nearestOf(trustedRoots, (trustedRoot) => {
    const times = establishTimes(bundle, timestamps, trustedRoot, check);
    verifySigner(owner, trustedRoot, times, check);
    const logged = verifyLogged(bundle, trustedRoot, times, check);
    verifyContentSignature(bundle, owner.key, artifact, check);
    return { times, logged, trustedRoot, owner };
  });
}

// The first that holds; else the failure that came furthest, as it says most.
function nearestOf<T>(candidates: readonly T[], run: (candidate: T) => Judgement): Judgement {
  let nearest: VerificationError | undefined;
  for (const candidate of candidates) {
    try {
      return run(candidate);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      if (nearest === undefined || isUndecided(nearest) || stageOf(error) > stageOf(nearest)) nearest = error;
    }
  }
  throw nearest ?? new TypeError('there is nothing to judge');
}

function matchContent(
  evidence: Evidence,
  bundle: SigstoreBundle,
  owner: Signer,
  { artifact, policies }: EvidenceQuestion,
): Omit<VerifiedEvidence, 'times' | 'logged' | 'trustedRoot'> {
  const statement =
    bundle.content.kind === 'dsse' ? matchStatement(bundle.content, evidence.kind, artifact) : undefined;
  assertPredicateType(evidence.kind, statement?.predicateType, policies);
  return {
    evidence,
    signer: describeOwner(owner, bundle),
    predicateType: statement?.predicateType,
    subjectName: statement?.subject.name,
    policy: atStage('ERR_IDENTITY', 'the signer cannot be compared', () =>
      matchIdentity(owner, policies.anyOf, artifact),
    ),
    ...comparedPublisher(evidence, owner),
  };
}

function comparedPublisher(evidence: Evidence, owner: Signer): { publisherClaim?: PublisherClaim } {
  const claimed = evidence.kind === 'pep740' ? evidence.claimedPublisher : undefined;
  if (claimed === undefined || owner.kind === 'key') return {};
  return { publisherClaim: comparePublisher(claimed, owner.certificate) };
}

function assertPredicateType(
  kind: Evidence['kind'],
  type: string | undefined,
  { predicateTypes }: Policies,
): void {
  const known = type === undefined || PEP740_PREDICATE_TYPES.includes(type);
  const wanted = predicateTypes === undefined ? known : type !== undefined && predicateTypes.includes(type);
  if (wanted && (known || kind === 'bundle')) return;
  throw failure('ERR_PREDICATE_TYPE', 'it attests something else than is demanded', {
    ...(type === undefined ? {} : { found: type }),
    wanted: predicateTypes ?? PEP740_PREDICATE_TYPES,
  });
}
