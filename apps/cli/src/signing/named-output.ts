// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { environmentFlag } from '../options/global.ts';

/** The variables that sigstore-python reads where a flag is not given. */
const VARIABLES = {
  bundle: 'SIGSTORE_BUNDLE',
  signature: 'SIGSTORE_OUTPUT_SIGNATURE',
  certificate: 'SIGSTORE_OUTPUT_CERTIFICATE',
  'output-directory': 'SIGSTORE_OUTPUT_DIRECTORY',
} as const;

const FLAG_VARIABLES = {
  overwrite: 'SIGSTORE_OVERWRITE',
  'no-default-files': 'SIGSTORE_NO_DEFAULT_FILES',
} as const;

export type OutputOption = keyof typeof VARIABLES;

/** Where an output goes, and what said so. */
export interface NamedOutput {
  readonly path: string;
  /** For messages: the flag, or the variable. */
  readonly source: string;
}

/** An output that a flag names, or else its variable. */
export function namedOutput(
  args: Arguments,
  { host }: Context,
  option: OutputOption,
): NamedOutput | undefined {
  const text = args.text(option);
  if (text !== undefined) return { path: text, source: `--${option}` };
  const variable = VARIABLES[option];
  const value = host.environment[variable];
  return value ? { path: value, source: variable } : undefined;
}

/** A yes or no that a flag says, or else its variable. @throws CliError ERR_USAGE for a word that is neither */
export function outputFlag(args: Arguments, { host }: Context, option: keyof typeof FLAG_VARIABLES): boolean {
  return args.flag(option) || environmentFlag(host, FLAG_VARIABLES[option]);
}
