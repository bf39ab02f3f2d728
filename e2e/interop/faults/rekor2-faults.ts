// SPDX-License-Identifier: Apache-2.0
import { forgedCheckpoint, notJson } from './corruption.ts';
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

/** Rekor v2 answers 409 to what it has already and gives nothing out: a lost answer costs one more signature and entry. */
export const rekor2Faults: readonly FaultCase[] = [
  {
    name: 'Rekor v2: connections refused',
    path: 'sign-v2',
    budget: 1,
    refused: 'rekor',
    asked: { tsa: 1 },
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), certificateOnly),
  },
  {
    name: 'Rekor v2: 429, once, asking to wait for 1 s',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '1' } }),
    asked: { tsa: 1, rekor: 2 },
    expected: succeeds(),
    atLeastMs: 1_000,
  },
  {
    name: 'Rekor v2: cut before it hears of the entry, once',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'drop', when: 'before' } }),
    asked: { tsa: 1, rekor: 2 },
    expected: succeeds(),
  },
  {
    // The log on plain files has the switch for it, but never pushes back.
    name: 'Rekor v2: pushes back 12 times, for 12 files',
    path: 'sign-v2',
    inputs: 12,
    rules: strike({ fault: { kind: 'status', status: 503, body: 'reached max pushback; retry' }, times: 12 }),
    expected: succeeds({ entries: 12, files: 12 }),
  },
  {
    name: 'Rekor v2: 500, for ever',
    path: 'sign-v2',
    budget: 2,
    rules: strike({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), certificateOnly),
    atMostMs: 8_000,
  },
  {
    name: 'Rekor v2: no answer at all',
    path: 'attest-v2',
    budget: 1,
    rules: strike({ fault: { kind: 'hang' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), certificateOnly),
    atMostMs: 8_000,
  },
  {
    name: 'Rekor v2: cut after it has logged (message)',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds({ entries: 2 }),
  },
  {
    name: 'Rekor v2: cut after it has logged (DSSE)',
    path: 'attest-v2',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds({ entries: 2 }),
  },
  {
    name: 'Rekor v2: every answer cut, for ever',
    path: 'sign-v2',
    budget: 2,
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), allMade),
  },
  {
    name: 'Rekor v2: answer broken off, once',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'truncate', bytes: 300 } }),
    expected: succeeds({ entries: 2 }),
  },
  {
    name: 'Rekor v2: answer is a web page',
    path: 'sign-v2',
    rules: strike({ fault: { kind: 'corrupt', change: notJson } }),
    expected: fails(41, 'ERR_REKOR_ANSWER', allMade),
  },
  {
    name: 'Rekor v2: forged checkpoint',
    path: 'attest-v2',
    rules: strike({ fault: { kind: 'corrupt', change: forgedCheckpoint } }),
    expected: fails(30, 'ERR_LOG_CHECKPOINT', allMade),
  },
];
