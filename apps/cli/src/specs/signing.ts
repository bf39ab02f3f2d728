// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { OLD_SERVICE_OPTIONS } from '../signing/old-options.ts';
import { LOG_OPTIONS, OIDC_OPTIONS, OUTPUT_OPTIONS, TOKEN_OPTIONS } from '../options/identity.ts';

const OVERWRITE = {
  overwrite: { type: 'boolean', describe: 'sign anew what has evidence already (SIGSTORE_OVERWRITE)' },
} as const;

/** Message signatures. */
export const SIGN: CommandSpec = {
  usage: 'sign [file..]',
  operand: 'file',
  summary: 'Sign the bytes of files: FILE.sigstore.json',
  network: 'always',
  example: 'sign SHA256SUMS',
  options: {
    ...TOKEN_OPTIONS,
    ...OIDC_OPTIONS,
    ...OUTPUT_OPTIONS,
    'output-directory': {
      type: 'string',
      describe: 'write evidence there instead of beside the files (SIGSTORE_OUTPUT_DIRECTORY)',
    },
    ...OVERWRITE,
    bundle: { type: 'string', describe: 'write the bundle there, for one file (SIGSTORE_BUNDLE)' },
    signature: {
      type: 'string',
      alias: 'output-signature',
      describe: 'write the signature there too, for one file (SIGSTORE_OUTPUT_SIGNATURE)',
    },
    certificate: {
      type: 'string',
      alias: 'output-certificate',
      describe: 'write the certificate there too, for one file (SIGSTORE_OUTPUT_CERTIFICATE)',
    },
    'no-default-files': {
      type: 'boolean',
      describe: 'write no FILE.sigstore.json (SIGSTORE_NO_DEFAULT_FILES)',
    },
    detached: { type: 'boolean', describe: 'write FILE.sig and FILE.crt beside the bundle too' },
    ...LOG_OPTIONS,
    ...OLD_SERVICE_OPTIONS,
  },
  load: async () => (await import('../commands/sign.ts')).runSign,
};

/** In-toto attestations. */
export const ATTEST: CommandSpec = {
  usage: 'attest [path..]',
  operand: 'path',
  summary: 'Sign statements about files: PEP 740 attestations, provenance, SBOMs and others',
  network: 'always',
  example: 'attest dist/',
  options: {
    ...TOKEN_OPTIONS,
    ...OIDC_OPTIONS,
    ...OUTPUT_OPTIONS,
    ...OVERWRITE,
    'predicate-type': {
      type: 'string',
      describe: 'publish, slsa-provenance, cep27, spdx, cyclonedx or a URI (may be repeated)',
      defaultDescription: 'publish',
    },
    predicate: {
      type: 'string',
      describe: 'the predicate, JSON, of the one type that needs it; {} stands for the path of the file',
    },
    statement: { type: 'string', describe: 'sign this in-toto statement, byte for byte' },
    subjects: { type: 'string', describe: 'the files are the lines of this list, as sha256sum writes it' },
    format: {
      type: 'string',
      choices: ['pep740', 'bundle', 'both'],
      describe: 'what to write',
      defaultDescription: 'pep740 for what an index takes, else bundle',
    },
    bundle: { type: 'string', describe: 'write the one bundle there (SIGSTORE_BUNDLE)' },
    ...LOG_OPTIONS,
    ...OLD_SERVICE_OPTIONS,
  },
  load: async () => (await import('../commands/attest.ts')).runAttest,
};
