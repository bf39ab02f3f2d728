// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { closeStages, runCell } from './fault-cell.ts';
import { foundOf, readTable, wantedOf } from './fault-table.ts';

/*
 * What becomes of a signature when one service answers something that is no answer of its kind, or says no. Nobody is asked a
 * second time. Columns as in signing-faults.test.ts.
 */
const TABLE = readTable(`
service | answer             | exit | error              | requests                                 | made    | told
oidc    | answer without end | 41   | HTTP_TOO_LARGE     | oidc 1                                   | 0, 0, 0 | larger than
        | web page           | 40   | TOKEN_SERVICE      | oidc 1                                   | 0, 0, 0 | token
        | redirect           | 41   | HTTP_REDIRECT      | oidc 1                                   | 0, 0, 0 | redirect
        | refusal            | 40   | TOKEN_SERVICE      | oidc 1                                   | 0, 0, 0 | 403
fulcio  | answer without end | 41   | HTTP_TOO_LARGE     | oidc 1, fulcio 1                         | 0, 0, 0 | larger than
        | web page           | 41   | FULCIO_ANSWER      | oidc 1, fulcio 1                         | 0, 0, 0 | no usable certificate
        | redirect           | 41   | HTTP_REDIRECT      | oidc 1, fulcio 1                         | 0, 0, 0 | redirect
        | refusal            | 41   | FULCIO_REFUSED     | oidc 1, fulcio 1                         | 0, 0, 0 | 403: not [2Jyou
tsa     | answer without end | 41   | HTTP_TOO_LARGE     | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | larger than
        | web page           | 41   | TSA_ANSWER         | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | no timestamp response
        | redirect           | 41   | HTTP_REDIRECT      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | redirect
        | refusal            | 41   | TSA_REFUSED        | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | 403: not [2Jyou
rekor   | answer without end | 41   | HTTP_TOO_LARGE     | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 0, 0 | larger than
        | web page           | 41   | REKOR_REFUSED      | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 0, 0 | answered 200
        | redirect           | 41   | HTTP_REDIRECT      | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 0, 0 | redirect
        | refusal            | 41   | REKOR_REFUSED      | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 0, 0 | 403: not [2Jyou
rekorV2 | answer without end | 41   | HTTP_TOO_LARGE     | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 0, 0 | larger than
        | web page           | 41   | REKOR_REFUSED      | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 0, 0 | answered 200
        | redirect           | 41   | HTTP_REDIRECT      | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 0, 0 | redirect
        | refusal            | 41   | REKOR_REFUSED      | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 0, 0 | 403: not [2Jyou
`);

afterAll(closeStages);

describe.concurrent('a signature', () => {
  it.each(TABLE)('while $service answers: $strike', async (row) => {
    const outcome = await runCell(row);
    expect(foundOf(outcome)).toEqual(wantedOf(row, outcome));
    expect(outcome.stderr).toContain(row.told);
    expect(outcome.stderr).not.toContain('\u001b');
  });
});
