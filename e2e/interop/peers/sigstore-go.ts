// SPDX-License-Identifier: Apache-2.0
import type { Stack } from '../stack/stack.ts';
import { logVersion, type Peer, type SigningJob } from '../table/peer.ts';
import { bundlePeer } from './bundle-peer.ts';
import { runClient } from './client-command.ts';
import type { PythonDriver } from './python-driver.ts';

/** sigstore-go 1.2.1, by its conformance client; gh verifies with the same library. */
export function sigstoreGo(program: string, { files }: Stack, python: PythonDriver): Peer {
  const sign = (job: SigningJob, ...subject: string[]): Promise<unknown> =>
    runClient(program, [
      'sign-bundle',
      '--identity-token',
      job.token,
      '--bundle',
      job.output,
      '--trusted-root',
      files.trustedRoot,
      '--signing-config',
      logVersion(job.form) === 1 ? files.signingConfigV1 : files.signingConfigV2,
      ...subject,
    ]);
  return bundlePeer(
    {
      name: 'sigstore-go',
      signMessage: (job) => sign(job, job.artifact),
      signStatement: (job) => sign(job, '--in-toto', job.statement),
      verify: (job) =>
        runClient(program, [
          'verify-bundle',
          '--bundle',
          job.evidence,
          '--certificate-identity',
          job.identity.san,
          '--certificate-oidc-issuer',
          job.identity.issuer,
          '--trusted-root',
          files.trustedRoot,
          job.artifact,
        ]),
    },
    python,
  );
}
