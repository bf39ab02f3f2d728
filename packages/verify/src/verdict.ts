// SPDX-License-Identifier: Apache-2.0
import { checkSignature, DeferredChecks, type CheckPool, type SignatureCheck } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { assertArtifact, type Artifact } from './artifact.ts';
import type { Evidence } from './evidence.ts';
import { assertPolicies, type Policies } from './policy.ts';
import {
  isForeign,
  isUndecided,
  VerificationError,
  type VerificationErrorCode,
} from './verification-error.ts';
import { judgeEvidence, type VerifiedEvidence } from './verify-evidence.ts';

/** Evidence that did not lead to the verdict, and why. */
export interface UncountedEvidence {
  readonly evidence: Evidence;
  readonly error: VerificationError;
}

/** What all the evidence of one file comes to. */
export type Verdict =
  | {
      readonly status: 'verified';
      readonly accepted: readonly VerifiedEvidence[];
      readonly notCounted: readonly UncountedEvidence[];
    }
  | {
      readonly status: 'failed';
      readonly accepted: readonly VerifiedEvidence[];
      readonly code: VerificationErrorCode;
      readonly message: string;
      /** The evidence that is wrong, each with its reason. */
      readonly failures: readonly UncountedEvidence[];
      readonly notCounted: readonly UncountedEvidence[];
    }
  | {
      readonly status: 'unsigned';
      /** The demanded types that nothing attests; empty when any of the usual ones would have done. */
      readonly missing: readonly string[];
      readonly accepted: readonly VerifiedEvidence[];
      readonly notCounted: readonly UncountedEvidence[];
    }
  | {
      readonly status: 'undecided';
      readonly code: VerificationErrorCode;
      readonly message: string;
    };

export interface VerdictQuestion {
  readonly evidence: readonly Evidence[];
  readonly artifact: Artifact;
  readonly trustedRoots: readonly TrustedRoot[];
  readonly policies: Policies;
}

/**
 * Judges all evidence of one file. Broken evidence fails the file, even beside good; evidence that holds but is by
 * others or of another type is not counted. Each demanded predicate type needs one piece by a demanded signer;
 * when none is demanded one piece is enough. No evidence is never a pass.
 * @throws TypeError when policies or artifact are not what their types say
 */
export function judge(question: VerdictQuestion): Verdict {
  return judgeBy(question, checkSignature);
}

/**
 * As `judge`, with the signatures checked by a pool, so that several files can be judged at once. It concludes as
 * if every signature were good, and once more, by `judge`, where one turns out not to be.
 * @throws TypeError when policies or artifact are not what their types say
 */
export async function judgeOnPool(question: VerdictQuestion, pool: CheckPool): Promise<Verdict> {
  const checks = new DeferredChecks(pool);
  const verdict = judgeBy(question, checks.check);
  return (await checks.settle()) ? verdict : judge(question);
}

function judgeBy(
  { evidence, artifact, trustedRoots, policies }: VerdictQuestion,
  check: SignatureCheck,
): Verdict {
  assertPolicies(policies);
  assertArtifact(artifact);
  const accepted: VerifiedEvidence[] = [];
  const rejected: UncountedEvidence[] = [];
  for (const piece of evidence) {
    try {
      accepted.push(judgeEvidence(piece, { artifact, trustedRoots, policies, check }));
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      rejected.push({ evidence: piece, error });
    }
  }
  return decide(accepted, rejected, policies);
}

function decide(
  accepted: readonly VerifiedEvidence[],
  rejected: readonly UncountedEvidence[],
  { predicateTypes }: Policies,
): Verdict {
  const broken = rejected.filter(({ error }) => !isForeign(error) && !isUndecided(error));
  const notCounted = rejected.filter(({ error }) => isForeign(error));
  if (broken.length > 0) return failed(accepted, broken, notCounted);
  const [undecided] = rejected.filter(({ error }) => isUndecided(error));
  if (undecided !== undefined) {
    const { code, message } = undecided.error;
    return { status: 'undecided', code, message };
  }
  const attested = new Set(accepted.map(({ predicateType }) => predicateType));
  const missing = (predicateTypes ?? []).filter((type) => !attested.has(type));
  if (accepted.length > 0 && missing.length === 0) return { status: 'verified', accepted, notCounted };
  // Evidence of the right type by the wrong signer is wrong, not absent.
  const others = notCounted.filter(({ error }) => error.code !== 'ERR_PREDICATE_TYPE');
  if (others.length > 0) {
    const rest = notCounted.filter((piece) => !others.includes(piece));
    return failed(accepted, others, rest);
  }
  return { status: 'unsigned', missing, accepted, notCounted };
}

function failed(
  accepted: readonly VerifiedEvidence[],
  failures: readonly UncountedEvidence[],
  notCounted: readonly UncountedEvidence[],
): Verdict {
  const [{ error }] = failures as [UncountedEvidence, ...UncountedEvidence[]];
  const { code, message } = error;
  return { status: 'failed', code, message, failures, accepted, notCounted };
}
