// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { IssuerKind } from '../stack/issuers.ts';
import { identityOf } from '../table/identities.ts';
import { goStatement, lines, pythonBundle, pythonDetached, sha256 } from './makers.ts';
import { managedKeyRows } from './managed-keys.ts';
import { policyRows } from './policies.ts';
import type { InputRow, InputScene } from './row.ts';

/** Has the peers make evidence, and says what the product must do with it. */
export async function makeRows(scene: InputScene): Promise<InputRow[]> {
  const [byMail, byWorkflow] = [
    await pythonBundle(scene, 'email', 1),
    await pythonBundle(scene, 'github', 2),
  ];
  return [
    ...(await messageRows(scene, byMail)),
    ...(await statementRows(scene, byMail)),
    ...(await managedKeyRows(scene)),
    ...policyRows([scene.wheel, '--bundle', byWorkflow, ...rootFlags(scene)]),
  ];
}

async function messageRows(scene: InputScene, bundle: string): Promise<InputRow[]> {
  const { wheel, other } = scene;
  const named = ['--bundle', bundle, ...rootFlags(scene)];
  const { signature, certificate } = await pythonDetached(scene);
  const detached = ['--signature', signature, '--certificate', certificate, ...rootFlags(scene)];
  const person = identityFlags('email');
  const by = 'sigstore-python';
  return [
    {
      name: 'sha256: digest, message',
      by,
      good: [`sha256:${await sha256(wheel)}`, ...named, ...person],
      bad: [`sha256:${await sha256(other)}`, ...named, ...person],
      refusal: 'ERR_SUBJECT_DIGEST',
    },
    {
      name: 'standard input',
      by,
      good: ['-', ...named, ...person],
      bad: ['-', ...named, ...identityFlags('google')],
      refusal: 'ERR_IDENTITY',
      stdin: wheel,
    },
    {
      name: 'signature and certificate, the log asked',
      by,
      good: [wheel, ...detached, ...person],
      bad: [other, ...detached, ...person],
      refusal: 'ERR_EVIDENCE',
    },
  ];
}

async function statementRows(scene: InputScene, byMail: string): Promise<InputRow[]> {
  const { wheel, other } = scene;
  const workflow = [...identityFlags('github'), ...rootFlags(scene)];
  const [one, several] = [await goStatement(scene, [wheel]), await goStatement(scene, [wheel, other])];
  const both = ['--bundle', await lines(scene, [byMail, several]), ...rootFlags(scene)];
  const named = ['--filename', basename(wheel), '--bundle', several, ...workflow];
  const by = 'sigstore-go';
  return [
    {
      name: 'sha256: digest, statement',
      by,
      good: [`sha256:${await sha256(wheel)}`, ...named],
      bad: [`sha256:${'0'.repeat(64)}`, ...named],
      refusal: 'ERR_SUBJECT_DIGEST',
    },
    {
      name: 'one bundle, several files',
      by,
      good: [wheel, other, '--bundle', several, ...workflow],
      bad: [wheel, other, '--bundle', one, ...workflow],
      refusal: 'ERR_SUBJECT_DIGEST',
    },
    {
      name: 'JSONL of several',
      by: 'sigstore-python and sigstore-go',
      good: [wheel, ...both, ...identityFlags('email')],
      bad: [wheel, ...both, ...identityFlags('google')],
      refusal: 'ERR_IDENTITY',
    },
  ];
}

function rootFlags({ stack }: InputScene): string[] {
  return ['--trusted-root', stack.files.trustedRoot];
}

function identityFlags(kind: IssuerKind): string[] {
  const { san, issuer } = identityOf(kind);
  return ['--cert-identity', san, '--cert-oidc-issuer', issuer];
}
