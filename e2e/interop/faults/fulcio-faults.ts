// SPDX-License-Identifier: Apache-2.0
import { forgedCertificate, notJson } from './corruption.ts';
import {
  always,
  certificateOnly,
  type FaultCase,
  fails,
  gaveUp,
  nothing,
  succeeds,
  striking,
} from './fault-case.ts';

const strike = striking('fulcio');

/** A certificate that is asked for twice is made twice, which does no harm; what never came is asked for again. */
export const fulcioFaults: readonly FaultCase[] = [
  {
    name: 'Fulcio: connections refused',
    path: 'attest',
    budget: 1,
    refused: 'fulcio',
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), nothing),
  },
  {
    name: 'Fulcio: answers after 3 s',
    path: 'attest',
    rules: strike({ fault: { kind: 'delay', milliseconds: 3_000 } }),
    asked: { fulcio: 1 },
    expected: succeeds(),
    atLeastMs: 3_000,
  },
  {
    // Each attempt that is lost makes a certificate, and how many there are decides the dice.
    name: 'Fulcio: cut after it has issued, twice',
    path: 'attest',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' }, times: 2 }),
    asked: { fulcio: 3 },
    expected: succeeds({ certificates: 3 }),
  },
  {
    name: 'Fulcio: 429, once, asking to wait for 1 s',
    path: 'attest',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '1' } }),
    expected: succeeds(),
    atLeastMs: 1_000,
  },
  {
    name: 'Fulcio: 429, asking to wait for an hour',
    path: 'attest',
    rules: strike({ fault: { kind: 'status', status: 429, retryAfter: '3600' } }),
    expected: fails(42, 'ERR_HTTP_UNAVAILABLE', nothing),
    asked: { fulcio: 1 },
    atMostMs: 10_000,
  },
  {
    name: 'Fulcio: 503, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'status', status: 503 } }),
    expected: succeeds(),
  },
  {
    name: 'Fulcio: 500, for ever',
    path: 'attest',
    budget: 2,
    rules: strike({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), nothing),
    atMostMs: 8_000,
  },
  {
    name: 'Fulcio: no answer at all',
    path: 'attest',
    budget: 1,
    rules: strike({ fault: { kind: 'hang' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), nothing),
    atMostMs: 8_000,
  },
  {
    name: 'Fulcio: cut before it hears of the request, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'drop', when: 'before' } }),
    expected: succeeds(),
  },
  {
    name: 'Fulcio: cut before it hears of any request',
    path: 'attest',
    budget: 1,
    rules: strike({ fault: { kind: 'drop', when: 'before' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNREACHABLE'), nothing),
  },
  {
    name: 'Fulcio: cut after it has issued',
    path: 'attest',
    rules: strike({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds({ certificates: 2 }),
  },
  {
    name: 'Fulcio: answer broken off, once',
    path: 'attest',
    rules: strike({ fault: { kind: 'truncate', bytes: 700 } }),
    expected: succeeds({ certificates: 2 }),
  },
  {
    name: 'Fulcio: answer is a web page',
    path: 'attest',
    rules: strike({ fault: { kind: 'corrupt', change: notJson } }),
    expected: fails(41, 'ERR_FULCIO_ANSWER', certificateOnly),
  },
  {
    name: 'Fulcio: certificate with a forged signature',
    path: 'attest',
    rules: strike({ fault: { kind: 'corrupt', change: forgedCertificate } }),
    expected: fails(30, 'ERR_FULCIO_CERTIFICATE', certificateOnly),
  },
  {
    name: 'Fulcio: 503, once, for 5 files that wait for one certificate',
    path: 'attest',
    inputs: 5,
    rules: strike({ fault: { kind: 'status', status: 503 } }),
    expected: succeeds({ entries: 5, files: 5 }),
  },
  {
    name: 'Fulcio: refuses, for 5 files',
    path: 'attest',
    inputs: 5,
    rules: strike({ fault: { kind: 'status', status: 403, body: 'no' } }),
    asked: { fulcio: 1, rekor: 0 },
    expected: fails(41, 'ERR_FULCIO_REFUSED', nothing),
  },
];
