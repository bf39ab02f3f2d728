// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '@colophon/base';
import { excerpt } from '@colophon/http';
import type { AmbientRequest, Environment } from './ambient-provider.ts';
import { OidcError } from './oidc-error.ts';

export interface CommandLimits {
  readonly environment: Environment;
  readonly timeoutMs: number;
  /** The most that the command may print, in bytes. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** How a command ended. What it printed may be a token. */
export interface CommandResult {
  /** Undefined when it was ended or crashed: it took too long or printed too much. */
  readonly status: number | undefined;
  readonly stdout: Secret;
  readonly stderr: string;
}

/** Runs a program that is found in PATH, without a shell; undefined when there is none of that name. */
export type RunCommand = (
  file: string,
  args: readonly string[],
  limits: CommandLimits,
) => Promise<CommandResult | undefined>;

/** A tool that prints a token. */
export interface TokenCommand {
  readonly place: string;
  readonly file: string;
  readonly args: readonly string[];
  /** What to see to when the tool refuses. */
  readonly remedy: string;
  /** Variables whose values no message shows, whatever the tool says. */
  readonly secretVariables: readonly string[];
}

const TIMEOUT_S = 30;
const MAX_BYTES = 256 * 1024;

/**
 * Runs the tool and gives what it prints, which no message shows; what it says on stderr is shown in part.
 * @throws OidcError ERR_TOKEN_PERMISSION without the tool, ERR_TOKEN_SERVICE when it refuses, cannot be run or does not end
 */
export async function requestTokenByCommand(command: TokenCommand, request: AmbientRequest): Promise<string> {
  const { place, file } = command;
  const result = await run(command, request);
  if (result === undefined)
    throw new OidcError(
      'ERR_TOKEN_PERMISSION',
      `${place} gives tokens by the program ${file}, which is not in the PATH of this job`,
    );
  if (result.status === 0) return result.stdout.reveal();
  if (result.status === undefined)
    throw new OidcError(
      'ERR_TOKEN_SERVICE',
      `${place}: ${file} was ended, or crashed: it may take ${TIMEOUT_S} s and print ${MAX_BYTES / 1024} KiB`,
    );
  throw refusal(command, result, request.environment);
}

async function run(command: TokenCommand, request: AmbientRequest): Promise<CommandResult | undefined> {
  const { place, file, args } = command;
  const { runCommand, environment, signal } = request;
  if (runCommand === undefined)
    throw new OidcError('ERR_TOKEN_SERVICE', `${place} gives tokens by ${file}, and nothing may run it here`);
  const limits = { environment, timeoutMs: TIMEOUT_S * 1000, maxBytes: MAX_BYTES };
  try {
    return await runCommand(file, args, { ...limits, ...(signal === undefined ? {} : { signal }) });
  } catch {
    signal?.throwIfAborted();
    // What the runner threw may hold the output.
    throw new OidcError('ERR_TOKEN_SERVICE', `${place}: ${file} cannot be run`);
  }
}

function refusal({ place, file, remedy, ...command }: TokenCommand, result: CommandResult, env: Environment) {
  const printed = [result.stdout.reveal().trim()].filter((text) => text.length >= 16);
  const hidden = command.secretVariables.flatMap((name) => env[name] ?? []);
  const words = excerpt(result.stderr, [...printed, ...hidden]);
  return new OidcError(
    'ERR_TOKEN_SERVICE',
    `${place}: ${file} gave no token, exit status ${result.status}${words === '' ? '' : `: ${words}`}; ${remedy}`,
    { details: { status: result.status ?? 'none' } },
  );
}
