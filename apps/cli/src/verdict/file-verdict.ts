// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import {
  judgeOnPool,
  VerificationError,
  type Artifact,
  type Evidence,
  type UncountedEvidence,
  type Verdict,
  type VerifiedEvidence,
} from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import { CHECK_POOL } from '../thread-pool.ts';
import { brokenEvidence, type EvidenceFile } from '../evidence/evidence.ts';
import { EXIT, statusOfVerifying, type ExitStatus } from '../exit-status.ts';
import { settleDemand } from '../identity/identity-pattern.ts';
import type { Demand, Demands } from '../identity/policy-flags.ts';
import { predicateTypeName } from '../identity/predicate-type.ts';
import { statusOfError } from '../render/failure.ts';

/** What became of one file: its own exit status, and the evidence behind it. */
export interface FileVerdict {
  /** As the user, or the index, names it. */
  readonly file: string;
  /** Lower-case hexadecimal; undefined where the file could not be read or found. */
  readonly sha256: string | undefined;
  readonly status: ExitStatus;
  /** Why it is not verified. */
  readonly error: Error | undefined;
  readonly accepted: readonly VerifiedEvidence[];
  /** Evidence that is wrong. */
  readonly failures: readonly BadEvidence[];
  /** Evidence that may hold, and is not what was demanded. */
  readonly notCounted: readonly BadEvidence[];
  /** What else a reader should know. */
  readonly notes: readonly string[];
  /** Where it was stored. */
  readonly saved?: string;
}

export interface BadEvidence {
  readonly name: string;
  readonly error: Error;
}

export interface FileQuestion {
  readonly file: string;
  readonly artifact: Artifact & { readonly sha256Hex: string };
  readonly evidence: readonly EvidenceFile[];
  readonly trustedRoots: readonly TrustedRoot[];
  readonly demands: Demands;
  /** What to say where there is no evidence at all; its code serves too where nothing counts of what there is. */
  readonly absence: CliError;
}

/** The outcome of a file that was never judged. A fault of ours is no outcome of a file. */
export function fileFailure(file: string, error: unknown, sha256?: string): FileVerdict {
  if (!isAppError(error)) throw error;
  const status = statusOfError(error);
  return { file, sha256, status, error, accepted: [], failures: [], notCounted: [], notes: [] };
}

/** Judges all the evidence of one file by every demand. What cannot be read fails the file like what is wrong. */
export async function judgeFile(question: FileQuestion): Promise<FileVerdict> {
  const { file, artifact, evidence } = question;
  const readable = evidence.flatMap((one) => ('evidence' in one ? one.evidence : []));
  const broken = evidence.flatMap((one) =>
    'error' in one ? [{ name: one.name, error: brokenEvidence(one.error) }] : [],
  );
  const { sha256Hex, ...subject } = artifact;
  const verdict = await judgeDemands(question, readable, subject);
  const failures = [...broken, ...(verdict.status === 'failed' ? verdict.failures.map(badEvidence) : [])];
  const notCounted = 'notCounted' in verdict ? verdict.notCounted.map(badEvidence) : [];
  const accepted = 'accepted' in verdict ? verdict.accepted : [];
  const error = gravest(failures) ?? verdictError(verdict, question);
  const status = error === undefined ? EXIT.ok : statusOfError(error);
  const notes = publisherNotes(file, accepted);
  return { file, sha256: sha256Hex, status, error, accepted, failures, notCounted, notes };
}

function publisherNotes(file: string, accepted: readonly VerifiedEvidence[]): string[] {
  return accepted.some(({ publisherClaim }) => publisherClaim === 'contradicts')
    ? [`${file}: the index names another publisher than the certificate does; the certificate counts`]
    : [];
}

// What one demand accepted is judged again by the next: in the end every piece that counts meets all of them.
async function judgeDemands(
  { trustedRoots, demands }: FileQuestion,
  readable: readonly Evidence[],
  artifact: Artifact,
): Promise<Verdict> {
  const judgeDemand = async (demand: Demand, evidence: readonly Evidence[]): Promise<Verdict> => {
    const { policies, origin } = settleDemand(demand, evidence);
    const found = await judgeOnPool({ evidence, artifact, trustedRoots, policies }, CHECK_POOL);
    if (found.status !== 'verified') return found;
    const accepted = found.accepted.map((one) => ({ ...one, policy: origin[one.policy] ?? one.policy }));
    return { ...found, accepted };
  };
  const [first, ...others] = demands;
  let verdict = await judgeDemand(first, readable);
  for (const demand of others) {
    if (verdict.status !== 'verified') return verdict;
    const { notCounted } = verdict;
    const evidence = verdict.accepted.map((one) => one.evidence);
    const next = await judgeDemand(demand, evidence);
    verdict =
      next.status === 'undecided' ? next : { ...next, notCounted: [...notCounted, ...next.notCounted] };
  }
  return verdict;
}

function badEvidence({ evidence, error }: UncountedEvidence): BadEvidence {
  return { name: evidence.name, error };
}

function gravest(failures: readonly BadEvidence[]): Error | undefined {
  const status = statusOfVerifying(failures.map(({ error }) => statusOfError(error)));
  return failures.find(({ error }) => statusOfError(error) === status)?.error;
}

function verdictError(verdict: Verdict, { file, evidence, absence }: FileQuestion): Error | undefined {
  if (verdict.status === 'verified') return undefined;
  if (verdict.status !== 'unsigned') return new VerificationError(verdict.code, verdict.message);
  if (evidence.length === 0) return absence;
  const found = verdict.accepted.length + verdict.notCounted.length;
  if (found === 0) {
    const names = evidence.map(({ name }) => name).join(', ');
    return new CliError(absence.code, `${file}: ${names} holds no attestation`);
  }
  const missing = verdict.missing.map(predicateTypeName).join(' and ');
  const wanted = missing === '' ? 'a type that counts without --predicate-type' : `type ${missing}`;
  return new CliError(absence.code, `${file}: no evidence of ${wanted}, only of ${otherTypes(verdict)}`);
}

// Signatures over the file have no type.
function otherTypes({
  accepted,
  notCounted,
}: Pick<Verdict & { status: 'unsigned' }, 'accepted' | 'notCounted'>): string {
  const found = [
    ...accepted.map(({ predicateType }) => predicateType),
    ...notCounted.map(({ error }) => error.details['found']),
  ].filter((type) => typeof type === 'string');
  return found.length === 0 ? 'others' : [...new Set(found.map(predicateTypeName))].join(' and ');
}
