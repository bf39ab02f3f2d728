// SPDX-License-Identifier: Apache-2.0

/** What a run of the product came to. */
export interface ColophonRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ColophonRunOptions {
  /** All of the environment that the product sees, beside HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Interrupts the run, as Ctrl-C does; given up after a minute by default. */
  readonly signal?: AbortSignal;
}

/** Runs one command line in this process: nothing but the start of a process differs from the program's own. */
export async function runColophon(
  argv: readonly string[],
  { environment = {}, signal = AbortSignal.timeout(60_000) }: ColophonRunOptions = {},
): Promise<ColophonRun> {
  const { runCommandLine } = await import('colophon/src/command-line.ts');
  const [out, err]: [string[], string[]] = [[], []];
  const status = await runCommandLine(argv, {
    environment: { HOME: process.env.HOME, ...environment },
    workingDirectory: process.cwd(),
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal,
    now: () => new Date(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void err.push(text),
  });
  return { status, stdout: out.join(''), stderr: err.join('') };
}
