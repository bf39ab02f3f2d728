// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issuers } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';
import type { Substitutes } from './mutations.ts';
import { type Form, type Identity, isMessage } from './peer.ts';

/** What all cells share: a file to sign, a statement about it, who signs, and what the mutations put in. */
export interface Scene {
  readonly folder: string;
  readonly artifact: string;
  readonly statement: string;
  identityFor(form: Form): Identity;
  substitutesFor(form: Form): Omit<Substitutes, 'evidence'>;
  tokenFor(form: Form): string;
}

const FILENAME = 'octo_pkg-1.0.0-py3-none-any.whl';

const github = issuers.github.claims;

/** Messages are signed by a person's mailbox, statements and attestations by a GitHub workflow. */
const mailbox: Identity = {
  san: issuers.email.claims.email,
  issuer: issuers.email.url,
  publisher: { kind: 'Google', email: issuers.email.claims.email },
};
const workflow: Identity = {
  san: `https://github.com/${github.job_workflow_ref}`,
  issuer: issuers.github.url,
  publisher: { kind: 'GitHub', repository: 'octo-org/pkg', workflow: 'release.yml' },
};
const otherMailbox: Identity = {
  ...mailbox,
  san: 'somebody@octo.example',
  publisher: { kind: 'Google', email: 'somebody@octo.example' },
};
const otherWorkflow: Identity = {
  ...workflow,
  san: 'https://github.com/octo-org/other/.github/workflows/release.yml@refs/tags/v1.0.0',
  publisher: { kind: 'GitHub', repository: 'octo-org/other', workflow: 'release.yml' },
};

export async function setScene(stack: Stack, folder: string): Promise<Scene> {
  const artifact = await writeArtifact(join(folder, 'signed'));
  const other = await writeArtifact(join(folder, 'other'));
  const statement = join(folder, 'statement.json');
  await writeFile(statement, publishStatement(artifact.sha256));
  return {
    folder,
    artifact: artifact.path,
    statement,
    identityFor: (form) => (isMessage(form) ? mailbox : workflow),
    substitutesFor: (form) => ({
      artifact: other.path,
      identity: isMessage(form) ? otherMailbox : otherWorkflow,
    }),
    tokenFor: (form) => stack.issueToken(isMessage(form) ? 'email' : 'github'),
  };
}

async function writeArtifact(folder: string): Promise<{ path: string; sha256: string }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILENAME);
  const bytes = randomBytes(4096);
  await writeFile(path, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function publishStatement(sha256: string): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: FILENAME, digest: { sha256 } }],
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    predicate: null,
  });
}
