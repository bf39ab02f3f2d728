// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { assertCertified, buildProvenance } from '../src/index.ts';

const GITHUB = {
  issuer: 'https://token.actions.githubusercontent.com',
  claims: {
    event_name: 'release',
    job_workflow_ref: 'org/shared/.github/workflows/build.yml@refs/heads/main',
    ref: 'refs/tags/v1.0.0',
    repository: 'octo-org/pkg',
    repository_id: '100',
    repository_owner_id: '200',
    run_attempt: '2',
    run_id: '300',
    runner_environment: 'github-hosted',
    sha: '0123456789abcdef0123456789abcdef01234567',
    workflow_ref: 'octo-org/pkg/.github/workflows/release.yml@refs/tags/v1.0.0',
    actor: 'octocat',
  },
};

const GITLAB = {
  issuer: 'https://gitlab.com',
  claims: {
    ci_config_ref_uri: 'gitlab.com/group/sub/pkg//.gitlab-ci.yml@refs/heads/main',
    job_id: '44',
    namespace_id: '200',
    pipeline_id: '300',
    pipeline_source: 'push',
    project_id: '100',
    project_path: 'group/sub/pkg',
    ref: 'main',
    ref_type: 'branch',
    runner_environment: 'gitlab-hosted',
    runner_id: 12,
    sha: '0123456789abcdef0123456789abcdef01234567',
    user_email: 'dev@example.com',
  },
};

describe('buildProvenance', () => {
  it('says of a job of GitHub Actions what GitHub’s own attestations say', () => {
    const { predicate } = buildProvenance(GITHUB);
    // Key by key in the order of the text, which is what is signed.
    expect(JSON.stringify(predicate)).toBe(
      JSON.stringify({
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1',
          externalParameters: {
            workflow: {
              ref: 'refs/tags/v1.0.0',
              repository: 'https://github.com/octo-org/pkg',
              path: '.github/workflows/release.yml',
            },
          },
          internalParameters: {
            github: {
              event_name: 'release',
              repository_id: '100',
              repository_owner_id: '200',
              runner_environment: 'github-hosted',
            },
          },
          resolvedDependencies: [
            {
              uri: 'git+https://github.com/octo-org/pkg@refs/tags/v1.0.0',
              digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' },
            },
          ],
        },
        runDetails: {
          builder: { id: 'https://github.com/org/shared/.github/workflows/build.yml@refs/heads/main' },
          metadata: { invocationId: 'https://github.com/octo-org/pkg/actions/runs/300/attempts/2' },
        },
      }),
    );
  });

  it.each([
    ['https://token.actions.githubusercontent.com/octo-corp', 'https://github.com'],
    ['https://token.actions.corp.ghe.com', 'https://corp.ghe.com'],
  ])('knows %s as %s', (issuer, server) => {
    const { predicate } = buildProvenance({ ...GITHUB, issuer });
    expect(JSON.stringify(predicate)).toContain(`"repository":"${server}/octo-org/pkg"`);
  });

  it('says of a job of GitLab CI where it ran, by what definition, and who was the runner', () => {
    const { predicate } = buildProvenance(GITLAB);
    expect(predicate).toEqual({
      buildDefinition: {
        buildType: 'https://github.com/colophon-py/colophon/blob/main/docs/build-types/gitlab-job-v1.md',
        externalParameters: {
          workflow: {
            ref: 'refs/heads/main',
            repository: 'https://gitlab.com/group/sub/pkg',
            path: '.gitlab-ci.yml',
          },
        },
        internalParameters: {
          gitlab: {
            namespace_id: '200',
            pipeline_id: '300',
            pipeline_source: 'push',
            project_id: '100',
            runner_environment: 'gitlab-hosted',
          },
        },
        resolvedDependencies: [
          {
            uri: 'git+https://gitlab.com/group/sub/pkg@refs/heads/main',
            digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' },
          },
        ],
      },
      runDetails: {
        builder: { id: 'https://gitlab.com/group/sub/pkg/-/runners/12' },
        metadata: { invocationId: 'https://gitlab.com/group/sub/pkg/-/jobs/44' },
      },
    });
  });

  it('keeps the project of a definition that lies elsewhere', () => {
    const claims = { ...GITLAB.claims, ci_config_ref_uri: 'gitlab.com/group/ci//build.yml@refs/heads/main' };
    expect(JSON.stringify(buildProvenance({ ...GITLAB, claims }).predicate)).toContain(
      '"path":"https://gitlab.com/group/ci//build.yml"',
    );
  });

  it('tells nothing of people', () => {
    for (const verified of [GITHUB, GITLAB])
      expect(JSON.stringify(buildProvenance(verified))).not.toMatch(/octocat|dev@example/);
  });

  it.each(Object.keys(GITHUB.claims).filter((name) => name !== 'actor'))(
    'makes none of a GitHub token without %s',
    (name) => {
      const claims = { ...GITHUB.claims, [name]: '' };
      expect(() => buildProvenance({ ...GITHUB, claims })).toThrow(
        expect.objectContaining({ code: 'ERR_PROVENANCE_CLAIMS' }),
      );
    },
  );

  it.each([
    'https://accounts.google.com',
    'https://gitlab.com.evil.example',
    'https://token.actions.githubusercontent.com.evil.example',
    'https://token.actions.githubusercontent.com/a/b',
  ])('makes none of a token of %s', (issuer) => {
    expect(() => buildProvenance({ ...GITHUB, issuer })).toThrow(
      expect.objectContaining({ code: 'ERR_PROVENANCE_CLAIMS' }),
    );
  });
});

describe('assertCertified', () => {
  const told = {
    'source-repository-uri': 'https://github.com/octo-org/pkg',
    'source-repository-ref': 'refs/tags/v1.0.0',
    'source-repository-digest': '0123456789abcdef0123456789abcdef01234567',
    'run-invocation-uri': 'https://github.com/octo-org/pkg/actions/runs/300/attempts/2',
    'build-signer-uri': 'https://github.com/org/shared/.github/workflows/build.yml@refs/heads/main',
  } as const;

  it('takes a certificate that says the same, and one that says nothing', () => {
    expect(() => assertCertified(buildProvenance(GITHUB), told)).not.toThrow();
    expect(() => assertCertified(buildProvenance(GITHUB), {})).not.toThrow();
  });

  it.each(Object.keys(told) as (keyof typeof told)[])('refuses one with another %s', (name) => {
    expect(() => assertCertified(buildProvenance(GITHUB), { ...told, [name]: 'x' })).toThrow(
      expect.objectContaining({ code: 'ERR_PROVENANCE_CERTIFICATE' }),
    );
  });
});
