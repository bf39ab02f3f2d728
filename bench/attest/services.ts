// SPDX-License-Identifier: Apache-2.0
import { performance } from 'node:perf_hooks';
import { type ServiceName, startSandbox } from '@colophon/sandbox';

/*
 * The sandbox's services as a process of their own, each of whose answers to a signer comes late by as many milliseconds as
 * the argument says. What it did since the last question is told on every message from the parent.
 */

/** What the services did. */
export interface ServiceFigures {
  readonly certificates: number;
  readonly entries: number;
  /** Milliseconds in which the process did not wait: the services' own work, whoever caused it. */
  readonly busyMs: number;
}

/** What a signer needs to know of the services. */
export interface ServiceAddresses {
  readonly clientTrustConfig: object;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whom a signer asks. The CT log is asked by Fulcio, and a wait there would be Fulcio's own time. */
const ASKED: readonly ServiceName[] = ['oidc', 'fulcio', 'rekor'];

const [, , latency = '0'] = process.argv;
let certificates = 0;
let entries = 0;
const sandbox = await startSandbox({
  onExchange: ({ service, method, status }) => {
    if (method !== 'POST' || status === undefined || status > 201) return;
    if (service === 'fulcio') certificates += 1;
    if (service === 'rekor') entries += 1;
  },
});
if (Number(latency) > 0)
  // Discovery and keys are what Fulcio asks the issuer for.
  for (const service of ASKED)
    sandbox.faults.add({
      service,
      path: /^(?!.*well-known)/,
      fault: { kind: 'delay', ms: Number(latency) },
    });

let since = performance.eventLoopUtilization();
process.on('message', () => {
  const figures: ServiceFigures = {
    certificates,
    entries,
    busyMs: performance.eventLoopUtilization(since).active,
  };
  process.send?.(figures);
  [certificates, entries] = [0, 0];
  since = performance.eventLoopUtilization();
});
process.on('disconnect', () => process.exit(0));
const { clientTrustConfig, environment } = sandbox;
process.send?.({ clientTrustConfig, environment } satisfies ServiceAddresses);
