// SPDX-License-Identifier: Apache-2.0
import { issuers } from '../stack/issuers.ts';
import type { InputRow } from './row.ts';

const { claims } = issuers.github;
const SERVER = 'https://github.com';
const REPOSITORY = `${SERVER}/${claims.repository}`;
const WORKFLOW = `${SERVER}/${claims.workflow_ref}`;

/** Every flag about a GitHub workflow, with what the certificate of the real Fulcio has, and with something else. */
const FLAGS: readonly (readonly [flag: string, good: string, bad: string])[] = [
  [
    '--signer-workflow',
    `${claims.repository}/.github/workflows/release.yml`,
    `${claims.repository}/.github/workflows/other.yml`,
  ],
  ['--signer-workflow', `github.com/${claims.job_workflow_ref}`, `github.com/${claims.job_workflow_ref}1`],
  ['--ref', claims.ref, 'refs/tags/v1.0.1'],
  ['--ref', 'refs/tags/v{version}', 'refs/tags/{name}-v{version}'],
  ['--sha', claims.sha, claims.sha.replace(/^./, '0')],
  ['--trigger', claims.event_name, 'workflow_dispatch'],
  ['--environment', claims.environment, 'testpypi'],
];

/** Fulcio's claims by their names in kebab case. */
const CLAIMS: Readonly<Record<string, string>> = {
  'build-signer-uri': `${SERVER}/${claims.job_workflow_ref}`,
  'build-signer-digest': claims.job_workflow_sha,
  'runner-environment': claims.runner_environment,
  'source-repository-uri': REPOSITORY,
  'source-repository-digest': claims.sha,
  'source-repository-ref': claims.ref,
  'source-repository-identifier': claims.repository_id,
  'source-repository-owner-uri': `${SERVER}/${claims.repository_owner}`,
  'source-repository-owner-identifier': claims.repository_owner_id,
  'build-config-uri': WORKFLOW,
  'build-config-digest': claims.workflow_sha,
  'build-trigger': claims.event_name,
  'run-invocation-uri': `${REPOSITORY}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
  'source-repository-visibility-at-signing': claims.repository_visibility,
  'deployment-environment': claims.environment,
};

/** Rows about one piece of evidence by a GitHub workflow; `subject` is what comes before the identity. */
export function policyRows(subject: readonly string[]): InputRow[] {
  const repository = ['--repository', claims.repository];
  const row = (
    name: string,
    good: readonly string[],
    bad: readonly string[],
    refusal = 'ERR_IDENTITY',
  ): InputRow => ({
    name,
    by: 'sigstore-python',
    good: [...subject, ...good],
    bad: [...subject, ...bad],
    refusal,
  });
  return [
    row('--repository', ['--repository', 'OCTO-ORG/pkg'], ['--repository', 'octo-org/pkg2']),
    row('--repository URL', ['--repository', REPOSITORY], ['--repository', `${REPOSITORY}2`]),
    row(
      '--workflow',
      [...repository, '--workflow', 'release.yml'],
      [...repository, '--workflow', 'other.yml'],
    ),
    row(
      '--publisher github',
      ['--publisher', `github:${claims.repository}/release.yml`],
      ['--publisher', `github:${claims.repository}/publish.yml`],
    ),
    row(
      '--cert-identity-pattern',
      ['--cert-identity-pattern', `${REPOSITORY}/.github/workflows/*@refs/tags/*`, ...ofGitHub()],
      ['--cert-identity-pattern', `${SERVER}/*/release.yml@refs/tags/*`, ...ofGitHub()],
    ),
    row(
      '--cert-oidc-issuer',
      ['--cert-identity', WORKFLOW, ...ofGitHub()],
      ['--cert-identity', WORKFLOW, '--cert-oidc-issuer', issuers.gitlab.url],
    ),
    row(
      '--deny-self-hosted',
      [...repository, '--deny-self-hosted'],
      ['--repository', 'octo-org/pkg2', '--deny-self-hosted'],
    ),
    ...FLAGS.map(([flag, good, bad]) =>
      row(`${flag} ${good}`, [...repository, flag, good], [...repository, flag, bad], 'ERR_CLAIM'),
    ),
    ...Object.entries(CLAIMS).map(([name, value]) =>
      row(
        `--claim ${name}`,
        [...repository, '--claim', `${name}=${value}`],
        [...repository, '--claim', `${name}=${value.slice(0, -1)}`],
        'ERR_CLAIM',
      ),
    ),
  ];
}

function ofGitHub(): string[] {
  return ['--cert-oidc-issuer', issuers.github.url];
}
