// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { CheckPool } from '@colophon/pki';

/** The usual size of libuv's thread pool. */
const MAX_THREADS = 4;

/** Checks the signatures of a whole run: here, and on a thread for each core more than one. */
export const CHECK_POOL = new CheckPool({ threads: Math.min(MAX_THREADS, availableParallelism() - 1) });
