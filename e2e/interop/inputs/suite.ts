// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CommandFailure, runCommand } from '../build/command.ts';
import { renderColumns } from '../columns.ts';
import { type ColophonRun, runColophon } from '../peers/colophon-command.ts';
import { makeRows } from './rows.ts';
import type { InputRow, InputScene } from './row.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../apps/cli/src/main.ts');

export interface InputsReport {
  readonly table: string;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

/** Verifies what peers made on the real services, in every form of input and by every flag of a policy. */
export async function checkInputs(
  setting: Omit<InputScene, 'other' | 'wheel'> & { wheel: string },
): Promise<InputsReport> {
  const { folder } = setting;
  await mkdir(folder, { recursive: true });
  // A copy, beside which no evidence lies.
  const wheel = join(folder, basename(setting.wheel));
  await copyFile(setting.wheel, wheel);
  const other = join(folder, 'other.bin');
  await writeFile(other, 'another file\n');
  const rows = await makeRows({ ...setting, wheel, other });
  const judged: { row: InputRow; wrong: string[] }[] = [];
  for (const row of rows) judged.push({ row, wrong: await judge(row) });
  return {
    table: renderColumns([
      ['verified', 'made by', 'refused when wrong', ''],
      ...judged.map(({ row, wrong }) => [row.name, row.by, row.refusal, wrong.length === 0 ? 'ok' : 'WRONG']),
    ]),
    faults: judged.flatMap(({ row, wrong }) => wrong.map((reason) => `inputs: ${row.name}: ${reason}`)),
  };
}

async function judge({ good, bad, refusal, stdin }: InputRow): Promise<string[]> {
  const [accepted, refused] = [await verify(good, stdin), await verify(bad, stdin)];
  return [
    ...(accepted.status === 0 ? [] : [`exit ${accepted.status}: ${accepted.stderr}`]),
    ...(refused.status === 30 && refused.stderr.includes(`error[${refusal}]`)
      ? []
      : [`the wrong one: exit ${refused.status}: ${refused.stderr}`]),
  ];
}

function verify(argv: readonly string[], stdin: string | undefined): Promise<ColophonRun> {
  return stdin === undefined ? runColophon(['verify', ...argv]) : runProcess(['verify', ...argv], stdin);
}

/** Standard input belongs to a process: the program as one, with a file there. */
async function runProcess(argv: readonly string[], stdin: string): Promise<ColophonRun> {
  const words = ['-c', 'exec "$@" <"$STDIN"', 'sh', process.execPath, ...process.execArgv, PROGRAM, ...argv];
  try {
    const stdout = await runCommand('/bin/sh', words, { env: { ...process.env, STDIN: stdin } });
    return { status: 0, stdout, stderr: '' };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { status: error.status ?? -1, stdout: '', stderr: error.output };
  }
}
