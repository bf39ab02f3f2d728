// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** What a good forged attestation is about. */
export const REPOSITORY = 'octo/demo';
export const WORKFLOW = 'release.yml';
export const REF = 'refs/tags/v1';
export const SHA = '0123456789abcdef0123456789abcdef01234567';
export const FILENAME = 'demo-1.0-py3-none-any.whl';
export const DIGEST = createHash('sha256').update('the bytes of the wheel').digest('hex');
/** When everything was signed and logged; seconds. */
export const SIGNING_TIME = Date.parse('2026-01-15T12:00:00Z') / 1000;

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PUBLISH = 'https://docs.pypi.org/attestations/publish/v1';
export const SLSA = 'https://slsa.dev/provenance/v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A publish statement, with keys of the top level changed; undefined takes one away. */
export function statement(changed: object = {}): string {
  const subject = [{ name: FILENAME, digest: { sha256: DIGEST } }];
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    subject,
    predicateType: PUBLISH,
    predicate: null,
    ...changed,
  });
}

/** The same with its one subject changed. */
export function statementAbout(changed: object): string {
  return statement({ subject: [{ name: FILENAME, digest: { sha256: DIGEST }, ...changed }] });
}
