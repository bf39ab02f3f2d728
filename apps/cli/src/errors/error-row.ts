// SPDX-License-Identifier: Apache-2.0
import type { EXIT } from '../exit-status.ts';

/** What a person is told beside an error's message, and what a script gets. */
export interface ErrorRow {
  /** The name of the exit status. */
  readonly exit: keyof typeof EXIT;
  /** One sentence for the reference. */
  readonly meaning: string;
  /** The likely question, or what to do. */
  readonly hint: string | undefined;
  /** Whether trying again, with nothing changed, may help. */
  readonly retry: boolean;
}

/** Makes a row; `row.retry` one for a failure that may pass by itself. */
export function row(exit: ErrorRow['exit'], meaning: string, hint?: string): ErrorRow {
  return { exit, meaning, hint, retry: false };
}

row.retry = (exit: ErrorRow['exit'], meaning: string, hint?: string): ErrorRow => ({
  exit,
  meaning,
  hint,
  retry: true,
});
