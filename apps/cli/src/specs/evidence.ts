// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { UNUSED } from '../options/global.ts';

/** What evidence says, unverified. */
export const INSPECT: CommandSpec = {
  usage: 'inspect [target..]',
  operand: 'target',
  summary: 'Show who signed, from where and when, and what is not proven',
  network: 'sometimes',
  unused: UNUSED.byInspecting,
  example: 'inspect dist/sampleproject-4.0.0.tar.gz',
  options: {
    index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
  },
  load: async () => (await import('../commands/inspect.ts')).runInspect,
};

/** Evidence in another format. */
export const CONVERT: CommandSpec = {
  usage: 'convert [source..]',
  operand: 'source',
  summary: 'Put evidence into another format; it is not verified by that',
  network: 'sometimes',
  unused: UNUSED.byFetching,
  example: 'convert dist/sampleproject-4.0.0.tar.gz.publish.attestation --to bundle',
  options: {
    to: {
      type: 'string',
      choices: ['bundle', 'pep740', 'provenance', 'jsonl'],
      describe: 'Sigstore bundle, PEP 740 attestation or provenance object, or bundles on lines',
    },
    output: { type: 'string', describe: 'the file to write (- for stdout)', defaultDescription: '-' },
    'output-directory': {
      type: 'string',
      describe: 'write each document there, under the name that verify looks for',
    },
    'predicate-type': {
      type: 'string',
      describe: 'take only publish, slsa-provenance, cep27, spdx, cyclonedx or a URI (may be repeated)',
    },
    index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
    overwrite: { type: 'boolean', describe: 'replace outputs that exist' },
  },
  load: async () => (await import('../commands/convert.ts')).runConvert,
};
