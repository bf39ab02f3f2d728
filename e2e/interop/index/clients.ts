// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { CommandFailure, runCommand } from '../build/command.ts';
import type { PythonPeers } from '../build/python-peers.ts';

type Environment = Readonly<Record<string, string>>;

/** The people's clients of an index, each in an environment that holds nothing of this process. */
export interface Clients {
  twine(argv: readonly string[], environment: Environment): Promise<string>;
  uv(argv: readonly string[], environment?: Environment): Promise<string>;
  pip(argv: readonly string[]): Promise<string>;
}

/** twine, uv and pip of the locked peers, with `home` as their home folder. */
export function clientsOf({ commands, interpreter }: PythonPeers, home: string): Clients {
  const run = (program: string, argv: readonly string[], environment: Environment = {}): Promise<string> =>
    runCommand(program, argv, {
      cwd: home,
      env: { PATH: `${commands}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8', ...environment },
    });
  return {
    twine: (argv, environment) => run(join(commands, 'twine'), argv, environment),
    uv: (argv, environment) => run(join(commands, 'uv'), argv, environment),
    pip: ([command = '', ...argv]) =>
      run(interpreter, [
        '-m',
        'pip',
        command,
        '--isolated',
        '--no-cache-dir',
        '--disable-pip-version-check',
        ...argv,
      ]),
  };
}

/** Runs what must fail, and gives what it said. @throws Error where it succeeded */
export async function mustFail(what: string, work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CommandFailure && error.status !== undefined) return error.output;
    throw error;
  }
  throw new Error(`${what} succeeded, and must not`);
}
