// SPDX-License-Identifier: Apache-2.0
import type { Options } from 'yargs';

/** Where packages go to, and how. */
export const INDEX_OPTIONS: Readonly<Record<string, Options>> = {
  index: {
    type: 'string',
    alias: 'repository-url',
    describe: 'pypi, testpypi, a name of .pypirc or an upload URL',
    defaultDescription: 'pypi',
  },
  'check-url': { type: 'string', describe: 'the Simple root of that index, for an upload URL' },
  'config-file': { type: 'string', describe: 'the .pypirc', defaultDescription: '~/.pypirc' },
  cert: { type: 'string', describe: 'PEM file of further TLS authorities, of the index' },
  'client-cert': {
    type: 'string',
    describe: 'PEM file of a certificate and its key, shown to the index alone',
  },
};

/** What an upload proves itself with. Never a password itself: every process of the machine sees the command line. */
const CREDENTIAL_OPTIONS: Readonly<Record<string, Options>> = {
  'trusted-publishing': {
    type: 'string',
    choices: ['auto', 'automatic', 'always', 'never'],
    describe: 'upload by this CI job’s identity instead of a password',
    defaultDescription: 'auto',
  },
  username: { type: 'string', describe: 'the user name for a password', defaultDescription: '__token__' },
  'password-stdin': { type: 'boolean', describe: 'read the password or API token from standard input' },
  password: { type: 'string', hidden: true },
  repository: { type: 'string', hidden: true },
};

/** All that `publish` takes, and every command that uploads. */
export const UPLOAD_OPTIONS: Readonly<Record<string, Options>> = {
  ...INDEX_OPTIONS,
  ...CREDENTIAL_OPTIONS,
  attestations: {
    type: 'string',
    choices: ['auto', 'require', 'off'],
    describe: 'whether each file needs one',
    defaultDescription: 'auto',
  },
  'skip-existing': {
    type: 'boolean',
    describe: 'files that the index has already, byte for byte, are done',
  },
  'several-versions': { type: 'boolean', describe: 'allow two versions of one project in one run' },
  'dry-run': { type: 'boolean', describe: 'say what would be sent where, and upload nothing' },
  'print-hash': { type: 'boolean', describe: 'show the BLAKE2b-256 digest of each file too' },
};
