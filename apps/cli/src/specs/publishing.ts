// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { OIDC_OPTIONS, OUTPUT_OPTIONS, TOKEN_OPTIONS } from '../options/identity.ts';
import { UPLOAD_OPTIONS } from '../options/publishing.ts';
import { UNUSED } from '../options/global.ts';

/** The whole pipeline. */
export const RELEASE: CommandSpec = {
  usage: 'release [path..]',
  operand: 'path',
  summary: 'Check, attest, upload, read back and verify: a whole release',
  network: 'always',
  example: 'release dist/ --publisher github:octo-org/sampler/release.yml',
  options: {
    ...UPLOAD_OPTIONS,
    ...TOKEN_OPTIONS,
    ...OIDC_OPTIONS,
    ...OUTPUT_OPTIONS,
    publisher: { type: 'string', describe: 'the trusted publisher that the index knows' },
    rehearse: { type: 'boolean', describe: 'run all of it against the built-in sandbox' },
    resume: { type: 'boolean', describe: 'finish a release that was begun (always, unless --no-resume)' },
    'no-resume': { type: 'boolean', describe: 'refuse a release that was begun' },
    journal: {
      type: 'string',
      describe: 'the file that says how far the release is',
      defaultDescription: '.colophon/INDEX-NAME-VERSION.json',
    },
    store: {
      type: 'string',
      choices: ['github'],
      describe:
        'github: also into GitHub’s store of attestations, and beside the assets of the tag’s release',
    },
  },
  load: async () => (await import('../commands/release.ts')).runRelease,
};

/** The upload alone. */
export const PUBLISH: CommandSpec = {
  usage: 'publish [path..]',
  operand: 'path',
  summary: 'Upload distributions with the attestations beside them',
  network: 'always',
  unused: UNUSED.byVerifying,
  example: 'publish dist/ --index testpypi',
  options: UPLOAD_OPTIONS,
  load: async () => (await import('../commands/publish.ts')).runPublish,
};

/** What the index would say. */
export const CHECK: CommandSpec = {
  usage: 'check [path..]',
  operand: 'path',
  summary: 'Say before the upload what the index would refuse',
  network: 'never',
  unused: UNUSED.byChecking,
  example: 'check dist/',
  options: { strict: { type: 'boolean', describe: 'warnings, and what could not be judged, fail too' } },
  load: async () => (await import('../commands/check.ts')).runCheck,
};
