// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import { runClient } from '../peers/client-command.ts';
import type { Stack } from '../stack/stack.ts';
import { identityOf } from '../table/identities.ts';
import type { Scene } from '../table/scene.ts';

const CLIENT = join(import.meta.dirname, '..', '..', 'conformance', 'client');

export interface ProtocolScene extends Pick<Scene, 'artifact' | 'statement'> {
  readonly stack: Stack;
  readonly folder: string;
  /** sigstore-go's client, which speaks the same protocol. */
  readonly sigstoreGo: string;
}

/**
 * Has the client of the conformance suite sign against the real services, a file and a statement on either log, and
 * sigstore-go's client and ours verify it, by path and by digest. Throws the words of whoever refuses.
 */
export async function checkProtocol(scene: ProtocolScene): Promise<void> {
  await mkdir(scene.folder, { recursive: true });
  const { signingConfigV1, signingConfigV2 } = scene.stack.files;
  const cases = [signingConfigV1, signingConfigV2].flatMap((config, index) => [
    signAndVerify(scene, { config, inToto: false, bundle: join(scene.folder, `message-${index + 1}.json`) }),
    signAndVerify(scene, { config, inToto: true, bundle: join(scene.folder, `statement-${index + 1}.json`) }),
  ]);
  await Promise.all(cases);
}

interface Case {
  readonly config: string;
  readonly inToto: boolean;
  readonly bundle: string;
}

async function signAndVerify(scene: ProtocolScene, { config, inToto, bundle }: Case): Promise<void> {
  const { stack, artifact, statement, sigstoreGo } = scene;
  const root = ['--trusted-root', stack.files.trustedRoot];
  const token = ['--identity-token', stack.issueToken('github')];
  const subject = inToto ? statement : artifact;
  const flags = inToto ? ['--in-toto'] : [];
  const where = ['--bundle', bundle, ...root, '--signing-config', config];
  await runOurs(['sign-bundle', ...flags, ...token, ...where, subject]);
  const { san, issuer } = identityOf('github');
  const who = ['--certificate-identity', san, '--certificate-oidc-issuer', issuer];
  const verify = ['verify-bundle', '--bundle', bundle, ...who, ...root];
  const digest = createHash('sha256')
    .update(await readFile(artifact))
    .digest('hex');
  await runClient(sigstoreGo, [...verify, artifact]);
  await Promise.all([runOurs([...verify, artifact]), runOurs([...verify, `sha256:${digest}`])]);
}

/** From the sources, so that nothing needs to have been built. */
function runOurs(argv: readonly string[]): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: '--conditions=@colophon/source' };
  return runCommand(CLIENT, argv, { env });
}
