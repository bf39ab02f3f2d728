// SPDX-License-Identifier: Apache-2.0
import { notJson, replay } from './corruption.ts';
import { always, certificateOnly, type FaultCase, fails, gaveUp, succeeds, striking } from './fault-case.ts';

const strike = striking('tsa');

/** The log comes last: whatever becomes of the timestamp, nothing without one is ever logged. */
export const tsaFaults: readonly FaultCase[] = [
  {
    name: 'TSA: connections refused',
    path: 'sign-v2',
    budget: 1,
    refused: 'tsa',
    asked: { rekor: 0 },
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), certificateOnly),
  },
  {
    name: 'TSA: 429, once, asking to wait for 1 s',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '1' } }),
    asked: { tsa: 2, rekor: 1 },
    expected: succeeds(),
    atLeastMs: 1_000,
  },
  {
    name: 'TSA: cut after it has stamped',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    asked: { tsa: 2, rekor: 1 },
    expected: succeeds(),
  },
  {
    name: 'TSA: answers after 3 s',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'delay', milliseconds: 3_000 } }),
    asked: { tsa: 1, rekor: 1 },
    expected: succeeds(),
    atLeastMs: 3_000,
  },
  {
    name: 'TSA: down',
    path: 'sign-v2',
    budget: 1,
    rules: strike({ fault: { kind: 'drop', when: 'before' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), certificateOnly),
  },
  {
    name: 'TSA: down, while a statement is signed',
    path: 'attest-v2',
    budget: 1,
    rules: strike({ fault: { kind: 'drop', when: 'before' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), certificateOnly),
  },
  {
    name: 'TSA: 503, once',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'status', status: 503 } }),
    expected: succeeds(),
  },
  {
    name: 'TSA: 500, for ever',
    path: 'sign-v2',
    budget: 1,
    rules: strike({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), certificateOnly),
  },
  {
    name: 'TSA: 500, for ever, beside Rekor v1',
    path: 'sign-v1',
    budget: 1,
    rules: strike({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), certificateOnly),
  },
  {
    name: 'TSA: no answer at all',
    path: 'sign-v2',
    budget: 1,
    rules: strike({ fault: { kind: 'hang' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), certificateOnly),
    atMostMs: 8_000,
  },
  {
    name: 'TSA: answer broken off, once',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'truncate', bytes: 100 } }),
    expected: succeeds(),
  },
  {
    name: 'TSA: refuses',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'status', status: 400, body: 'no' } }),
    asked: { tsa: 1, rekor: 0 },
    expected: fails(41, 'ERR_TSA_REFUSED', certificateOnly),
  },
  {
    name: 'TSA: answer is a web page',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'corrupt', change: notJson } }),
    expected: fails(41, 'ERR_TSA_ANSWER', certificateOnly),
  },
  {
    name: 'TSA: the second of 2 files gets the timestamp of the first',
    path: 'sign-v2',
    inputs: 2,
    rules: strike({ fault: { kind: 'corrupt', change: replay() }, times: 2 }),
    expected: { status: 30, code: 'ERR_TSA_TIMESTAMP', certificates: 1, entries: 1, files: 1 },
  },
];
