// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { checkDist, sha256File, type Finding } from '@colophon/dist';
import { isAppError, type JsonObject } from '@colophon/base';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfVerifying, type ExitStatus } from '../exit-status.ts';
import { adviceFor } from '../errors/hints.ts';
import type { Arguments } from '../options/arguments.ts';
import { expandDists, type InputFile } from '../files/paths.ts';

export interface CheckedFile {
  readonly file: InputFile;
  readonly findings: readonly Finding[];
  readonly sha256: string | undefined;
  readonly status: ExitStatus;
}

/** `check`: says of each dist what the index would refuse. */
export async function runCheck(args: Arguments, context: Context): Promise<Outcome> {
  const operands = args.operands.length > 0 ? args.operands : ['dist'];
  const files = await expandDists(operands, context.host);
  const checked: CheckedFile[] = [];
  for (const file of files) checked.push(await checkFile(file, context, args.flag('strict')));
  for (const one of checked) report(one, context);
  const status = statusOfVerifying(checked.map((one) => one.status));
  return { status, report: { schema: 'colophon.check/1', status, files: checked.map(toJson) } };
}

/** Judges one dist; a file that cannot be read at all is a finding too, so that the batch goes on. */
export async function checkFile(file: InputFile, context: Context, strict: boolean): Promise<CheckedFile> {
  const { signal } = context.host;
  try {
    const findings = await checkDist(file.path);
    const sha256 = await sha256File(file.path, { signal });
    const bad = findings.some(({ severity }) => strict || severity === 'error');
    return { file, findings, sha256, status: bad ? EXIT.malformed : EXIT.ok };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const finding: Finding = { code: error.code, severity: 'error', message: error.message };
    return { file, findings: [finding], sha256: undefined, status: adviceFor(error.code).exit };
  }
}

function report({ file, findings, sha256, status }: CheckedFile, { talk }: Context): void {
  const word = status === EXIT.ok ? 'ok' : 'refused';
  talk.result(`${word}: ${basename(file.shown)}${sha256 === undefined ? '' : `  sha256 ${sha256}`}`);
  for (const { severity, code, message } of findings) talk.result(`  ${severity}[${code}]: ${message}`);
}

function toJson({ file, findings, sha256, status }: CheckedFile): JsonObject {
  return {
    file: file.shown,
    status,
    outcome: status === EXIT.ok ? 'ok' : 'refused',
    ...(sha256 === undefined ? {} : { sha256 }),
    findings: findings.map(({ code, severity, message }) => ({ code, severity, message })),
    retry: false,
  };
}
