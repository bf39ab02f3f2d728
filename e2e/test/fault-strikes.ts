// SPDX-License-Identifier: Apache-2.0
import type { Fault, Lie } from '@colophon/sandbox';

/** What is done to a service, and for how many of its requests. */
export interface Strike {
  /** `outage` takes the service off the network. */
  readonly fault: Fault | 'outage';
  /** All requests when not given. */
  readonly times?: number;
  /** `--time-budget`, in seconds, of a run that ends only with it. */
  readonly budget?: number;
  /** The run must take at least so long, because the service asked for that. */
  readonly atLeastMs?: number;
  /** Another signature must be in the log before. */
  readonly afterAnother?: boolean;
}

/** Long enough for the services that are not struck, on a machine that is busy. */
const BUDGET = 3;

const lie = (name: Lie): Strike => ({ fault: { kind: 'lie', lie: name } });

/** The columns of the fault matrix, under the names that its tables use. */
export const STRIKES = {
  refused: { fault: 'outage', budget: BUDGET },
  '503 once': { fault: { kind: 'status', status: 503 }, times: 1 },
  '500 always': { fault: { kind: 'status', status: 500 }, budget: BUDGET },
  '429, 1 s': { fault: { kind: 'status', status: 429, retryAfter: 1 }, times: 1, atLeastMs: 1000 },
  '429, 1 h': { fault: { kind: 'status', status: 429, retryAfter: 3600 }, budget: BUDGET },
  slow: { fault: { kind: 'delay', ms: 400 }, atLeastMs: 400 },
  silent: { fault: { kind: 'hang' }, budget: BUDGET },
  'cut before, once': { fault: { kind: 'cut-before' }, times: 1 },
  'cut after, once': { fault: { kind: 'cut-after' }, times: 1 },
  'cut after, always': { fault: { kind: 'cut-after' }, budget: BUDGET },
  'answer without end': { fault: { kind: 'status', status: 200, body: 'x'.repeat(3_000_000) } },
  'web page': { fault: { kind: 'status', status: 200, body: '<html><title>Please log in</title></html>' } },
  redirect: { fault: { kind: 'status', status: 302 } },
  refusal: { fault: { kind: 'status', status: 403, body: 'not \u001b[2Jyou' } },
  'wrong signature': lie('wrong-signature'),
  'other signer': lie('other-signer'),
  'other entry': { ...lie('other-entry'), afterAnother: true },
  'other key': lie('other-key'),
  'other identity': lie('other-identity'),
  'other issuer': lie('other-issuer'),
  'other audience': lie('other-audience'),
  'other nonce': lie('other-nonce'),
  'other time': lie('other-time'),
  'other purpose': lie('other-purpose'),
  expired: lie('expired'),
  'no timestamp': lie('no-timestamp'),
  'detached timestamp': lie('detached-timestamp'),
} as const satisfies Readonly<Record<string, Strike>>;

export type StrikeName = keyof typeof STRIKES;
