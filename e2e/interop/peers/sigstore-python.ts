// SPDX-License-Identifier: Apache-2.0
import type { Stack } from '../stack/stack.ts';
import { logVersion, type Peer, type SigningJob } from '../table/peer.ts';
import { bundlePeer } from './bundle-peer.ts';
import type { PythonDriver } from './python-driver.ts';

/** sigstore-python 4.5.1, as a library. */
export function sigstorePython({ files }: Stack, python: PythonDriver): Peer {
  const configured = (job: SigningJob): object => ({
    ...job,
    trustConfig: logVersion(job.form) === 1 ? files.trustConfigV1 : files.trustConfigV2,
  });
  return bundlePeer(
    {
      name: 'sigstore-python',
      signMessage: (job) => python.call('sign-message', configured(job)),
      signStatement: (job) => python.call('sign-statement', configured(job)),
      verify: ({ artifact, evidence, identity: { san: identity, issuer } }) =>
        python.call('verify-bundle', {
          artifact,
          evidence,
          identity,
          issuer,
          trustedRoot: files.trustedRoot,
        }),
    },
    python,
  );
}
