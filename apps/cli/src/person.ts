// SPDX-License-Identifier: Apache-2.0
import { type Readable, Writable } from 'node:stream';
import { isatty } from 'node:tty';

/** Whoever may sit before the program. */
export interface Person {
  /** Whether anybody seems to be there: standard input or error leads to a terminal. */
  readonly atTerminal: boolean;
  /** Whether a browser that is opened on this machine would be before them. */
  readonly hasBrowser: boolean;
  /** Opens an address in their browser. Rejects where none can be started. */
  openBrowser(url: string): Promise<void>;
  /** The next line that they type, without its end; undefined where there is none. */
  readLine(signal: AbortSignal): Promise<string | undefined>;
  /** Whether what they type can be kept from the screen: standard input is a terminal. */
  readonly canHide: boolean;
  /** The same, without showing it. */
  readHidden(signal: AbortSignal): Promise<string | undefined>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whoever started this process. Nothing of theirs is touched before it is asked for. */
export function personOfProcess(): Person {
  return {
    get atTerminal() {
      return isatty(0) || isatty(2);
    },
    get hasBrowser() {
      return hasBrowser(process.env, process.platform);
    },
    openBrowser: async (url) => {
      // Few runs log anybody in.
      const { default: open } = await import('open');
      await open(url);
    },
    readLine: (signal) => readLine(process.stdin, signal),
    get canHide() {
      return isatty(0);
    },
    readHidden: (signal) => readHidden(process.stdin, signal),
  };
}

/**
 * Whether a browser of this machine can be seen by whoever works on it: not over SSH without a display that is passed on,
 * and on Linux not without any display. `BROWSER` says that there is one.
 */
export function hasBrowser(environment: Environment, platform: NodeJS.Platform): boolean {
  const is = (...names: string[]) => names.some((name) => Boolean(environment[name]));
  if (is('BROWSER')) return true;
  const display = is('DISPLAY', 'WAYLAND_DISPLAY');
  if (is('SSH_CONNECTION', 'SSH_TTY')) return display && platform === 'linux';
  return platform !== 'linux' || display || is('WSL_DISTRO_NAME');
}

/** Reads one line; what is typed after it is left alone as far as the stream allows. */
export async function readLine(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  // Few runs read anything that somebody types.
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, signal });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
  }
}

/** Reads one line of a terminal, whose echo is off meanwhile; what edits a line works. */
export async function readHidden(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0, signal });
  // The terminal gives the key to us, not to the process, as long as nothing is echoed.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
  }
}
