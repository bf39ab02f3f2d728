// SPDX-License-Identifier: Apache-2.0
import type { Host } from '../host.ts';

/** The first line of a verification that judged nothing: the reason alone might read like a detail. */
export function sayNothingVerified({ host }: { readonly host: Pick<Host, 'writeError'> }): void {
  host.writeError('nothing was verified\n');
}
