// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { closeStages, runCell } from './fault-cell.ts';
import { foundOf, readTable, wantedOf } from './fault-table.ts';

/*
 * What becomes of a signature when one service lies: its answer is sound in form, and false in one thing. A lie is never
 * asked for a second time, nothing that rests on it is written, and what comes after in the order of things (token,
 * certificate, timestamp, log) is not asked at all. Columns as in signing-faults.test.ts.
 */
const TABLE = readTable(`
service | lie                | exit | error              | requests                                 | made    | told
oidc    | wrong signature    | 41   | FULCIO_REFUSED     | oidc 1, fulcio 1                         | 0, 0, 0 | error processing the identity token
        | other signer       | 41   | FULCIO_REFUSED     | oidc 1, fulcio 1                         | 0, 0, 0 | error processing the identity token
        | other audience     | 40   | TOKEN_AUDIENCE     | oidc 1                                   | 0, 0, 0 | is for "https://other.example.com"
        | other issuer       | 41   | FULCIO_REFUSED     | oidc 1, fulcio 1                         | 0, 0, 0 | error processing the identity token
        | expired            | 40   | TOKEN_EXPIRED      | oidc 1                                   | 0, 0, 0 | expired at

fulcio  | wrong signature    | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | no certificate authority of the trusted root
        | other signer       | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1                         | 1, 0, 0 | no certificate authority of the trusted root
        | other key          | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | it is for another key
        | other identity     | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | v1.0.0x", not "https://github.com/
        | other issuer       | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | the issuer "https://issuer.example.com"
        | other purpose      | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | not for code signing alone
        | expired            | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | is not valid
        | no timestamp       | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | timestamps of the certificate are malformed
        | detached timestamp | 41   | FULCIO_ANSWER      | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | answered no usable certificate

ct      | wrong signature    | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | certificate transparency log is wrong
        | other signer       | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 0, 0, 0 | no certificate transparency log of the trusted root
        | other entry        | 30   | FULCIO_CERTIFICATE | oidc 1, fulcio 1, ct 1                   | 1, 0, 0 | certificate transparency log is wrong

tsa     | wrong signature    | 30   | TSA_TIMESTAMP      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | signature of the timestamp authority is wrong
        | other signer       | 30   | TSA_TIMESTAMP      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | no timestamp authority of the trusted root
        | other entry        | 30   | TSA_TIMESTAMP      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | a timestamp for other data
        | other nonce        | 30   | TSA_TIMESTAMP      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | a timestamp for another request
        | other time         | 30   | TSA_TIMESTAMP      | oidc 1, fulcio 1, ct 1, tsa 1            | 1, 0, 0 | and the certificate is valid from

rekor   | wrong signature    | 30   | LOG_PROMISE        | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 1, 0 | signed entry timestamp of the log is wrong
        | other signer       | 30   | LOG_UNKNOWN        | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 0, 0 | not one of the trusted root
        | other entry        | 30   | REKOR_ENTRY        | oidc 1, fulcio 1, ct 1, rekor 1          | 1, 1, 0 | another entry than ours

rekorV2 | wrong signature    | 30   | LOG_CHECKPOINT     | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 1, 0 | signature of the log on the checkpoint is wrong
        | other signer       | 30   | LOG_UNKNOWN        | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 0, 0 | not one of the trusted root
        | other entry        | 30   | REKOR_ENTRY        | oidc 1, fulcio 1, ct 1, tsa 1, rekorV2 1 | 1, 1, 0 | another entry than ours
`);

afterAll(closeStages);

describe.concurrent('a signature', () => {
  it.each(TABLE)('while $service lies: $strike', async (row) => {
    const outcome = await runCell(row);
    expect(foundOf(outcome)).toEqual(wantedOf(row, outcome));
    expect(outcome.stderr).toContain(row.told);
  });
});
