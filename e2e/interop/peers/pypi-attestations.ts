// SPDX-License-Identifier: Apache-2.0
import type { Stack } from '../stack/stack.ts';
import { impossible, type Peer } from '../table/peer.ts';
import type { PythonDriver } from './python-driver.ts';

const onlyPep740 = impossible('pypi-attestations knows PEP 740 attestations only');
const none = {
  'message-v1': onlyPep740,
  'message-v2': onlyPep740,
  'dsse-v1': onlyPep740,
  'dsse-v2': onlyPep740,
} as const;

/** pypi-attestations 0.0.30, as a library: its publisher policies judge, unchanged. */
export function pypiAttestations({ files }: Stack, python: PythonDriver): Peer {
  return {
    name: 'pypi-attestations',
    sign: {
      ...none,
      pep740: ({ artifact, output, token }) =>
        python.call('attest', { token, trustConfig: files.trustConfigV1, files: [{ artifact, output }] }),
    },
    verify: {
      ...none,
      pep740: ({ artifact, evidence, identity }) =>
        python.call('verify-attestation', { artifact, evidence, publisher: identity.publisher }),
    },
  };
}
