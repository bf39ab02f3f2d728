// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runCommand } from '../build/command.ts';
import { runClient } from '../peers/client-command.ts';
import type { IssuerKind } from '../stack/issuers.ts';
import type { InputScene } from './row.ts';

const SLSA = 'https://slsa.dev/provenance/v1';

export async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** A message bundle by sigstore-python. */
export async function pythonBundle(scene: InputScene, issuer: IssuerKind, version: 1 | 2): Promise<string> {
  const { stack, python, wheel, folder } = scene;
  const output = join(folder, `python-${issuer}-v${version}.sigstore.json`);
  const trustConfig = version === 1 ? stack.files.trustConfigV1 : stack.files.trustConfigV2;
  await python.call('sign-message', {
    artifact: wheel,
    token: stack.issueToken(issuer),
    trustConfig,
    output,
  });
  return output;
}

/** Signature and certificate as the `sigstore` command writes them beside a bundle, on Rekor v1. */
export async function pythonDetached(scene: InputScene): Promise<{ signature: string; certificate: string }> {
  const { tools, stack, wheel, folder } = scene;
  const [signature, certificate] = [join(folder, 'detached.sig'), join(folder, 'detached.crt')];
  await runCommand(join(tools.python.commands, 'sigstore'), [
    '--trust-config',
    stack.files.trustConfigV1,
    'sign',
    '--identity-token',
    stack.issueToken('email'),
    '--signature',
    signature,
    '--certificate',
    certificate,
    '--bundle',
    join(folder, 'detached.sigstore.json'),
    wheel,
  ]);
  return { signature, certificate };
}

/** A statement about several files, signed by sigstore-go. */
export async function goStatement(scene: InputScene, files: readonly string[]): Promise<string> {
  const { tools, stack, folder } = scene;
  const subject = await Promise.all(
    files.map(async (file) => ({ name: basename(file), digest: { sha256: await sha256(file) } })),
  );
  const statement = join(folder, `statement-${files.length}.json`);
  const body = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType: SLSA, predicate: {} };
  await writeFile(statement, JSON.stringify(body));
  const bundle = `${statement}.bundle`;
  await runClient(tools.go.sigstoreGo, [
    'sign-bundle',
    '--identity-token',
    stack.issueToken('github'),
    '--bundle',
    bundle,
    '--trusted-root',
    stack.files.trustedRoot,
    '--signing-config',
    stack.files.signingConfigV1,
    '--in-toto',
    statement,
  ]);
  return bundle;
}

/** Several bundles, a line each. */
export async function lines(scene: InputScene, bundles: readonly string[]): Promise<string> {
  const path = join(scene.folder, 'several.jsonl');
  const parsed = await Promise.all(
    bundles.map(async (one) => JSON.parse(await readFile(one, 'utf8')) as object),
  );
  await writeFile(path, parsed.map((one) => `${JSON.stringify(one)}\n`).join(''));
  return path;
}
