// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import type { VerifiedEvidence } from '@colophon/verify';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfVerifying } from '../exit-status.ts';
import type { FileVerdict } from './file-verdict.ts';
import type { Trust } from '../trust/instance.ts';
import type { Demands } from '../identity/policy-flags.ts';
import { predicateTypeName } from '../identity/predicate-type.ts';
import { describeWho } from '../identity/signer-text.ts';
import { trustJson } from '../trust/trust-origin.ts';
import { demandedJson, isoTime, verdictJson, wordFor } from './verdict-json.ts';

/** Runs a verification; one that ends early says first that nothing was verified: the reason alone might read like a detail. */
export async function orNothingVerified(context: Context, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    sayNothingVerified(context);
    throw error;
  }
}

export function sayNothingVerified({ host }: Context): void {
  host.writeError('nothing was verified\n');
}

// What cannot be read is broken, and fails its file; but there was nothing in it to judge.
const NOT_JUDGED: readonly string[] = ['ERR_EVIDENCE', 'ERR_EVIDENCE_JSON', 'ERR_EVIDENCE_KIND'];

/** Whether evidence of a file was judged, and not only found missing or broken. */
export function wasJudged({ status, error, accepted, failures }: FileVerdict): boolean {
  if (status !== EXIT.failed || accepted.length > 0) return status === EXIT.ok || accepted.length > 0;
  const reasons = [error, ...failures.map((one) => one.error)];
  return reasons.some((reason) => isAppError(reason) && !NOT_JUDGED.includes(reason.code));
}

/** Tells the verdicts: a line of result for each file, the failures once more in full, and the JSON document. */
export function reportVerdicts(
  verdicts: readonly FileVerdict[],
  { context, trust, demands }: { context: Context; trust: Trust | undefined; demands: Demands },
  extra: JsonObject = {},
): Outcome {
  const { talk } = context;
  for (const verdict of verdicts) for (const line of resultLines(verdict)) talk.result(line);
  if (!verdicts.some(wasJudged)) sayNothingVerified(context);
  for (const { error } of verdicts) if (error !== undefined) talk.error(error);
  for (const note of verdicts.flatMap(({ notes }) => notes)) talk.warn(note);
  for (const { saved } of verdicts) if (saved !== undefined) talk.say(`saved ${saved}`);
  const verified = verdicts.filter(({ status }) => status === EXIT.ok).length;
  const root = trust === undefined ? '' : `; the trusted root is ${trust.source}`;
  talk.say(`${verified} of ${verdicts.length} verified${root}`);
  return verdictsOutcome(verdicts, { trust, demands }, extra);
}

/** The exit status and the JSON document of verdicts; without trust where there was nothing to judge. */
export function verdictsOutcome(
  verdicts: readonly FileVerdict[],
  { trust, demands }: { trust: Trust | undefined; demands: Demands },
  extra: JsonObject = {},
): Outcome {
  const status = statusOfVerifying(verdicts.map((one) => one.status));
  return {
    status,
    report: {
      schema: 'colophon.verify/1',
      status,
      trust: trust === undefined ? null : trustJson(trust),
      demanded: demandedJson(demands),
      ...extra,
      files: verdicts.map(verdictJson),
    },
  };
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
