// SPDX-License-Identifier: Apache-2.0
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PythonDriver } from '../peers/python-driver.ts';
import type { IssuerKind } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';
import type { Form } from './peer.ts';

/** One block of the table: a form, signed by the holder of one kind of token. */
export interface Scenario {
  readonly name: string;
  readonly form: Form;
  readonly issuer: IssuerKind;
}

/** Messages are signed by a person's mailbox, statements by a GitHub workflow, attestations by each publisher of PyPI. */
export const scenarios: readonly Scenario[] = [
  { name: 'message v1', form: 'message-v1', issuer: 'email' },
  { name: 'message v2', form: 'message-v2', issuer: 'email' },
  { name: 'DSSE v1', form: 'dsse-v1', issuer: 'github' },
  { name: 'DSSE v2', form: 'dsse-v2', issuer: 'github' },
  { name: 'PEP 740, GitHub', form: 'pep740', issuer: 'github' },
  { name: 'PEP 740, GitLab', form: 'pep740', issuer: 'gitlab' },
  { name: 'PEP 740, Google', form: 'pep740', issuer: 'google' },
  { name: 'PEP 740, CircleCI', form: 'pep740', issuer: 'circleci' },
];

/** What all cells share: a file to sign, another of the same name, a statement about the first, and fresh tokens. */
export interface Scene {
  readonly folder: string;
  readonly artifact: string;
  readonly otherArtifact: string;
  readonly statement: string;
  readonly issueToken: Stack['issueToken'];
}

export const WHEEL_NAME = 'octo_pkg-1.0.0-py3-none-any.whl';

export async function setScene(stack: Stack, python: PythonDriver, folder: string): Promise<Scene> {
  const artifact = await makeWheel(python, join(folder, 'signed'));
  const other = await makeWheel(python, join(folder, 'other'));
  const statement = join(folder, 'statement.json');
  await writeFile(statement, publishStatement(artifact.sha256));
  return {
    folder,
    artifact: artifact.path,
    otherArtifact: other.path,
    statement,
    issueToken: stack.issueToken,
  };
}

async function makeWheel(python: PythonDriver, folder: string): Promise<{ path: string; sha256: string }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, WHEEL_NAME);
  const text = `text = '${randomUUID()}'\n`;
  await python.call('make-wheel', { name: 'octo_pkg', version: '1.0.0', text, output: path });
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { path, sha256 };
}

function publishStatement(sha256: string): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: WHEEL_NAME, digest: { sha256 } }],
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    predicate: null,
  });
}
