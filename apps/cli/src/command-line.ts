// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import yargs, { type Argv, type Options } from 'yargs';
import { CliError, usageError } from './cli-error.ts';
import { COMMANDS } from './command-table.ts';
import type { CommandSpec } from './command.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { adviceFor } from './errors/hints.ts';
import type { Host } from './host.ts';
import { Arguments } from './options/arguments.ts';
import { GLOBAL_OPTIONS, readGlobalOptions, wantsColor, type GlobalOptions } from './options/global.ts';
import { causes, renderError } from './render/error.ts';
import { reasonOf } from './render/failure.ts';
import { Talk } from './render/talk.ts';
import { sayNothingVerified } from './verdict/nothing-verified.ts';
import { VERSION } from './version.ts';

interface Chosen {
  readonly spec: CommandSpec;
  readonly args: Arguments;
}

/**
 * Takes the choice out of the parser as soon as it is made. After a handler that returns, yargs lays out the whole help,
 * which nobody asked for and costs as much as half a verification.
 */
class Choice extends Error {
  readonly chosen: Chosen;

  constructor(chosen: Chosen) {
    super('a command was chosen');
    this.chosen = chosen;
  }
}

/** How a command line ended. */
export interface Ended {
  readonly status: ExitStatus;
  /** The document of `--json`; undefined where help was asked for, and after an interruption. */
  readonly report: JsonObject | undefined;
}

/** Runs one command line to its end and gives the exit status. Nothing but a broken stdout is thrown. */
export async function runCommandLine(argv: readonly string[], host: Host): Promise<ExitStatus> {
  const isReportRead = wordsOf(argv).includes('--json');
  const { status, report } = await executeCommandLine(argv, host, isReportRead);
  if (report !== undefined && isReportRead) host.writeOut(`${JSON.stringify(report)}\n`);
  return status;
}

/** The same for callers that want the document themselves: it is not printed. */
export async function executeCommandLine(
  argv: readonly string[],
  host: Host,
  isReportRead = true,
): Promise<Ended> {
  let hasBegun = false;
  try {
    const chosen = await parse(argv, host);
    if (chosen === undefined) return { status: EXIT.ok, report: undefined };
    const options = readOptions(chosen, host);
    const run = await chosen.spec.load();
    hasBegun = true;
    return await run(chosen.args, { host, options, talk: new Talk(host, options), isReportRead });
  } catch (error) {
    // Once it has begun it says so itself, where it is so.
    if (!hasBegun && isVerification(argv)) sayNothingVerified({ host });
    const color = wantsColor(host, wordsOf(argv).includes('--no-color'));
    return fail(
      host.signal.aborted ? new CliError('ERR_INTERRUPTED', 'interrupted', { cause: error }) : error,
      host,
      color,
    );
  }
}

// What is after `--` belongs to another program.
function wordsOf(argv: readonly string[]): readonly string[] {
  return argv.slice(0, [...argv, '--'].indexOf('--'));
}

/** Holds a command line to the words and options that there are, and runs nothing. @throws CliError ERR_USAGE */
export async function assertCommandLine(argv: readonly string[]): Promise<void> {
  const chosen = await parse(argv, { writeOut: () => undefined, stdoutIsTerminal: false });
  if (chosen === undefined) return;
  const idle = chosen.spec.unused?.find((name) => chosen.args.has(name));
  if (idle !== undefined) throw usageError(`--${idle} has no effect on ${chosen.spec.usage}`);
}

function isVerification(argv: readonly string[]): boolean {
  const commands = COMMANDS.map(commandWord);
  return wordsOf(argv).find((word) => commands.includes(word)) === 'verify';
}

function commandWord({ usage }: CommandSpec): string {
  return usage.replace(/ .*/, '');
}

/** The global options, as far as they mean something to the command. @throws CliError ERR_USAGE */
function readOptions({ spec, args }: Chosen, host: Host): GlobalOptions {
  const options = readGlobalOptions(args, host);
  if (options.offline && spec.network === 'always')
    throw usageError(`--offline: ${commandWord(spec)} needs the network`);
  const idle = spec.unused?.find((name) => args.has(name));
  if (idle !== undefined) throw usageError(`--${idle} has no effect on ${commandWord(spec)}`);
  return options;
}

function fail(error: unknown, host: Host, color: boolean): Ended {
  host.writeError(renderError(error, color));
  const { exit, retry } = isAppError(error) ? adviceFor(error.code) : { exit: EXIT.bug, retry: false };
  const report = exit === EXIT.interrupted ? undefined : errorReport(error, exit, retry);
  return { status: exit, report };
}

function errorReport(error: unknown, status: ExitStatus, retry: boolean): JsonObject {
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = isAppError(failure) ? failure.code : 'ERR_BUG';
  return {
    schema: 'colophon.error/1',
    status,
    error: { code, message: failure.message, causes: causes(failure), retry, ...reasonOf(failure) },
  };
}

/** Where help is printed. */
type HelpPlace = Pick<Host, 'writeOut' | 'stdoutIsTerminal' | 'terminalColumns'>;

/** Wider lines are hard to read, and in narrower ones the words of an option have no room. */
const [MOST_COLUMNS, LEAST_COLUMNS] = [110, 60];

function helpColumns({ stdoutIsTerminal, terminalColumns }: HelpPlace): number {
  const columns = (stdoutIsTerminal && terminalColumns) || MOST_COLUMNS;
  return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns));
}

/** Parses `argv`; undefined when help or the version was asked for, and printed. */
async function parse(argv: readonly string[], host: HelpPlace): Promise<Chosen | undefined> {
  let parser: Argv = yargs()
    .scriptName('colophon')
    .usage('$0 COMMAND [OPTION…] [PATH…]\n\nSigns, publishes and verifies releases of Python packages.')
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'greedy-arrays': false,
      'populate--': true,
      'boolean-negation': false,
    })
    .options(oneValueEach(GLOBAL_OPTIONS))
    .version(VERSION)
    .alias('version', 'V')
    .help('help')
    .alias('help', 'h')
    .wrap(helpColumns(host))
    .strictCommands()
    .strict()
    .demandCommand(1, 'name a command; `colophon --help` lists them')
    .exitProcess(false)
    .fail((message, error) => {
      // The parser's own complaints come as errors too, but are the user's to mend.
      if (error !== undefined && error.name !== 'YError') throw error;
      const [, lacking] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
      if (lacking !== undefined) throw usageError(`--${lacking} needs a value`);
      throw usageError(message.charAt(0).toLowerCase() + message.slice(1));
    });
  for (const spec of COMMANDS) parser = addCommand(parser, spec);
  let printed = '';
  try {
    await parser.parseAsync(argv.map(hideDash), {}, (_error: unknown, _argv: unknown, output: string) => {
      printed = output;
    });
  } catch (error) {
    if (!(error instanceof Choice)) throw error;
    assertOptions(argv, error.chosen.spec);
    return error.chosen;
  }
  if (printed !== '') host.writeOut(`${printed}\n`);
  return undefined;
}

// What the parser would take, and this program then not see: `--offline=yes`, to it a no, and `--path x` for an operand.
function assertOptions(argv: readonly string[], { options, operand }: CommandSpec): void {
  const flags = Object.entries({ ...GLOBAL_OPTIONS, ...options }).flatMap(
    ([name, option]: [string, Options]) =>
      option.type === 'string' ? [] : [name, option.alias ?? []].flat(),
  );
  for (const word of wordsOf(argv)) {
    const [shown = '', name = '', value] = /^--?([^=]+)(=)?/.exec(word) ?? [];
    if (value !== undefined && flags.includes(name)) throw usageError(`${shown.slice(0, -1)} takes no value`);
    if (word.startsWith('--') && [operand, '_', '$0'].includes(name))
      throw usageError(`unknown argument: ${name}`);
  }
}

function addCommand(parser: Argv, spec: CommandSpec): Argv {
  return parser.command(
    spec.usage,
    spec.summary,
    (own: Argv) => {
      for (const name of hiddenOptions(spec)) own.hide(name);
      let tree = own.options(oneValueEach(spec.options)).example(`$0 ${spec.example}`, '');
      for (const sub of spec.subcommands ?? []) tree = addCommand(tree, sub);
      return tree;
    },
    (argv) => {
      const values = Object.fromEntries(Object.entries(argv).map(([name, value]) => [name, showDash(value)]));
      throw new Choice({ spec, args: argumentsOf(spec, values) });
    },
  );
}

// What stands behind `--` is named like everything before it: to pass it over would be to say that it is done.
function argumentsOf(
  { usage, operand, runsOthers }: CommandSpec,
  values: Readonly<Record<string, unknown>>,
): Arguments {
  const [operands, behind] = [texts(values[operand]), texts(values['--'])];
  if (runsOthers === true) return new Arguments(operands, behind, values);
  if (behind.length > 0 && !usage.includes(`[${operand}..]`))
    throw usageError(`unknown argument: ${behind.join(' ')}`);
  return new Arguments([...operands, ...behind], [], values);
}

function hiddenOptions({ unused = [], network }: CommandSpec): readonly string[] {
  return network === 'always' ? [...unused, 'offline'] : unused;
}

// The parser drops an operand that is `-`, standard input; no command line can hold this one instead.
const DASH = '\0-';

function hideDash(word: string): string {
  return word === '-' ? DASH : word;
}

function showDash(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(showDash);
  return value === DASH ? '-' : value;
}

// Exactly one value: without this the parser would not take `-`, and take a missing value for an empty one.
function oneValueEach(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.type === 'string' ? { ...option, nargs: 1 } : option,
    ]),
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
