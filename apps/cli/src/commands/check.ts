// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { checkDist, conflictFindings, type Finding, sha256File, type UploadCandidate } from '@colophon/dist';
import { isAppError, type JsonObject } from '@colophon/base';
import { FINDING_ADVICE } from '../checking/finding-advice.ts';
import { rstRendererOf } from '../checking/rst-renderer.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfVerifying, type ExitStatus } from '../exit-status.ts';
import { adviceFor } from '../errors/hints.ts';
import type { Arguments } from '../options/arguments.ts';
import { expandCandidates, type InputFile } from '../files/paths.ts';

/** A finding with what to do about it; a file that cannot be read at all is found by the code of its error. */
export interface CheckFinding {
  readonly code: string;
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly hint: string | undefined;
}

export interface CheckedFile {
  readonly file: InputFile;
  readonly findings: readonly CheckFinding[];
  readonly sha256: string | undefined;
  readonly status: ExitStatus;
}

/** `check`: says of each dist what the index would refuse. */
export async function runCheck(args: Arguments, context: Context): Promise<Outcome> {
  const operands = args.operands.length > 0 ? args.operands : ['dist'];
  const strict = args.flag('strict');
  const checked: CheckedFile[] = [];
  const earlier: UploadCandidate[] = [];
  for (const file of await expandCandidates(operands, context.host)) {
    const one = withConflicts(await checkFile(file, context, { strict, digest: true }), earlier, strict);
    checked.push(one);
    report(one, context);
  }
  const status = statusOfVerifying(checked.map((one) => one.status));
  return { status, report: { schema: 'colophon.check/1', status, files: checked.map(toJson) } };
}

export interface CheckManner {
  /** Whether warnings, and what nobody could judge, fail too. */
  readonly strict: boolean;
  /** Whether the SHA-256 is wanted. */
  readonly digest: boolean;
}

/** Judges one dist; a file that cannot be read at all is a finding too, so that the batch goes on. */
export async function checkFile(
  file: InputFile,
  context: Context,
  { strict, digest }: CheckManner,
): Promise<CheckedFile> {
  const { signal } = context.host;
  try {
    const found = await checkDist(file.path, { renderRst: rstRendererOf(context.host) });
    signal.throwIfAborted();
    const sha256 = digest ? await sha256File(file.path, { signal }) : undefined;
    const findings = found.map(advised);
    return { file, findings, sha256, status: statusOf(findings, strict) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { exit, hint } = adviceFor(error.code);
    const finding: CheckFinding = { code: error.code, severity: 'error', message: error.message, hint };
    return { file, findings: [finding], sha256: undefined, status: exit };
  }
}

/** The same file with what it cannot be beside those that were named before it, to which it is added. */
function withConflicts(one: CheckedFile, earlier: UploadCandidate[], strict: boolean): CheckedFile {
  const { file, sha256 } = one;
  if (sha256 === undefined) return one;
  const candidate = { filename: file.filename, sha256 };
  const conflicts = conflictFindings(candidate, earlier).map(advised);
  earlier.push(candidate);
  if (conflicts.length === 0) return one;
  const findings = [...one.findings, ...conflicts];
  return { ...one, findings, status: statusOf(findings, strict) };
}

function advised({ code, severity, message }: Finding): CheckFinding {
  return { code, severity, message, hint: FINDING_ADVICE[code] };
}

function statusOf(findings: readonly CheckFinding[], strict: boolean): ExitStatus {
  const bad = findings.some(({ severity }) => strict || severity === 'error');
  return bad ? EXIT.malformed : EXIT.ok;
}

function report({ file, findings, sha256, status }: CheckedFile, { talk }: Context): void {
  const whole = findings.every(({ severity }) => severity !== 'unjudged');
  const word = status !== EXIT.ok ? 'refused' : whole ? 'ok' : 'ok as far as it was judged';
  talk.result(`${word}: ${basename(file.shown)}${sha256 === undefined ? '' : `  sha256 ${sha256}`}`);
  for (const { severity, code, message, hint } of findings) {
    talk.result(`  ${severity === 'unjudged' ? 'not judged' : severity}[${code}]: ${message}`);
    if (hint !== undefined) talk.result(`    hint: ${hint}`);
  }
}

function toJson({ file, findings, sha256, status }: CheckedFile): JsonObject {
  return {
    file: file.shown,
    status,
    outcome: status === EXIT.ok ? 'ok' : 'refused',
    ...(sha256 === undefined ? {} : { sha256 }),
    judged: findings.every(({ severity }) => severity !== 'unjudged'),
    findings: findings.map(({ code, severity, message, hint }) => ({
      code,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
    })),
    retry: false,
  };
}
