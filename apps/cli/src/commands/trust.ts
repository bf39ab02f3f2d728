// SPDX-License-Identifier: Apache-2.0
import { usageError } from '../cli-error.ts';
import type { Outcome } from '../command.ts';

/** `trust` alone does nothing: each thing to do with roots of trust has its own word. */
export async function runTrust(): Promise<Outcome> {
  throw usageError('trust: name one of update, show, export and add');
}
