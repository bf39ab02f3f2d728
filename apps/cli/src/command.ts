// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { Options } from 'yargs';
import type { ExitStatus } from './exit-status.ts';
import type { Host } from './host.ts';
import type { Arguments } from './options/arguments.ts';
import type { GlobalOptionName, GlobalOptions } from './options/global.ts';
import type { Talk } from './render/talk.ts';

/** What every command is given. */
export interface Context {
  readonly host: Host;
  readonly options: GlobalOptions;
  readonly talk: Talk;
  /** Whether anybody reads the report: what grows with the number of files is left out of it otherwise. */
  readonly isReportRead: boolean;
}

/** What a command came to: the exit status, and the document that `--json` prints. */
export interface Outcome {
  readonly status: ExitStatus;
  readonly report: JsonObject;
}

export type Run = (args: Arguments, context: Context) => Promise<Outcome>;

/** One command as the command line knows it: `load` brings in its code only when it was chosen. */
export interface CommandSpec {
  /** The command's word and its operands as yargs writes them: `check [path..]`. */
  readonly usage: string;
  /** The name of the operands in `usage`. */
  readonly operand: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Options>>;
  readonly example: string;
  readonly network: 'always' | 'sometimes' | 'never';
  /** Global options without a meaning here; none by default. */
  readonly unused?: readonly GlobalOptionName[];
  readonly subcommands?: readonly CommandSpec[];
  /** Whether what stands behind `--` is the command line of another program; else they are operands like the rest. */
  readonly runsOthers?: true;
  load(): Promise<Run>;
}
