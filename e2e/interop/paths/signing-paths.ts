// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type IssuerKind, issuers } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';

/** Which services a run may use: one log by its version, or both. */
export type Services = 'v1' | 'v2' | 'both';

/** The identity a run signs with, and how it is handed over. */
export interface Source {
  readonly issuer: IssuerKind;
  readonly by: 'flag' | 'file' | 'environment' | 'ambient';
}

export interface SigningPath {
  readonly name: string;
  readonly command: readonly string[];
  readonly services: Services;
  readonly source: Source;
  /** What a path writes of a file, by suffix. */
  readonly writes: readonly string[];
  /** What the log must have made of it: kind and version of the entry. */
  readonly entry: 'dsse/0.0.1' | 'hashedrekord/0.0.1' | 'hashedrekord/0.0.2';
}

const ATTESTATION = '.publish.attestation';
const STATEMENT = '.publish.sigstore.json';
const MESSAGE = '.sigstore.json';

const flag = (issuer: IssuerKind): Source => ({ issuer, by: 'flag' });

const attest = { command: ['attest'], writes: [ATTESTATION], entry: 'dsse/0.0.1' } as const;
const attestBundle = { command: ['attest', '--format', 'bundle'], writes: [STATEMENT] } as const;
const sign = { command: ['sign'], writes: [MESSAGE] } as const;
const hashed1 = { entry: 'hashedrekord/0.0.1' } as const;
const hashed2 = { entry: 'hashedrekord/0.0.2' } as const;

/** Every way in which the product signs. */
export const signingPaths: readonly SigningPath[] = [
  { name: 'attest', ...attest, services: 'v1', source: flag('github') },
  {
    name: 'attest, ambient token',
    ...attest,
    services: 'v1',
    source: { issuer: 'github', by: 'ambient' },
  },
  { name: 'attest, GitLab', ...attest, services: 'v1', source: flag('gitlab') },
  { name: 'attest, e-mail', ...attest, services: 'v1', source: flag('google') },
  { name: 'attest, CircleCI', ...attest, services: 'v1', source: flag('circleci') },
  { name: 'attest, two logs: the one that PyPI takes', ...attest, services: 'both', source: flag('github') },
  {
    name: 'attest, both forms',
    command: ['attest', '--format', 'both'],
    writes: [ATTESTATION, STATEMENT],
    entry: 'dsse/0.0.1',
    services: 'both',
    source: flag('github'),
  },
  {
    name: 'attest, bundle, Rekor v1',
    ...attestBundle,
    entry: 'dsse/0.0.1',
    services: 'v1',
    source: flag('github'),
  },
  { name: 'attest, bundle, Rekor v2', ...attestBundle, ...hashed2, services: 'v2', source: flag('github') },
  { name: 'attest, bundle, e-mail', ...attestBundle, ...hashed2, services: 'v2', source: flag('email') },
  {
    name: 'attest, bundle, two logs: the newer',
    ...attestBundle,
    ...hashed2,
    services: 'both',
    source: flag('gitlab'),
  },
  {
    name: 'attest, bundle, --rekor-version 1',
    ...attestBundle,
    command: [...attestBundle.command, '--rekor-version', '1'],
    entry: 'dsse/0.0.1',
    services: 'both',
    source: flag('github'),
  },
  { name: 'sign, Rekor v1, e-mail', ...sign, ...hashed1, services: 'v1', source: flag('email') },
  { name: 'sign, Rekor v1, GitHub', ...sign, ...hashed1, services: 'v1', source: flag('github') },
  { name: 'sign, Rekor v2, e-mail', ...sign, ...hashed2, services: 'v2', source: flag('email') },
  { name: 'sign, Rekor v2, GitHub', ...sign, ...hashed2, services: 'v2', source: flag('github') },
  { name: 'sign, Rekor v2, GitLab', ...sign, ...hashed2, services: 'v2', source: flag('gitlab') },
  { name: 'sign, Rekor v2, Google', ...sign, ...hashed2, services: 'v2', source: flag('google') },
  { name: 'sign, Rekor v2, CircleCI', ...sign, ...hashed2, services: 'v2', source: flag('circleci') },
  { name: 'sign, Rekor v2, Buildkite', ...sign, ...hashed2, services: 'v2', source: flag('buildkite') },
  { name: 'sign, Rekor v1, Buildkite', ...sign, ...hashed1, services: 'v1', source: flag('buildkite') },
  {
    name: 'attest, bundle, Buildkite',
    ...attestBundle,
    ...hashed2,
    services: 'v2',
    source: flag('buildkite'),
  },
  { name: 'sign, two logs: the newer', ...sign, ...hashed2, services: 'both', source: flag('email') },
  {
    name: 'sign, --rekor-version 1',
    ...sign,
    command: ['sign', '--rekor-version', '1'],
    ...hashed1,
    services: 'both',
    source: flag('email'),
  },
  {
    name: 'sign, detached',
    command: ['sign', '--detached'],
    writes: [MESSAGE, '.sig', '.crt'],
    ...hashed2,
    services: 'v2',
    source: flag('email'),
  },
  {
    name: 'sign, token from a file',
    ...sign,
    ...hashed2,
    services: 'v2',
    source: { issuer: 'email', by: 'file' },
  },
  {
    name: 'sign, token in the environment',
    ...sign,
    ...hashed2,
    services: 'v2',
    source: { issuer: 'email', by: 'environment' },
  },
  {
    name: 'sign, ambient token',
    ...sign,
    ...hashed2,
    services: 'v2',
    source: { issuer: 'github', by: 'ambient' },
  },
  ...(['gitlab', 'buildkite', 'circleci', 'google'] as const).map((issuer) => ({
    name: `sign, ambient token, ${issuer}`,
    ...sign,
    ...hashed2,
    services: 'v2' as const,
    source: { issuer, by: 'ambient' as const },
  })),
];

/** Options and environment that hand a fresh token over. What goes through files is written beside `file`. */
export async function handOver(
  { issuer, by }: Source,
  stack: Stack,
  file: string,
): Promise<{ options: string[]; environment: Readonly<Record<string, string>> }> {
  if (by === 'ambient') return ambient(issuer, stack, file);
  const token = stack.issueToken(issuer);
  if (by === 'environment') return { options: [], environment: { SIGSTORE_IDENTITY_TOKEN: token } };
  if (by === 'flag') return { options: ['--identity-token', token], environment: {} };
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return { options: ['--identity-token-file', file], environment: {} };
}

/** The tools by which jobs of two places are given tokens, and the variable by which they are known. */
const TOOLS = {
  buildkite: { tool: 'buildkite-agent', variable: 'BUILDKITE' },
  circleci: { tool: 'circleci', variable: 'CIRCLECI' },
} as const;

/** What a job of a place finds: variables, and for some a tool. */
async function ambient(
  issuer: IssuerKind,
  { issueToken, ambientGithub, files }: Stack,
  file: string,
): Promise<{ options: string[]; environment: Readonly<Record<string, string>> }> {
  switch (issuer) {
    case 'gitlab':
      return { options: [], environment: { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: issueToken(issuer) } };
    case 'buildkite':
    case 'circleci': {
      const { tool, variable } = TOOLS[issuer];
      const folder = `${file}.tools`;
      await mkdir(folder);
      await writeFile(join(folder, tool), `#!/bin/sh\necho ${issueToken(issuer)}\n`, { mode: 0o755 });
      return { options: [], environment: { [variable]: 'true', PATH: `${folder}:/usr/bin:/bin` } };
    }
    case 'google': {
      const account = issuers.google.claims.email;
      const options = ['--ca-cert', files.keys.tlsAuthority];
      return { options, environment: { GOOGLE_SERVICE_ACCOUNT_NAME: account } };
    }
    default:
      return { options: [], environment: ambientGithub };
  }
}
