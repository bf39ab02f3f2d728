// SPDX-License-Identifier: Apache-2.0
import { equalBytes, sha256 } from '@colophon/base';
import type { SigstoreBundle } from '@colophon/attestation';
import type { Certificate } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { bundleOf, type Artifact, type Evidence } from './evidence.ts';
import { matchIdentity } from './identity-match.ts';
import { assertLogEntries } from './log-entry.ts';
import { verifyLogEntry, type LogPosition } from './log-inclusion.ts';
import { assertPolicies, type Policies } from './policy.ts';
import { comparePublisher, type PublisherClaim } from './publisher-claim.ts';
import { readSignerCertificate, verifySignerCertificate } from './signer-certificate.ts';
import { describeCertificate, type SignerDescription } from './signer-description.ts';
import { readSigningTimes, type SigningTime } from './signing-time.ts';
import { matchStatement, PEP740_PREDICATE_TYPES } from './statement-match.ts';
import { verifyWithStock } from './stock-verifier.ts';
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

/** What holds under one root. */
type Judgement = Pick<VerifiedEvidence, 'times' | 'logged' | 'trustedRoot'>;

/**
 * Verifies one piece of evidence for one file: certificate, time, logs, signature, statement, and last the identity.
 * Several roots are never mixed: one of them must hold wholly.
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
  try {
    return judgeEvidence(evidence, artifact, trustedRoots, policies);
  } catch (error) {
    const { code, message, details, cause } = atLeastTyped(error);
    throw new VerificationError(code, `${evidence.name}: ${message}`, { details, cause });
  }
}

function assertArtifact({ sha256: digest, bytes }: Artifact): void {
  if (digest.length !== 32) throw new TypeError('the digest of an artifact has 32 bytes');
  if (bytes !== undefined && !equalBytes(sha256(bytes), digest))
    throw new TypeError('the bytes of an artifact have another digest than it says');
}

// What is not foreseen is not verified either.
function atLeastTyped(error: unknown): VerificationError {
  if (error instanceof VerificationError) return error;
  return new VerificationError('ERR_EVIDENCE', 'it could not be judged', { cause: error });
}

function judgeEvidence(
  evidence: Evidence,
  artifact: Artifact,
  trustedRoots: readonly TrustedRoot[],
  policies: Policies,
): VerifiedEvidence {
  const bundle = bundleOf(evidence);
  const certificate = readSignerCertificate(bundle);
  const signedBytes = messageBytes(bundle, artifact);
  assertLogEntries(bundle, artifact);
  const times = readSigningTimes(bundle);
  const judgement = underAnyRoot(trustedRoots, (trustedRoot) => {
    verifySignerCertificate(certificate, trustedRoot, times);
    const logged = bundle.transparencyEntries.map((entry) => verifyLogEntry(entry, trustedRoot, times));
    verifyWithStock(bundle, trustedRoot, signedBytes);
    return { times, logged, trustedRoot };
  });
  return { ...judgement, ...matchContent(evidence, bundle, certificate, { artifact, policies }) };
}

// The signature is over the file itself, which a digest cannot stand in for.
function messageBytes(
  { content }: SigstoreBundle,
  { bytes, sha256: digest }: Artifact,
): Uint8Array | undefined {
  if (content.kind !== 'message') return undefined;
  if (bytes === undefined)
    throw failure('ERR_EVIDENCE', 'a message signature needs the file itself, and only its digest is known');
  if (content.digest?.algorithm === 'SHA2_256' && !equalBytes(content.digest.value, digest))
    throw failure('ERR_SUBJECT_DIGEST', 'it names the digest of another file');
  return bytes;
}

function underAnyRoot(roots: readonly TrustedRoot[], judge: (root: TrustedRoot) => Judgement): Judgement {
  let nearest = failure('ERR_TRUST_MATERIAL', 'there is no trusted root to judge by');
  for (const root of roots) {
    try {
      return judge(root);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      if (isUndecided(nearest) || stageOf(error) > stageOf(nearest)) nearest = error;
    }
  }
  throw nearest;
}

function matchContent(
  evidence: Evidence,
  bundle: SigstoreBundle,
  certificate: Certificate,
  { artifact, policies }: { readonly artifact: Artifact; readonly policies: Policies },
): Omit<VerifiedEvidence, keyof Judgement> {
  const statement =
    bundle.content.kind === 'dsse' ? matchStatement(bundle.content, evidence.kind, artifact) : undefined;
  assertPredicateType(evidence.kind, statement?.predicateType, policies);
  const claimed = evidence.kind === 'pep740' ? evidence.claimedPublisher : undefined;
  return {
    evidence,
    signer: describeCertificate(certificate),
    predicateType: statement?.predicateType,
    subjectName: statement?.subject.name,
    policy: atStage('ERR_IDENTITY', 'the signer cannot be compared', () =>
      matchIdentity(certificate, policies.anyOf, artifact),
    ),
    ...(claimed === undefined ? {} : { publisherClaim: comparePublisher(claimed, certificate) }),
  };
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
