// SPDX-License-Identifier: Apache-2.0
import type { Options } from 'yargs';
import type { CommandSpec } from '../command.ts';
import { GLOBAL_OPTIONS } from '../options/global.ts';

/** An option as a shell may offer it. */
export interface OfferedOption {
  readonly name: string;
  readonly describe: string;
  /** Whether a word follows it. */
  readonly takesValue: boolean;
  /** The only values, where there is a choice; otherwise a file may be meant. */
  readonly choices: readonly string[];
}

/** A command, by the words that stand for it: `verify`, `verify pypi`. Empty for the program itself. */
export interface OfferedCommand {
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly describe: string }[];
  readonly options: readonly OfferedOption[];
}

/** All that can be completed, from the same table that the command line is parsed by. */
export function offeredCommands(commands: readonly CommandSpec[]): OfferedCommand[] {
  const globals = offered({ ...GLOBAL_OPTIONS, help: HELP, version: VERSION });
  const root = { path: '', subcommands: commands.map(named), options: globals };
  return [root, ...commands.flatMap((spec) => offeredCommand(spec, []))];
}

const HELP: Options = { type: 'boolean', describe: 'show the help' };
const VERSION: Options = { type: 'boolean', describe: 'show the version' };

function offeredCommand(spec: CommandSpec, above: readonly string[]): OfferedCommand[] {
  const path = [...above, named(spec).name];
  const { unused = [], subcommands = [], network } = spec;
  const idle: readonly string[] = network === 'always' ? [...unused, 'offline'] : unused;
  const globals = Object.entries(GLOBAL_OPTIONS).filter(([name]) => !idle.includes(name));
  const options = offered({ ...spec.options, ...Object.fromEntries(globals), help: HELP });
  return [
    { path: path.join(' '), subcommands: subcommands.map(named), options },
    ...subcommands.flatMap((sub) => offeredCommand(sub, path)),
  ];
}

function named({ usage, summary }: CommandSpec): { name: string; describe: string } {
  return { name: usage.split(' ')[0] ?? '', describe: summary };
}

function offered(options: Readonly<Record<string, Options>>): OfferedOption[] {
  return Object.entries(options)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, { describe, type, choices }]) => ({
      name,
      describe: describe ?? '',
      takesValue: type === 'string',
      choices: (choices ?? []).map(String),
    }));
}
