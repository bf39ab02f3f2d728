// SPDX-License-Identifier: Apache-2.0
import { access } from 'node:fs';
import { availableParallelism } from 'node:os';
import { CheckPool } from '@colophon/pki';

/** Where libuv looks for the number of its threads, once: when they get their first work. */
const VARIABLE = 'UV_THREADPOOL_SIZE';

/** Two at least, for files are read by these threads too; and no more than do any good. */
const [LEAST_THREADS, MOST_THREADS] = [2, 16];

const cores = availableParallelism();

/** Checks the signatures of a whole run: here, and on a thread for each core more than one. */
export const CHECK_POOL = new CheckPool({ threads: Math.min(cores - 1, MOST_THREADS) });

/**
 * Has libuv start as many threads as there are cores, and not four: on two cores four threads stand in each other's way, and on
 * many cores they are too few. It must be called before anything is read. A number that the user set stays.
 */
export function sizeThreadPool(environment: NodeJS.ProcessEnv): void {
  if (environment[VARIABLE] !== undefined) return;
  environment[VARIABLE] = String(Math.min(MOST_THREADS, Math.max(LEAST_THREADS, cores)));
  access('.', () => undefined);
  // The threads are there; what is run from here shall not inherit the number.
  delete environment[VARIABLE];
}
