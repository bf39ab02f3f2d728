// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject, type JsonValue } from '@colophon/base';
import type { SignerDescription, VerifiedEvidence } from '@colophon/verify';
import type { Context, Outcome } from './command.ts';
import { EXIT, statusOfVerifying, type ExitStatus } from './exit-status.ts';
import type { BadEvidence, FileVerdict } from './file-verdict.ts';
import type { Trust } from './instance.ts';
import { predicateTypeName, type Demands } from './policy-flags.ts';
import { failureJson } from './render/failure.ts';
import { describeWho } from './signer-text.ts';

interface Word {
  /** At the start of a result line. */
  readonly text: string;
  /** In the JSON document. */
  readonly json: string;
}

const OTHERWISE: Word = { text: 'ERROR', json: 'error' };
const WORDS: Readonly<Partial<Record<ExitStatus, Word>>> = {
  [EXIT.ok]: { text: 'OK', json: 'verified' },
  [EXIT.failed]: { text: 'FAIL', json: 'failed' },
  [EXIT.noEvidence]: { text: 'NONE', json: 'unsigned' },
  [EXIT.undecided]: { text: 'UNDECIDED', json: 'undecided' },
};

/** Runs a verification; one that ends early says first that nothing was verified: the reason alone might read like a detail. */
export async function orNothingVerified(context: Context, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    sayNothingVerified(context);
    throw error;
  }
}

function sayNothingVerified({ host }: Context): void {
  host.writeError('nothing was verified\n');
}

/** Tells the verdicts: a line of result for each file, the failures once more in full, and the JSON document. */
export function reportVerdicts(
  verdicts: readonly FileVerdict[],
  { context, trust, demands }: { context: Context; trust: Trust; demands: Demands },
  extra: JsonObject = {},
): Outcome {
  const { talk } = context;
  for (const verdict of verdicts) for (const line of resultLines(verdict)) talk.result(line);
  const judged = verdicts.filter(({ status }) => status === EXIT.ok || status === EXIT.failed);
  if (judged.length === 0) sayNothingVerified(context);
  for (const { error } of verdicts) if (error !== undefined) talk.error(error);
  for (const note of verdicts.flatMap(({ notes }) => notes)) talk.warn(note);
  for (const { saved } of verdicts) if (saved !== undefined) talk.say(`saved ${saved}`);
  const verified = verdicts.filter(({ status }) => status === EXIT.ok).length;
  talk.say(`${verified} of ${verdicts.length} verified; the trusted root is ${trust.source}`);
  const status = statusOfVerifying(verdicts.map((one) => one.status));
  return {
    status,
    report: {
      schema: 'colophon.verify/1',
      status,
      trust: { source: trust.source },
      demanded: demands as unknown as JsonValue,
      ...extra,
      files: verdicts.map(verdictJson),
    },
  };
}

function wordFor(status: ExitStatus): Word {
  return WORDS[status] ?? OTHERWISE;
}

/** The lines of one verdict. The first says it all; those below are indented. */
function resultLines({ file, status, error, accepted, notCounted }: FileVerdict): string[] {
  const head = `${wordFor(status).text}: ${file}`;
  const others = notCounted.map(({ error: reason }) => `  not counted: ${describeFailure(reason)}`);
  if (error !== undefined) return [`${head}  ${withoutName(describeFailure(error), file)}`, ...others];
  const [first, ...more] = new Set(accepted.map(describeAccepted));
  return [`${head}  ${first}`, ...[...more].map((line) => `  and ${line}`), ...others];
}

function describeFailure(error: Error): string {
  return `${isAppError(error) ? `[${error.code}] ` : ''}${error.message}`;
}

// The line names the file already.
function withoutName(text: string, file: string): string {
  return text.replace(`] ${file}: `, '] ');
}

function describeAccepted({ predicateType, signer, times, logged }: VerifiedEvidence): string {
  const what = predicateType === undefined ? 'signature' : `${predicateTypeName(predicateType)} attestation`;
  const [time] = times;
  const [position] = logged;
  const did = time?.source === 'timestamp-authority' ? 'timestamped' : 'logged';
  const when = time === undefined ? '' : `, ${did} ${isoTime(time.time)}`;
  const where = position === undefined ? '' : ` (index ${position.logIndex})`;
  return `${what} by ${describeWho(signer)}${when}${where}`;
}

/** A moment in UTC, to the second. */
export function isoTime(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

function verdictJson(verdict: FileVerdict): JsonObject {
  const { file, sha256, status, error, accepted, failures, notCounted, notes, saved } = verdict;
  return {
    file,
    ...(sha256 === undefined ? {} : { sha256 }),
    outcome: wordFor(status).json,
    retry: false,
    ...(error === undefined ? { status } : failureJson(error)),
    accepted: accepted.map(acceptedJson),
    failures: failures.map(badEvidenceJson),
    notCounted: notCounted.map(badEvidenceJson),
    notes: [...notes],
    ...(saved === undefined ? {} : { saved }),
  };
}

function badEvidenceJson({ name, error }: BadEvidence): JsonObject {
  const { code, message, causes } = failureJson(error);
  const details = isAppError(error) ? (error.details as JsonObject) : {};
  return { evidence: name, code: code ?? null, message: message ?? null, causes: causes ?? [], details };
}

function acceptedJson(one: VerifiedEvidence): JsonObject {
  return {
    evidence: one.evidence.name,
    form: one.evidence.kind,
    predicateType: one.predicateType ?? null,
    subject: one.subjectName ?? null,
    signer: signerJson(one.signer),
    times: one.times.map(({ source, time }) => ({ source, time: isoTime(time) })),
    logged: one.logged.map(({ log, logIndex }) => ({ log, logIndex: logIndex.toString() })),
    policy: one.policy,
    ...(one.publisherClaim === undefined ? {} : { publisherClaim: one.publisherClaim }),
  };
}

/** What a certificate says of its owner. */
export function signerJson(signer: SignerDescription): JsonObject {
  return {
    text: describeWho(signer),
    identity: signer.identity ?? null,
    issuer: signer.issuer ?? null,
    claims: { ...signer.claims },
    certificate: {
      notBefore: isoTime(signer.notBefore),
      notAfter: isoTime(signer.notAfter),
      serialNumber: signer.serialNumber,
      sha256: signer.fingerprint,
    },
  };
}
