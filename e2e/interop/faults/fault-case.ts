// SPDX-License-Identifier: Apache-2.0
import type { FaultRule } from '../fault-proxy.ts';
import type { Stack } from '../stack/stack.ts';

/** The signing paths that faults strike. Those on Rekor v2 ask the time-stamp authority too, `sign-v1` likewise. */
export type PathName = 'attest' | 'attest-v2' | 'sign-v1' | 'sign-v2';

/** What a run came to, and what it left behind in the world. */
export interface Consequences {
  readonly status: number;
  /** The code of the first error in the report; none when all went well. */
  readonly code?: string;
  /** Certificates that Fulcio issued. */
  readonly certificates: number;
  /** Entries that the transparency log took. */
  readonly entries: number;
  /** Files of evidence, each of which verifies. One that does not, or a half-written one, fails the case by itself. */
  readonly files: number;
}

/** What must come of a fault; `code` may be any of several. */
export interface ExpectedConsequences extends Omit<Consequences, 'code'> {
  readonly code?: string | readonly string[];
}

/** The services that a proxy can stand before. */
export type Struck = 'fulcio' | 'rekor' | 'tsa';

export type Strikes = Readonly<Partial<Record<Struck, readonly FaultRule[]>>>;

/** One fault, and all that may come of it. */
export interface FaultCase {
  readonly name: string;
  readonly path: PathName;
  /** How many files are signed in one run; 1 when not given. */
  readonly inputs?: number;
  /** `--time-budget`, in seconds. */
  readonly budget?: number;
  readonly rules?: Strikes;
  /** A service to which no connection can be made. */
  readonly refused?: Struck;
  /** Instead of a good token. */
  readonly token?: (stack: Stack) => string;
  /** Instead of a token on the command line. */
  readonly environment?: (stack: Stack) => Promise<Readonly<Record<string, string>>>;
  readonly expected: ExpectedConsequences;
  /** How often a service must be asked, where that does not depend on chance. */
  readonly asked?: Readonly<Partial<Record<Struck, number>>>;
  /** The run must take at least so long, because a service asked for that. */
  readonly atLeastMs?: number;
  /** The run must have given up by then. */
  readonly atMostMs?: number;
}

export const always = Number.MAX_SAFE_INTEGER;

/** A run in which all went well in the end. */
export function succeeds(changes: Partial<Consequences> = {}): ExpectedConsequences {
  return { status: 0, certificates: 1, entries: 1, files: 1, ...changes };
}

/** A run that left no file. `certificates` and `entries` are what was made before it failed. */
export function fails(
  status: number,
  code: string | readonly string[],
  made: { readonly certificates: number; readonly entries: number },
): ExpectedConsequences {
  return { status, code, files: 0, ...made };
}

export const nothing = { certificates: 0, entries: 0 } as const;
export const certificateOnly = { certificates: 1, entries: 0 } as const;
export const allMade = { certificates: 1, entries: 1 } as const;

/** The time budget ended, after failures of one kind or in the middle of an attempt. */
export function gaveUp(code: string): readonly string[] {
  return [code, 'ERR_HTTP_BUDGET'];
}

/** Makes rules for the proxy before one service. */
export function striking(service: Struck): (...rules: readonly FaultRule[]) => Strikes {
  return (...rules) => ({ [service]: rules });
}
