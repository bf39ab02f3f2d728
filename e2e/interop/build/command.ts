// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** A command that could not be started or did not exit with 0; the message ends with the last lines it wrote. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /** What it wrote to standard error, or to standard output where there was nothing. */
  readonly output: string;
  /** Its exit status; undefined when a signal ended it or it was never started. */
  readonly status: number | undefined;

  constructor(message: string, output: string, status?: number) {
    super(`${message}\n${lastLines(output, 20)}`);
    this.output = output;
    this.status = status;
  }
}

/** Runs a program to its end and gives its standard output. Throws CommandFailure. */
export function runCommand(
  file: string,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(file, argv, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  child.on('error', (error) =>
    reject(new CommandFailure(`${file} could not be started: ${error.message}`, '')),
  );
  child.on('close', (status, signal) => {
    if (status === 0) return resolve(Buffer.concat(out).toString());
    const text = Buffer.concat(err.length > 0 ? err : out).toString();
    return reject(new CommandFailure(`${file} ended with ${status ?? signal}`, text, status ?? undefined));
  });
  return promise;
}

/** Where a program is, on the PATH or in the system folders that a plain user's PATH often lacks. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/go/bin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
