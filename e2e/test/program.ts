// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const COMMAND_LINE = resolve(import.meta.dirname, '../../apps/cli/src/command-line.ts');

export interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandLine {
  readonly runCommandLine: (argv: readonly string[], host: object) => Promise<number>;
}

/**
 * Runs the program from its sources in this very process, for tests that need many runs. Whoever tests what a process is
 * spawns the built one (`transcript.ts`).
 */
export async function runProgram(
  argv: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ending> {
  const { runCommandLine } = (await import(pathToFileURL(COMMAND_LINE).href)) as CommandLine;
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(argv, {
    environment,
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    now: () => new Date(),
    writeOut: (text: string) => void out.push(text),
    writeError: (text: string) => void error.push(text),
  });
  return { status, stdout: out.join(''), stderr: error.join('') };
}
