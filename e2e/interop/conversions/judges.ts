// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { CommandFailure, runCommand } from '../build/command.ts';
import type { Tools } from '../build.ts';

/** One piece of evidence in one file, and who must have made it. */
export interface Judged {
  readonly artifact: string;
  readonly evidence: string;
  readonly identity: string;
  readonly issuer: string;
}

/** Whether a real program takes it. What the program said otherwise is thrown only when it could not run at all. */
export type Judge = (judged: Judged) => Promise<boolean>;

/** The `sigstore` command as users type it, under the production root in its wheel. */
export function sigstoreCommand({ python }: Tools): Judge {
  return ({ artifact, evidence, identity, issuer }) =>
    accepts(join(python.commands, 'sigstore'), [
      'verify',
      'identity',
      '--offline',
      '--bundle',
      evidence,
      '--cert-identity',
      identity,
      '--cert-oidc-issuer',
      issuer,
      artifact,
    ]);
}

/** sigstore-go's client, which judges as gh does. */
export function sigstoreGoClient({ go }: Tools, trustedRoot: string): Judge {
  return ({ artifact, evidence, identity, issuer }) =>
    accepts(go.sigstoreGo, [
      'verify-bundle',
      '--bundle',
      evidence,
      '--certificate-identity',
      identity,
      '--certificate-oidc-issuer',
      issuer,
      '--trusted-root',
      trustedRoot,
      artifact,
    ]);
}

/** The `pypi-attestations` command: the attestation lies beside the artifact, under the name that it looks for. */
export function pypiAttestationsCommand({ python }: Tools): Judge {
  return ({ artifact, identity }) =>
    accepts(join(python.commands, 'pypi-attestations'), [
      'verify',
      'attestation',
      '--offline',
      '--identity',
      identity,
      artifact,
    ]);
}

async function accepts(program: string, argv: readonly string[]): Promise<boolean> {
  try {
    await runCommand(program, argv);
    return true;
  } catch (error) {
    // A program that never ran has refused nothing.
    if (error instanceof CommandFailure && error.status === 1) return false;
    throw error;
  }
}
