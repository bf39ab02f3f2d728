// SPDX-License-Identifier: Apache-2.0
import { CommandFailure, lastLines, runCommand } from '../build/command.ts';
import { Refusal } from '../table/peer.ts';

/** Runs a client to its end. Throws Refusal with the end of what it wrote when it exits with another status than 0. */
export async function runClient(program: string, argv: readonly string[]): Promise<string> {
  try {
    return await runCommand(program, argv);
  } catch (error) {
    if (error instanceof CommandFailure) throw new Refusal(lastLines(error.output, 6), { cause: error });
    throw error;
  }
}
