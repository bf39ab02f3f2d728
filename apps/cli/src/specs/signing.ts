// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { LOG_OPTIONS, OUTPUT_OPTIONS, TOKEN_OPTIONS } from '../options/identity.ts';

/** Message signatures. */
export const SIGN: CommandSpec = {
  usage: 'sign [file..]',
  operand: 'file',
  summary: 'Sign the bytes of files: FILE.sigstore.json',
  network: 'always',
  example: 'sign SHA256SUMS',
  options: {
    ...TOKEN_OPTIONS,
    ...OUTPUT_OPTIONS,
    bundle: { type: 'string', describe: 'write the bundle there (for one file)' },
    detached: { type: 'boolean', describe: 'write FILE.sig and FILE.crt beside the bundle too' },
    ...LOG_OPTIONS,
  },
  load: async () => (await import('../commands/sign.ts')).runSign,
};

/** In-toto attestations. */
export const ATTEST: CommandSpec = {
  usage: 'attest [path..]',
  operand: 'path',
  summary: 'Sign PEP 740 publish attestations',
  network: 'always',
  example: 'attest dist/',
  options: {
    ...TOKEN_OPTIONS,
    ...OUTPUT_OPTIONS,
    format: {
      type: 'string',
      choices: ['pep740', 'bundle', 'both'],
      default: 'pep740',
      describe: 'what to write',
    },
    ...LOG_OPTIONS,
  },
  load: async () => (await import('../commands/attest.ts')).runAttest,
};
