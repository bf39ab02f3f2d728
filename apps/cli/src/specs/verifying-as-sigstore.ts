// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { UNUSED } from '../options/global.ts';

const SIGSTORE_OPTIONS: CommandSpec['options'] = {
  bundle: {
    type: 'string',
    describe: 'the bundle (SIGSTORE_BUNDLE)',
    defaultDescription: 'FILE.sigstore.json',
  },
  signature: { type: 'string', describe: 'a detached signature (SIGSTORE_SIGNATURE); the log is asked' },
  certificate: {
    type: 'string',
    alias: 'cert',
    describe: 'the certificate of a detached signature (SIGSTORE_CERTIFICATE)',
  },
};

/** sigstore-python’s `verify identity`. */
export const VERIFY_IDENTITY: CommandSpec = {
  usage: 'identity [file..]',
  operand: 'file',
  summary: 'Verify files by their bundles, as sigstore-python does',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example:
    'verify identity a.txt --cert-identity a@example.org --cert-oidc-issuer https://github.com/login/oauth',
  options: {
    ...SIGSTORE_OPTIONS,
    'cert-identity': { type: 'string', describe: 'the identity, exactly (SIGSTORE_CERT_IDENTITY)' },
    'cert-oidc-issuer': { type: 'string', describe: 'its issuer, exactly (SIGSTORE_CERT_OIDC_ISSUER)' },
  },
  load: async () => (await import('../commands/verify-sigstore.ts')).runVerifyIdentity,
};

/** sigstore-python’s `verify github`. */
export const VERIFY_GITHUB: CommandSpec = {
  usage: 'github [file..]',
  operand: 'file',
  summary: 'Verify files that GitHub Actions signed by their bundles, as sigstore-python does',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example: 'verify github a.txt --repository octo-org/sampler',
  options: {
    ...SIGSTORE_OPTIONS,
    'cert-identity': { type: 'string', describe: 'the identity, exactly (SIGSTORE_CERT_IDENTITY)' },
    ...Object.fromEntries(
      [
        ['trigger', 'the event that started the workflow'],
        ['sha', 'the commit'],
        ['name', 'the name of the workflow'],
        ['repository', 'OWNER/NAME'],
        ['ref', 'the git ref'],
      ].map(([name = '', what]) => [
        name,
        { type: 'string', describe: `${what} (SIGSTORE_VERIFY_GITHUB_WORKFLOW_${name.toUpperCase()})` },
      ]),
    ),
  },
  load: async () => (await import('../commands/verify-sigstore.ts')).runVerifyGithub,
};
