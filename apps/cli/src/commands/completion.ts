// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { usageError } from '../cli-error.ts';
import { COMMANDS } from '../command-table.ts';
import type { Context, Outcome } from '../command.ts';
import { offeredCommands } from '../completion/completion-words.ts';
import { completionScript, type Shell, SHELLS } from '../completion/shell-scripts.ts';
import { EXIT } from '../exit-status.ts';
import type { Arguments } from '../options/arguments.ts';

/** `completion`: the script by which a shell completes our command lines, on stdout. */
export async function runCompletion(args: Arguments, { host, options }: Context): Promise<Outcome> {
  const shell = shellOf(args, host.environment['SHELL']);
  const script = completionScript(shell, offeredCommands(COMMANDS));
  if (!options.json) host.writeOut(script);
  return { status: EXIT.ok, report: { schema: 'colophon.completion/1', status: EXIT.ok, shell, script } };
}

/** The shell that is named, else the user's own. @throws CliError ERR_USAGE */
function shellOf({ operands }: Arguments, own: string | undefined): Shell {
  const [named, ...more] = operands;
  if (more.length > 0) throw usageError('completion is for one shell at a time');
  const word = named ?? basename(own ?? '');
  const shell = SHELLS.find((one) => one === word);
  if (shell !== undefined) return shell;
  throw usageError(
    `for which shell? ${SHELLS.join(', ')} are known${named === undefined ? '' : `, not ${named}`}`,
  );
}
