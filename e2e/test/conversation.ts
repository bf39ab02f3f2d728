// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');

/** Whether this machine can give a program a terminal of its own, by `script` of util-linux. */
export const HAS_TERMINALS = process.platform === 'linux';

/** What somebody sees of a program, and how they answer. */
export interface Conversation {
  /** Hears what was said so far, whenever there is more; what it gives is typed, once. */
  readonly answer?: (said: string) => Promise<string | undefined> | undefined;
  /** Another program than the built one, with what comes before the arguments. */
  readonly program?: readonly string[];
  /** Whether what goes to standard output is heard, too, and not kept apart. */
  readonly listens?: boolean;
  /** A terminal for standard input and error; standard output never is one. */
  readonly terminal?: boolean;
}

export interface Talked {
  readonly status: number | null;
  readonly stdout: string;
  /** Standard error; on a terminal with the ends of lines that it has elsewhere. */
  readonly said: string;
}

/** Runs the built program in a folder, with nothing but PATH and `environment`, and talks to it. */
export async function converse(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
  { answer, listens = false, terminal = false, program = [process.execPath, PROGRAM] }: Conversation = {},
): Promise<Talked> {
  const output = join(await mkdtemp(join(folder, 'stdout-')), 'text');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb', ...environment };
  const command = [...program, ...args].map(quoted).join(' ');
  const line = listens ? `exec ${command} >&2` : `exec ${command} > ${quoted(output)}`;
  const child = terminal
    ? spawn('script', ['-qefc', line, '/dev/null'], { cwd: folder, env: { ...env, SHELL: '/bin/sh' } })
    : spawn('/bin/sh', ['-c', line], { cwd: folder, env });
  const said: string[] = [];
  const ended = new Promise<number | null>((done, fail) => child.once('close', done).once('error', fail));
  // `script` shows on its standard output what its terminal shows.
  const voice = terminal ? child.stdout : child.stderr;
  let answered = false;
  voice.on('data', (chunk: Buffer) => {
    said.push(chunk.toString().replaceAll('\r\n', '\n'));
    const reply = answered ? undefined : answer?.(said.join(''));
    if (reply === undefined) return;
    answered = true;
    void reply.then((text) => type(child, text));
  });
  const status = await ended;
  return { status, stdout: listens ? '' : await readFile(output, 'utf8'), said: said.join('') };
}

function type({ stdin }: ChildProcess, text: string | undefined): void {
  if (text === undefined) return;
  stdin?.write(text);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The address that a program tells its user to go to, once it has. */
export function addressIn(said: string): string | undefined {
  return [...said.matchAll(/^ +(https?:\S+)\n/gm)].at(-1)?.[1];
}
