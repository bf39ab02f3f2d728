// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { closeStages, runCell } from './fault-cell.ts';
import { type Strike, STRIKES } from './fault-strikes.ts';
import { foundOf, readTable, wantedOf } from './fault-table.ts';

/*
 * What becomes of a signature while one service fails. `requests` says how many each service got, `2+` where dice decide;
 * `made` are certificates, entries in the transparency log and files of evidence, each of which verifies; `told` is the last
 * failure, which must be told whatever it was that ended the run.
 */
const TABLE = readTable(`
service | fault              | exit | error                   | requests                                   | made     | told
oidc    | refused            | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | -                                     | 0, 0, 0  | ECONNREFUSED
        | 503 once           | 0    | -                       | oidc 2, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | answered 503
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 2+                               | 0, 0, 0  | answered 500
        | 429, 1 s           | 0    | -                       | oidc 2, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | answered 429
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE        | oidc 1                                     | 0, 0, 0  | answered 429, asking to wait 3600 s
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 2                                     | 0, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 2, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | the connection broke
        | cut after, once    | 0    | -                       | oidc 2, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | the connection broke
        | cut after, always  | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 2+                               | 0, 0, 0  | the connection broke

fulcio  | refused            | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1                                | 0, 0, 0  | ECONNREFUSED
        | 503 once           | 0    | -                       | oidc 1, fulcio 2, ct 1, rekor 1            | 1, 1, 1  | answered 503
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 2+                     | 0, 0, 0  | answered 500
        | 429, 1 s           | 0    | -                       | oidc 1, fulcio 2, ct 1, rekor 1            | 1, 1, 1  | answered 429
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE        | oidc 1, fulcio 1                           | 0, 0, 0  | answered 429, asking to wait 3600 s
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 1, fulcio 2                           | 0, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 1, fulcio 2, ct 1, rekor 1            | 1, 1, 1  | the connection broke
        | cut after, once    | 0    | -                       | oidc 1, fulcio 2, ct 2, rekor 1            | 2, 1, 1  | the connection broke
        | cut after, always  | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 2+, ct 2+              | 2+, 0, 0 | the connection broke

ct      | refused            | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 2+                     | 0, 0, 0  | Error entering certificate in CTL
        | 503 once           | 0    | -                       | oidc 1, fulcio 2, ct 2, rekor 1            | 1, 1, 1  | Error entering certificate in CTL
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 2+, ct 2+              | 0, 0, 0  | Error entering certificate in CTL
        | 429, 1 s           | 0    | -                       | oidc 1, fulcio 2, ct 2, rekor 1            | 1, 1, 1  | Error entering certificate in CTL
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 2+, ct 2+              | 0, 0, 0  | Error entering certificate in CTL
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 1, ct 2                               | 0, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 1, fulcio 2, ct 2, rekor 1            | 1, 1, 1  | Error entering certificate in CTL
        | cut after, once    | 0    | -                       | oidc 1, fulcio 2, ct 2, rekor 1            | 2, 1, 1  | Error entering certificate in CTL
        | cut after, always  | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 2+, ct 2+              | 2+, 0, 0 | Error entering certificate in CTL

tsa     | refused            | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1                | 1, 0, 0  | ECONNREFUSED
        | 503 once           | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 2, rekorV2 1   | 1, 1, 1  | answered 503
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, tsa 2+        | 1, 0, 0  | answered 500
        | 429, 1 s           | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 2, rekorV2 1   | 1, 1, 1  | answered 429
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE        | oidc 1, fulcio 1, ct 1, tsa 1              | 1, 0, 0  | answered 429, asking to wait 3600 s
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1   | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 1, fulcio 1, ct 1, tsa 2              | 1, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 2, rekorV2 1   | 1, 1, 1  | the connection broke
        | cut after, once    | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 2, rekorV2 1   | 1, 1, 1  | the connection broke
        | cut after, always  | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, tsa 2+        | 1, 0, 0  | the connection broke

rekor   | refused            | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1                | 1, 0, 0  | ECONNREFUSED
        | 503 once           | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 2            | 1, 1, 1  | answered 503
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, rekor 2+      | 1, 0, 0  | answered 500
        | 429, 1 s           | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 2            | 1, 1, 1  | answered 429
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE        | oidc 1, fulcio 1, ct 1, rekor 1            | 1, 0, 0  | answered 429, asking to wait 3600 s
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 1            | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 1, fulcio 1, ct 1, rekor 2            | 1, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 2            | 1, 1, 1  | the connection broke
        | cut after, once    | 0    | -                       | oidc 1, fulcio 1, ct 1, rekor 3            | 1, 1, 1  | the connection broke
        | cut after, always  | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, rekor 2+      | 1, 1, 0  | the connection broke

rekorV2 | refused            | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, tsa 1         | 1, 0, 0  | ECONNREFUSED
        | 503 once           | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2   | 1, 1, 1  | answered 503
        | 500 always         | 42   | HTTP_UNAVAILABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2+ | 1, 0, 0 | answered 500
        | 429, 1 s           | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2   | 1, 1, 1  | answered 429
        | 429, 1 h           | 42   | HTTP_UNAVAILABLE        | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1   | 1, 0, 0  | answered 429, asking to wait 3600 s
        | slow               | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1   | 1, 1, 1  | signing 1
        | silent             | 42   | HTTP_BUDGET             | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2   | 1, 0, 0  | no whole answer within 3 s
        | cut before, once   | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2   | 1, 1, 1  | the connection broke
        | cut after, once    | 0    | -                       | oidc 1, fulcio 1, ct 1, tsa 2, rekorV2 3   | 1, 2, 1  | the connection broke
        | cut after, always  | 42   | HTTP_UNREACHABLE/HTTP_BUDGET | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 2+ | 1, 1, 0 | the connection broke
`);

afterAll(closeStages);

describe.concurrent('a signature', () => {
  it.each(TABLE)('while $service is struck: $strike', async (row) => {
    const outcome = await runCell(row);
    expect(foundOf(outcome)).toEqual(wantedOf(row, outcome));
    expect(outcome.stderr).toContain(row.told);
    const { atLeastMs = 0 }: Strike = STRIKES[row.strike];
    // What a CT log asks for, Fulcio does not pass on.
    if (row.service !== 'ct') expect(outcome.milliseconds).toBeGreaterThanOrEqual(atLeastMs);
  });
});
