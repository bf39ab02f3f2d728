// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import type { TokenClaims } from '@colophon/oidc';
import { resolveIndex } from '@colophon/pypi';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../src/doctor/diagnosis.ts';
import type { ExpectedPublisher } from '../src/doctor/publisher-comparison.ts';

const WORKFLOW = 'octo-org/sampler/.github/workflows/release.yml@refs/tags/v1';
const GITHUB: TokenClaims = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:octo-org/sampler:environment:pypi',
  aud: 'pypi',
  iat: 1,
  exp: 301,
  repository: 'octo-org/sampler',
  repository_owner: 'octo-org',
  repository_visibility: 'public',
  workflow_ref: WORKFLOW,
  job_workflow_ref: WORKFLOW,
  event_name: 'push',
  ref: 'refs/tags/v1',
  environment: 'pypi',
};
const GITLAB: TokenClaims = {
  iss: 'https://gitlab.com',
  sub: 'project_path:Octo/sub/sampler:ref_type:tag:ref:v1',
  aud: 'pypi',
  iat: 1,
  exp: 301,
  project_path: 'Octo/sub/sampler',
  ci_config_ref_uri: 'gitlab.com/Octo/sub/sampler//ci/release.yml@refs/tags/v1',
  project_visibility: 'public',
  environment: 'pypi',
};
const ROW = {
  kind: 'GitHub',
  repository: 'octo-org/sampler',
  workflow: 'release.yml',
  environment: 'pypi',
} as const satisfies ExpectedPublisher;
const GITLAB_ROW = {
  kind: 'GitLab',
  repository: 'Octo/sub/sampler',
  workflowFilepath: 'ci/release.yml',
  environment: null,
} as const satisfies ExpectedPublisher;

function diagnosis(claims: TokenClaims, expected?: ExpectedPublisher, index = 'pypi') {
  const subject = {
    project: 'sampler',
    expected,
    origin: expected === undefined ? undefined : '--publisher',
  };
  return diagnose({ secret: new Secret('x'), claims }, resolveIndex(index), [subject]);
}

const called = (file: string) => ({ ...GITHUB, job_workflow_ref: `${file}@refs/heads/main` });

describe('a job', () => {
  const cases: [
    title: string,
    claims: TokenClaims,
    expected: ExpectedPublisher | undefined,
    codes: string[],
  ][] = [
    ['that is the publisher', GITHUB, ROW, []],
    ['whose publisher is unknown', GITHUB, undefined, []],
    ['whose publisher names no environment', GITHUB, { ...ROW, environment: null }, []],
    [
      'whose publisher’s environment is not known',
      GITHUB,
      { kind: 'GitHub', repository: ROW.repository },
      [],
    ],
    ['whose environment differs by case only', { ...GITHUB, environment: 'PyPI' }, ROW, []],
    [
      'in a called workflow of its own repository',
      called('octo-org/sampler/.github/workflows/build.yml'),
      ROW,
      ['reusable-workflow', 'workflow-differs'],
    ],
    [
      'in a called workflow that is registered',
      called('octo-org/sampler/.github/workflows/build.yml'),
      { ...ROW, workflow: 'build.yml' },
      ['reusable-workflow', 'workflow-differs'],
    ],
    [
      'in a workflow of another repository',
      called('octo-org/shared/.github/workflows/release.yml'),
      ROW,
      ['reusable-workflow-elsewhere'],
    ],
    [
      'without the environment',
      { ...GITHUB, environment: '' },
      ROW,
      ['no-environment', 'environment-missing'],
    ],
    ['with another environment', { ...GITHUB, environment: 'test' }, ROW, ['environment-differs']],
    [
      'whose owner is registered in other case',
      GITHUB,
      { ...ROW, repository: 'Octo-Org/sampler' },
      ['owner-case'],
    ],
    [
      'whose name is registered in other case',
      GITHUB,
      { ...ROW, repository: 'octo-org/Sampler' },
      ['repository-name-case'],
    ],
    ['of a fork', { ...GITHUB, repository: 'me/sampler' }, ROW, ['fork']],
    [
      'of another owner and name',
      { ...GITHUB, repository: 'me/other' },
      ROW,
      ['owner-differs', 'repository-differs'],
    ],
    [
      'of a repository that was renamed',
      GITHUB,
      { ...ROW, repository: 'octo-org/old' },
      ['repository-differs'],
    ],
    [
      'of another workflow',
      GITHUB,
      { ...ROW, workflow: 'publish.yml' },
      ['workflow-differs', 'workflow-differs'],
    ],
    [
      'of pull_request_target',
      { ...GITHUB, event_name: 'pull_request_target' },
      ROW,
      ['pull-request-target'],
    ],
    ['of a pull request', { ...GITHUB, event_name: 'pull_request' }, ROW, ['pull-request']],
    ['of a private repository', { ...GITHUB, repository_visibility: 'private' }, ROW, ['private-repository']],
    ['of another provider than the publisher', GITLAB, ROW, ['issuer-differs']],
    ['of an enterprise’s own issuer', { ...GITHUB, iss: `${GITHUB.iss}/corp` }, undefined, ['issuer']],
    ['of CircleCI', { ...GITHUB, iss: 'https://oidc.circleci.com' }, undefined, ['issuer']],
    ['of GitLab', GITLAB, GITLAB_ROW, []],
    [
      'of GitLab in other case',
      GITLAB,
      { ...GITLAB_ROW, repository: 'octo/sub/sampler' },
      ['project-path-case'],
    ],
    [
      'of GitLab with an environment in other case',
      GITLAB,
      { ...GITLAB_ROW, environment: 'PyPI' },
      ['environment-differs'],
    ],
    [
      'of GitLab with another file',
      GITLAB,
      { ...GITLAB_ROW, workflowFilepath: '.gitlab-ci.yml' },
      ['top-level-pipeline-file-path-differs'],
    ],
    [
      'of GitLab for a tag with an @',
      { ...GITLAB, ci_config_ref_uri: `${GITLAB.ci_config_ref_uri}@1.0` },
      GITLAB_ROW,
      [],
    ],
  ];

  it.each(cases)('%s is told so', (...[, claims, expected, codes]) => {
    expect(diagnosis(claims, expected).findings.map(({ code }) => code)).toEqual(codes);
  });

  it('in a called workflow is told what the index mints by and attests by', () => {
    const claims = called('octo-org/sampler/.github/workflows/build.yml');
    const { mintsBy, attestsBy, findings, certificate } = diagnosis(claims, ROW);
    expect([mintsBy, attestsBy]).toEqual([claims.job_workflow_ref, claims.workflow_ref]);
    expect(findings[0]?.message).toMatch(
      /runs in build\.yml, called by release\.yml: pypi mints tokens by the called/,
    );
    expect(certificate?.identity).toBe(`https://github.com/${claims.job_workflow_ref}`);
  });
});

describe('the row to enter on the index', () => {
  it('has the words of the form, and a link that fills it in', () => {
    expect(diagnosis(GITHUB).subjects[0]?.row).toEqual({
      provider: 'GitHub',
      fields: [
        ['Owner', 'octo-org'],
        ['Repository name', 'sampler'],
        ['Workflow name', 'release.yml'],
        ['Environment name', 'pypi'],
      ],
      url: 'https://pypi.org/manage/project/sampler/settings/publishing/?provider=github&owner=octo-org&repository=sampler&workflow_filename=release.yml',
    });
  });

  it('is GitLab’s by namespace, project and file, on TestPyPI', () => {
    const row = diagnosis(GITLAB, undefined, 'testpypi').subjects[0]?.row;
    expect(row?.fields).toEqual([
      ['Namespace', 'Octo/sub'],
      ['Project name', 'sampler'],
      ['Top-level pipeline file path', 'ci/release.yml'],
      ['Environment name', 'pypi'],
    ]);
    expect(row?.url).toBe(
      'https://test.pypi.org/manage/project/sampler/settings/publishing/?provider=gitlab',
    );
  });

  it('is not there where none would help', () => {
    const elsewhere = called('octo-org/shared/.github/workflows/release.yml');
    expect(diagnosis(elsewhere).subjects[0]?.row).toBeUndefined();
    expect(diagnosis({ ...GITHUB, iss: 'https://other.example' }).subjects[0]?.row).toBeUndefined();
  });

  it('is without a link on an index whose site is not known', () => {
    expect(diagnosis(GITHUB, ROW, 'https://index.example/legacy/').subjects[0]?.row?.url).toBeUndefined();
  });
});
