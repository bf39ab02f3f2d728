// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from '../command.ts';
import { POLICY_OPTIONS } from '../options/identity.ts';
import { UNUSED } from '../options/global.ts';

/** Files of an index. */
export const VERIFY_PYPI: CommandSpec = {
  usage: 'pypi [spec..]',
  operand: 'spec',
  summary: 'Verify files of a package index by the digests that it lists',
  network: 'sometimes',
  unused: UNUSED.byVerifying,
  example: 'verify pypi sampleproject==4.0.0 --publisher github:pypa/sampleproject/release.yml',
  options: {
    ...POLICY_OPTIONS,
    index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
    provenance: { type: 'string', alias: 'provenance-file', describe: 'the provenance object, from a file' },
    download: { type: 'string', describe: 'fetch into this folder, and keep, only what verified' },
    'files-from': { type: 'string', describe: 'read SPECs from a file, one a line (- for stdin)' },
  },
  load: async () => (await import('../commands/verify-pypi.ts')).runVerifyPypi,
};

/** The last step of a release. */
export const VERIFY_RELEASE: CommandSpec = {
  usage: 'release [spec..]',
  operand: 'spec',
  summary: 'Verify that a whole release is on an index: NAME==VERSION, and the files that were built',
  network: 'always',
  unused: UNUSED.byVerifying,
  example: 'verify release sampleproject==4.0.0 dist/ --publisher github:pypa/sampleproject/release.yml',
  options: {
    ...POLICY_OPTIONS,
    index: { type: 'string', describe: 'pypi, testpypi or a Simple root', defaultDescription: 'pypi' },
    wait: { type: 'string', describe: 'seconds to wait for what is uploaded but not yet visible' },
  },
  load: async () => (await import('../commands/verify-release.ts')).runVerifyRelease,
};
