// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import type { VerifiedEvidence } from '@colophon/verify';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfVerifying, type ExitStatus } from '../exit-status.ts';
import type { FileVerdict } from './file-verdict.ts';
import type { Trust } from '../trust/instance.ts';
import type { Demands } from '../identity/policy-flags.ts';
import { predicateTypeName } from '../identity/predicate-type.ts';
import { describeWho } from '../identity/signer-text.ts';
import { trustJson } from '../trust/trust-origin.ts';
import { sayNothingVerified } from './nothing-verified.ts';
import { demandedJson, isoTime, verdictJson, wordFor } from './verdict-json.ts';

/** Runs of which a verdict was told: if they end early, that much was judged all the same. */
const told = new WeakSet<Context>();

/** Runs a verification; one that ends early says first that nothing was verified. */
export async function orNothingVerified(context: Context, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!told.has(context)) sayNothingVerified(context);
    throw error;
  }
}

// What cannot be read is broken, and fails its file; but there was nothing in it to judge.
const NOT_JUDGED: readonly string[] = ['ERR_EVIDENCE', 'ERR_EVIDENCE_JSON', 'ERR_EVIDENCE_KIND'];

/** Whether evidence of a file was judged, and not only found missing or broken. */
export function wasJudged({ status, error, accepted, failures }: FileVerdict): boolean {
  if (status !== EXIT.failed || accepted.length > 0) return status === EXIT.ok || accepted.length > 0;
  const reasons = [error, ...failures.map((one) => one.error)];
  return reasons.some((reason) => isAppError(reason) && !NOT_JUDGED.includes(reason.code));
}

/** What a report says of more than single files; without trust where there was nothing to judge. */
export interface Reporting {
  readonly context: Context;
  readonly trust: Trust | undefined;
  readonly demands: Demands;
}

/**
 * Tells verdicts as they come: a line of result for each file at once, and in the end the failures once more in full, and
 * the JSON document. Of a file that is verified little is kept, however many there are.
 */
export class VerdictReport {
  readonly #reporting: Reporting;
  readonly #statuses = new Set<ExitStatus>();
  readonly #errors: Error[] = [];
  readonly #notes: string[] = [];
  readonly #saved: string[] = [];
  readonly #files: JsonObject[] = [];
  #count = 0;
  #verified = 0;

  constructor(reporting: Reporting) {
    this.#reporting = reporting;
  }

  tell(verdict: FileVerdict): void {
    const { context, trust } = this.#reporting;
    const { talk, isReportRead } = context;
    const roots = trust?.roots ?? [];
    for (const line of resultLines(verdict, roots)) talk.result(line);
    const { status, error, notes, saved } = verdict;
    this.#count += 1;
    if (status === EXIT.ok) this.#verified += 1;
    if (wasJudged(verdict)) told.add(context);
    this.#statuses.add(status);
    if (error !== undefined) this.#errors.push(error);
    this.#notes.push(...notes);
    if (saved !== undefined) this.#saved.push(saved);
    if (isReportRead) this.#files.push(verdictJson(verdict, roots));
  }

  conclude(extra: JsonObject = {}): Outcome {
    const { context, trust } = this.#reporting;
    const { talk } = context;
    if (!told.has(context)) sayNothingVerified(context);
    for (const error of this.#errors) talk.error(error);
    for (const note of this.#notes) talk.warn(note);
    for (const saved of this.#saved) talk.say(`saved ${saved}`);
    const root = trust === undefined ? '' : `; the trusted root is ${trust.source}`;
    talk.say(`${this.#verified} of ${this.#count} verified${root}`);
    return verdictsOutcome([...this.#statuses], this.#files, this.#reporting, extra);
  }
}

/** Tells the verdicts of a few files. */
export function reportVerdicts(
  verdicts: readonly FileVerdict[],
  reporting: Reporting,
  extra: JsonObject = {},
): Outcome {
  const report = new VerdictReport(reporting);
  for (const verdict of verdicts) report.tell(verdict);
  return report.conclude(extra);
}

/** The exit status of verdicts, and the JSON document with the verdicts themselves. */
export function verdictsOutcome(
  statuses: readonly ExitStatus[],
  files: readonly JsonObject[],
  { trust, demands }: Pick<Reporting, 'trust' | 'demands'>,
  extra: JsonObject = {},
): Outcome {
  const status = statusOfVerifying(statuses);
  return {
    status,
    report: {
      schema: 'colophon.verify/1',
      status,
      trust: trust === undefined ? null : trustJson(trust),
      demanded: demandedJson(demands),
      ...extra,
      files: [...files],
    },
  };
}

/** The lines of one verdict. The first says it all; those below are indented. */
function resultLines(
  { file, status, error, accepted, notCounted }: FileVerdict,
  roots: readonly TrustedRoot[],
): string[] {
  const head = `${wordFor(status).text}: ${file}`;
  const others = notCounted.map(({ error: reason }) => `  not counted: ${describeFailure(reason)}`);
  if (error !== undefined) return [`${head}  ${withoutName(describeFailure(error), file)}`, ...others];
  const [first, ...more] = new Set(accepted.map((one) => describeAccepted(one, roots)));
  return [`${head}  ${first}`, ...[...more].map((line) => `  and ${line}`), ...others];
}

function describeFailure(error: Error): string {
  return `${isAppError(error) ? `[${error.code}] ` : ''}${error.message}`;
}

// The line names the file already.
function withoutName(text: string, file: string): string {
  return text.replace(`] ${file}: `, '] ');
}

function describeAccepted(
  { predicateType, signer, times, logged, trustedRoot }: VerifiedEvidence,
  roots: readonly TrustedRoot[],
): string {
  const what = predicateType === undefined ? 'signature' : `${predicateTypeName(predicateType)} attestation`;
  const [time] = times;
  const [position] = logged;
  const did = time?.source === 'timestamp-authority' ? 'timestamped' : 'logged';
  const when = time === undefined ? '' : `, ${did} ${isoTime(time.time)}`;
  const where = position === undefined ? '' : ` (index ${position.logIndex})`;
  const under = roots.length > 1 ? `, under root ${roots.indexOf(trustedRoot) + 1} of ${roots.length}` : '';
  return `${what} by ${describeWho(signer)}${when}${where}${under}`;
}
