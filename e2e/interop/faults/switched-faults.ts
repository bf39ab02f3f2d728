// SPDX-License-Identifier: Apache-2.0
import { FaultProxy, type FaultRule } from '../fault-proxy.ts';
import { urls } from '../stack/addresses.ts';
import type { Stack } from '../stack/stack.ts';
import { always, certificateOnly, type FaultCase, fails, gaveUp, nothing, succeeds } from './fault-case.ts';

/** Runs one fault and takes note of what became of it. */
export type Run = (fault: FaultCase) => Promise<void>;

/** Faults of the services themselves, brought about by their switches: one at a time, and all is as before at the end. */
export async function runSwitchedFaults(stack: Stack, run: Run): Promise<void> {
  stack.rotateTokenKeys();
  await run({ name: 'issuer: other keys than a moment ago', path: 'attest', expected: succeeds() });
  for (const [flags, fault] of rekor2Switches)
    await withFlags(stack, 'rekor2', flags, () => run({ path: 'sign-v2', ...fault }));
  await withStruckCtLog(stack, run);
}

const rekor2Switches: readonly (readonly [flags: readonly string[], fault: Omit<FaultCase, 'path'>])[] = [
  [
    // Longer than the 5 s after which stock @sigstore/sign gives up; the server itself cuts after 20 s.
    ['--checkpoint-interval=6s'],
    { name: 'Rekor v2: a checkpoint every 6 s', expected: succeeds() },
  ],
  [
    ['--read-only'],
    {
      name: 'Rekor v2: frozen',
      inputs: 2,
      expected: fails(41, 'ERR_REKOR_FROZEN', certificateOnly),
      asked: { rekor: 2 },
      atMostMs: 8_000,
    },
  ],
];

/** Starts a service again with further flags, of which the last of a name counts, and afterwards without them. */
async function withFlags(
  { services }: Stack,
  name: string,
  flags: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  let original: readonly string[] = [];
  await services.restart(name, (argv) => {
    original = argv;
    return [...argv, ...flags];
  });
  try {
    await work();
  } finally {
    await services.restart(name, () => original);
  }
}

const ctFaults: readonly (readonly [rule: FaultRule, fault: FaultCase])[] = [
  [
    { fault: { kind: 'status', status: 503 } },
    { name: 'CT log: 503, once (Fulcio asks again)', path: 'attest', expected: succeeds() },
  ],
  [
    { fault: { kind: 'status', status: 400, body: 'no' } },
    { name: 'CT log: refuses, once (Fulcio answers 500)', path: 'attest', expected: succeeds() },
  ],
  [
    { fault: { kind: 'status', status: 429, retryAfter: '1' } },
    { name: 'CT log: 429, once (Fulcio waits as it is asked)', path: 'attest', expected: succeeds() },
  ],
  [
    { fault: { kind: 'delay', milliseconds: 2_000 } },
    { name: 'CT log: answers after 2 s', path: 'attest', expected: succeeds(), atLeastMs: 2_000 },
  ],
  [
    { fault: { kind: 'drop', when: 'after-commit' } },
    { name: 'CT log: cut after it has logged', path: 'attest', expected: succeeds() },
  ],
  [
    { fault: { kind: 'status', status: 500 }, times: always },
    {
      name: 'CT log: 500, for ever',
      path: 'attest',
      budget: 2,
      expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), nothing),
    },
  ],
  // Fulcio goes on asking, at ever longer intervals, until its client gives up: last, for it is slow to recover.
  [
    { fault: { kind: 'drop', when: 'before' }, times: always },
    {
      name: 'CT log: down (Fulcio never answers)',
      path: 'attest',
      budget: 2,
      expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), nothing),
      atMostMs: 8_000,
    },
  ],
];

async function withStruckCtLog(stack: Stack, run: Run): Promise<void> {
  const proxy = await FaultProxy.start(urls.ctLog);
  try {
    await withFlags(stack, 'fulcio', [`--ct-log-url=${proxy.url}`], async () => {
      for (const [rule, fault] of ctFaults) {
        proxy.reset();
        proxy.fail(rule);
        await run(fault);
      }
    });
  } finally {
    await proxy.close();
  }
}
