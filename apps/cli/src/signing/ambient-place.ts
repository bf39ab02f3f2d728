// SPDX-License-Identifier: Apache-2.0
import { execFile, type ExecFileException } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Secret } from '@colophon/base';
import type { AmbientPlace, CommandResult, RunCommand } from '@colophon/oidc';
import { findExecutable } from '../checking/executable.ts';
import type { Host } from '../host.ts';

/** Where we run, as far as it tells who gives us tokens. */
export function ambientPlace(host: Host): AmbientPlace {
  return { environment: host.environment, readFile: readMachineFile };
}

function readMachineFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Runs a program that is found in an absolute folder of the PATH of `limits.environment` (Windows would start one out of the
 * folder that is worked in): without a shell, with nothing on its standard input, ended hard when it takes too long or
 * prints too much. What it prints on stdout is a secret: no error holds it.
 * @throws the signal's reason; Error when the program cannot be started, though it is there
 */
export const runCommand: RunCommand = async (file, args, limits) => {
  const program = await findExecutable(file, limits.environment);
  return program === undefined ? undefined : runProgram(program, args, limits);
};

const runProgram: RunCommand = (file, args, { environment, timeoutMs, maxBytes, signal }) =>
  new Promise((resolve, reject) => {
    const options = {
      env: { ...environment },
      timeout: timeoutMs,
      maxBuffer: maxBytes,
      killSignal: 'SIGKILL',
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (error?.code === 'ENOENT') resolve(undefined);
      else if (typeof error?.code === 'string' && !isTooMuch(error))
        reject(new Error(`${basename(file)}: ${error.code}`));
      else resolve({ status: statusOf(error), stdout: new Secret(stdout), stderr });
    });
    child.stdin?.end();
  });

function statusOf(error: ExecFileException | null): CommandResult['status'] {
  if (error === null) return 0;
  return typeof error.code === 'number' ? error.code : undefined;
}

function isTooMuch({ code }: ExecFileException): boolean {
  return code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
}
