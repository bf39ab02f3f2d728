// SPDX-License-Identifier: Apache-2.0
import type { Tools } from '../build.ts';
import { runClient } from '../peers/client-command.ts';
import { runColophon } from '../peers/colophon-command.ts';
import type { PythonDriver } from '../peers/python-driver.ts';
import type { Stack } from '../stack/stack.ts';
import { identityOf } from '../table/identities.ts';
import type { PredicateCase } from './cases.ts';

export interface PredicateScene {
  readonly tools: Tools;
  readonly stack: Stack;
  readonly python: PythonDriver;
  /** Empty, for this suite alone. */
  readonly folder: string;
}

export interface Judged {
  readonly artifact: string;
  readonly bundle: string;
  readonly made: PredicateCase;
}

/** Whoever judges; each throws its words where it refuses. */
export const judges: Readonly<Record<string, (judged: Judged, scene: PredicateScene) => Promise<unknown>>> = {
  colophon: byColophon,
  'sigstore-python': ({ artifact, bundle, made }, { python, stack }) => {
    const { san: identity, issuer } = identityOf(made.issuer);
    const { trustedRoot } = stack.files;
    return python.call('verify-bundle', { artifact, evidence: bundle, identity, issuer, trustedRoot });
  },
  'sigstore-go': (judged, scene) =>
    runClient(scene.tools.go.sigstoreGo, ['verify-bundle', ...flagsOf(judged, scene), judged.artifact]),
  cosign: (judged, scene) =>
    runClient(scene.tools.go.cosign, [
      'verify-blob-attestation',
      '--type',
      judged.made.type,
      ...flagsOf(judged, scene),
      judged.artifact,
    ]),
};

function flagsOf({ bundle, made }: Judged, { stack }: PredicateScene): string[] {
  const { san, issuer } = identityOf(made.issuer);
  const identity = ['--certificate-identity', san, '--certificate-oidc-issuer', issuer];
  return ['--bundle', bundle, ...identity, '--trusted-root', stack.files.trustedRoot];
}

async function byColophon(judged: Judged, scene: PredicateScene): Promise<void> {
  const argv = [judged.artifact, ...flagsOf(judged, scene), '--predicate-type', judged.made.type];
  const { status, stderr } = await runColophon(['verify', ...argv]);
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
}
