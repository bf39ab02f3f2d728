// SPDX-License-Identifier: Apache-2.0
import { forgedPromise, notJson, otherEntry } from './corruption.ts';
import {
  allMade,
  always,
  certificateOnly,
  type FaultCase,
  fails,
  gaveUp,
  succeeds,
  striking,
} from './fault-case.ts';

const strike = striking('rekor');

/** Rekor v1 answers 409 to what it has already, and gives the entry out: nothing is ever logged twice. */
export const rekorFaults: readonly FaultCase[] = [
  {
    name: 'Rekor v1: connections refused',
    path: 'attest',
    budget: 1,
    refused: 'rekor',
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), certificateOnly),
  },
  {
    name: 'Rekor v1: 429, asking to wait for an hour',
    path: 'attest',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '3600' } }),
    asked: { rekor: 1 },
    expected: fails(42, 'ERR_HTTP_UNAVAILABLE', certificateOnly),
    atMostMs: 10_000,
  },
  {
    name: 'Rekor v1: cut before it hears of the entry, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'drop', when: 'before' } }),
    asked: { rekor: 2 },
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: answers after 3 s',
    path: 'attest',
    rules: strike({ fault: { kind: 'delay', milliseconds: 3_000 } }),
    asked: { rekor: 1 },
    expected: succeeds(),
    atLeastMs: 3_000,
  },
  {
    name: 'Rekor v1: 503, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'status', status: 503 } }),
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: 429, once, asking to wait for 1 s',
    path: 'sign-v1',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '1' } }),
    expected: succeeds(),
    atLeastMs: 1_000,
  },
  {
    name: 'Rekor v1: 500, for ever',
    path: 'attest',
    budget: 2,
    rules: strike({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), certificateOnly),
    atMostMs: 8_000,
  },
  {
    name: 'Rekor v1: no answer at all',
    path: 'attest',
    budget: 1,
    rules: strike({ fault: { kind: 'hang' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), certificateOnly),
    atMostMs: 8_000,
  },
  {
    name: 'Rekor v1: cut after it has logged (DSSE)',
    path: 'attest',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: cut after it has logged (message)',
    path: 'sign-v1',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: cut after it has logged, and 503 when the entry is fetched',
    path: 'attest',
    rules: strike(
      { method: 'POST', fault: { kind: 'drop', when: 'after-commit' } },
      { method: 'GET', fault: { kind: 'status', status: 503 } },
    ),
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: every answer cut, for ever',
    path: 'attest',
    budget: 2,
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), allMade),
    atMostMs: 8_000,
  },
  {
    name: 'Rekor v1: answer broken off, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'truncate', bytes: 300 } }),
    expected: succeeds(),
  },
  {
    name: 'Rekor v1: answer is a web page',
    path: 'attest',
    rules: strike({ fault: { kind: 'corrupt', change: notJson } }),
    expected: fails(41, 'ERR_REKOR_ANSWER', allMade),
  },
  {
    name: 'Rekor v1: answer is a web page, for one of 5 files',
    path: 'attest',
    inputs: 5,
    rules: strike({ fault: { kind: 'corrupt', change: notJson } }),
    expected: { status: 43, code: 'ERR_REKOR_ANSWER', certificates: 1, entries: 5, files: 4 },
  },
  {
    name: 'Rekor v1: another entry (DSSE)',
    path: 'attest',
    rules: strike({ fault: { kind: 'corrupt', change: otherEntry } }),
    expected: fails(30, 'ERR_REKOR_ENTRY', allMade),
  },
  {
    name: 'Rekor v1: another entry (message)',
    path: 'sign-v1',
    rules: strike({ fault: { kind: 'corrupt', change: otherEntry } }),
    expected: fails(30, 'ERR_REKOR_ENTRY', allMade),
  },
  {
    name: 'Rekor v1: forged promise',
    path: 'attest',
    rules: strike({ fault: { kind: 'corrupt', change: forgedPromise } }),
    expected: fails(30, 'ERR_LOG_PROMISE', allMade),
  },
];
