// SPDX-License-Identifier: Apache-2.0
import type { Stack } from '../stack/stack.ts';
import { isMessage, logVersion, type Peer, type SigningJob } from '../table/peer.ts';
import { bundlePeer } from './bundle-peer.ts';
import { runClient } from './client-command.ts';
import type { PythonDriver } from './python-driver.ts';

const PREDICATE_TYPE = 'https://docs.pypi.org/attestations/publish/v1';

/** cosign 3.1.2. It wants both the root and the signing configuration, or it asks a TUF repository. */
export function cosign(program: string, { files }: Stack, python: PythonDriver): Peer {
  const sign = (job: SigningJob, command: string, ...subject: string[]): Promise<unknown> =>
    runClient(program, [
      command,
      '--yes',
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
      name: 'cosign',
      signMessage: (job) => sign(job, 'sign-blob', job.artifact),
      signStatement: (job) => sign(job, 'attest-blob', '--statement', job.statement),
      verify: (job) =>
        runClient(program, [
          ...(isMessage(job.form) ? ['verify-blob'] : ['verify-blob-attestation', '--type', PREDICATE_TYPE]),
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
