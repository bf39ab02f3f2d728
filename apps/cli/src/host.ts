// SPDX-License-Identifier: Apache-2.0

import type { Person } from './person.ts';

/** The process as the commands see it: what a test replaces to run the whole program in a world of its own. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly stderrIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** How wide the terminal is that stderr leads to, now; undefined where that is unknown. */
  readonly terminalColumns?: number | undefined;
  readonly signal: AbortSignal;
  /** Whoever can be asked; nobody can without one. */
  readonly person?: Person;
  now(): Date;
  writeOut(text: string): void;
  writeError(text: string): void;
}
