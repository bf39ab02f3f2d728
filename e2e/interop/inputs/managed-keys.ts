// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import type { InputRow, InputScene } from './row.ts';

// Not Ed25519: cosign pre-hashes then, for the log, and refuses what it has signed itself.
const KINDS = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
} as const;

/** Bundles that cosign signs with keys of the user, on Rekor v1, and their public keys. */
export async function managedKeyRows(scene: InputScene): Promise<InputRow[]> {
  const rows: InputRow[] = [];
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[])
    await keyRow(kind, scene).then(
      (row) => rows.push(row),
      (e) => console.error(kind, e.message.slice(0, 300)),
    );
  return rows;
}

async function keyRow(kind: keyof typeof KINDS, scene: InputScene): Promise<InputRow> {
  const { tools, stack, folder, wheel } = scene;
  const prefix = join(folder, `key-${kind.replace(' ', '-')}`);
  const { privateKey, publicKey } = KINDS[kind]();
  await writeFile(`${prefix}.key`, pem(privateKey, 'pkcs8'), { mode: 0o600 });
  await writeFile(`${prefix}.pub`, pem(publicKey, 'spki'));
  await writeFile(`${prefix}.other.pub`, pem(KINDS[kind]().publicKey, 'spki'));
  const env = { ...process.env, COSIGN_PASSWORD: 'of-a-test' };
  const imported = ['import-key-pair', '--yes', '--key', `${prefix}.key`, '--output-key-prefix', prefix];
  await runCommand(tools.go.cosign, imported, { env, cwd: folder });
  const bundle = `${prefix}.sigstore.json`;
  await runCommand(
    tools.go.cosign,
    [
      'sign-blob',
      '--yes',
      '--key',
      `${prefix}.key`,
      '--bundle',
      bundle,
      '--trusted-root',
      stack.files.trustedRoot,
      '--signing-config',
      stack.files.signingConfigV1,
      wheel,
    ],
    { env },
  );
  const root = ['--trusted-root', stack.files.trustedRoot];
  return {
    name: `--key, ${kind}`,
    by: 'cosign',
    good: [wheel, '--bundle', bundle, '--key', `${prefix}.pub`, ...root],
    bad: [wheel, '--bundle', bundle, '--key', `${prefix}.other.pub`, ...root],
    refusal: 'ERR_LOG_ENTRY_MISMATCH',
  };
}

function pem(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  return key.export({ type, format: 'pem' }).toString();
}
