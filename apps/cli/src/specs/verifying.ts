// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { POLICY_OPTIONS } from '../options/identity.ts';
import { UNUSED } from '../options/global.ts';
import { VERIFY_GITHUB, VERIFY_IDENTITY } from './verifying-as-sigstore.ts';
import { VERIFY_PYPI, VERIFY_RELEASE } from './verifying-index.ts';

// Options of a command with subcommands would be taken, and ignored, by those too.
function notOfSubcommands(options: CommandSpec['options']): CommandSpec['options'] {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, global: false }]),
  );
}

/** Every way to verify. */
export const VERIFY: CommandSpec = {
  usage: 'verify [file..]',
  operand: 'file',
  summary: 'Verify files by the evidence beside them',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example: 'verify dist/sampleproject-4.0.0.tar.gz --publisher github:pypa/sampleproject/release.yml',
  options: notOfSubcommands({
    ...POLICY_OPTIONS,
    key: { type: 'string', describe: 'PEM file of a public key, instead of an identity' },
    from: { type: 'string', describe: 'fetch the evidence: pypi, github or github:OWNER/NAME' },
    index: { type: 'string', describe: 'with --from pypi: testpypi or a Simple root' },
    attestation: { type: 'string', describe: 'a PEP 740 attestation (may be repeated)' },
    bundle: { type: 'string', describe: 'a Sigstore bundle' },
    signature: {
      type: 'string',
      describe: 'a detached signature; the log is asked for its entry',
      defaultDescription: 'FILE.sig',
    },
    certificate: {
      type: 'string',
      alias: 'cert',
      describe: 'the certificate of a detached signature',
      defaultDescription: 'FILE.crt',
    },
    provenance: { type: 'string', alias: 'provenance-file', describe: 'a PEP 740 provenance object' },
    filename: { type: 'string', describe: 'the distribution’s name, for a sha256: digest or -' },
    'files-from': { type: 'string', describe: 'read paths from a file, one a line (- for stdin)' },
  }),
  subcommands: [VERIFY_IDENTITY, VERIFY_GITHUB, VERIFY_PYPI, VERIFY_RELEASE],
  load: async () => (await import('../commands/verify.ts')).runVerify,
};
