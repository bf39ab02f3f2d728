// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { IssuerKind } from '../stack/issuers.ts';

/** A kind of statement that the product makes, and what is said with it on the command line. */
export interface PredicateCase {
  readonly name: string;
  /** The URI, as the peers are told it. */
  readonly type: string;
  /** The name of the file that it is about. */
  readonly filename: string;
  readonly issuer: IssuerKind;
  /** What the bundle is called, after the file. */
  readonly suffix: string;
  readonly argv: readonly string[];
  /** A document that `argv` names: its name and text. */
  readonly document?: readonly [name: string, text: string];
}

export const CONTENT = 'what every statement is about\n';

const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const WHEEL = 'octo_pkg-1.0.0-py3-none-any.whl';
const SPDX = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'octo-pkg',
  dataLicense: 'CC0-1.0',
};
const CYCLONEDX = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components: [] };
const RESULT = { result: 'PASSED', configuration: [] };
const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

const withFile = (type: string, name: string, document: object) => ({
  argv: ['--predicate-type', type, '--predicate', name],
  document: [name, JSON.stringify(document, undefined, 2)] as const,
});

export const predicateCases: readonly PredicateCase[] = [
  {
    name: 'SLSA provenance, GitHub',
    type: 'https://slsa.dev/provenance/v1',
    filename: WHEEL,
    issuer: 'github',
    suffix: 'slsa-provenance',
    argv: ['--predicate-type', 'slsa-provenance', '--format', 'bundle'],
  },
  {
    name: 'SLSA provenance, GitLab',
    type: 'https://slsa.dev/provenance/v1',
    filename: 'application.bin',
    issuer: 'gitlab',
    suffix: 'slsa-provenance',
    argv: ['--predicate-type', 'slsa-provenance'],
  },
  {
    name: 'CEP 27',
    type: 'https://schemas.conda.org/attestations-publish-1.schema.json',
    filename: 'octo-pkg-1.0.0-py_0.conda',
    issuer: 'github',
    suffix: 'cep27',
    ...withFile('cep27', 'channel.json', { targetChannel: 'https://prefix.dev/octo' }),
  },
  {
    name: 'SPDX',
    type: 'https://spdx.dev/Document',
    filename: WHEEL,
    issuer: 'github',
    suffix: 'spdx',
    ...withFile('spdx', 'octo.spdx.json', SPDX),
  },
  {
    name: 'CycloneDX',
    type: 'https://cyclonedx.org/bom',
    filename: WHEEL,
    issuer: 'email',
    suffix: 'cyclonedx',
    ...withFile('cyclonedx', 'octo.cdx.json', CYCLONEDX),
  },
  {
    name: 'any type',
    type: TEST_RESULT,
    filename: WHEEL,
    issuer: 'github',
    suffix: 'test-result',
    ...withFile(TEST_RESULT, 'result.json', RESULT),
  },
  {
    name: 'a ready statement',
    type: TEST_RESULT,
    filename: WHEEL,
    issuer: 'github',
    suffix: 'test-result',
    argv: ['--statement', 'statement.json'],
    document: [
      'statement.json',
      // As a person would write it: signed byte for byte.
      `{ "predicateType": "${TEST_RESULT}", "_type": "https://in-toto.io/Statement/v1",\n  "subject": [ { "digest": { "sha256": "${SHA256}" }, "name": "${WHEEL}" } ],\n  "predicate": ${JSON.stringify(RESULT)} }\n`,
    ],
  },
];
