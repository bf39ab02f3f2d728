// SPDX-License-Identifier: Apache-2.0

/** The port of the issuers that speak plain HTTP, and of the ambient token services of all kinds. */
export const PLAIN_ISSUER_PORT = 8880;

export type Claims = Readonly<Record<string, string | number | boolean | null>>;

type CiProvider = 'github-workflow' | 'gitlab-pipeline' | 'buildkite-job' | 'circleci-job';

export interface Issuer {
  readonly url: string;
  /** How Fulcio reads the token: a claim mapping of a CI provider, or the email claim. */
  readonly reads: CiProvider | 'email';
  /** What a token carries beside the registered claims, before a caller changes some. */
  readonly claims: Claims;
}

const commit = '5f1c0f4c8d2b9a7e6d3c4b5a69788796a5b4c3d2';
const pinnedWorkflow = 'octo-org/pkg/.github/workflows/release.yml@refs/tags/v1.0.0';

const github = {
  sub: 'repo:octo-org/pkg:environment:pypi',
  repository: 'octo-org/pkg',
  repository_id: '1001',
  repository_owner: 'octo-org',
  repository_owner_id: '2002',
  repository_visibility: 'public',
  workflow: 'release',
  workflow_ref: pinnedWorkflow,
  workflow_sha: commit,
  job_workflow_ref: pinnedWorkflow,
  job_workflow_sha: commit,
  ref: 'refs/tags/v1.0.0',
  ref_type: 'tag',
  sha: commit,
  event_name: 'push',
  run_id: '3003',
  run_number: '7',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  environment: 'pypi',
} as const satisfies Claims;

const gitlab = {
  sub: 'project_path:octo-group/pkg:ref_type:tag:ref:v1.0.0',
  project_path: 'octo-group/pkg',
  project_id: '4004',
  project_visibility: 'public',
  namespace_path: 'octo-group',
  namespace_id: '5005',
  pipeline_source: 'push',
  pipeline_id: '6006',
  job_id: '7007',
  runner_id: 12,
  ref: 'v1.0.0',
  ref_type: 'tag',
  sha: commit,
  ci_config_ref_uri: 'gitlab.com/octo-group/pkg//.gitlab-ci.yml@refs/tags/v1.0.0',
  ci_config_sha: commit,
  runner_environment: 'gitlab-hosted',
  environment: 'pypi',
} as const satisfies Claims;

const buildkite = {
  sub: `organization:octo-org:pipeline:pkg:ref:refs/tags/v1.0.0:commit:${commit}:step:release`,
  organization_slug: 'octo-org',
  pipeline_slug: 'pkg',
  build_number: 42,
  build_commit: commit,
  build_source: 'webhook',
  job_id: '0190046e-e199-453b-a302-a21a4d649d31',
  runner_environment: 'buildkite-hosted',
} as const satisfies Claims;

const circleci = {
  sub: 'org/b6a6a4b0-0d0c-4c2e-9a52-5a8f4a3e5f10/project/0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201/user/77777777-0000-4000-8000-000000000000',
  'oidc.circleci.com/project-id': '0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201',
  'oidc.circleci.com/pipeline-definition-id': '8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08',
  'oidc.circleci.com/pipeline-id': '2f3e4d5c-6b7a-4899-8a7b-6c5d4e3f2a1b',
  'oidc.circleci.com/workflow-id': '3a2b1c0d-9e8f-4a7b-8c6d-5e4f3a2b1c0d',
  'oidc.circleci.com/job-id': '4b5c6d7e-8f90-4a1b-9c2d-3e4f5a6b7c8d',
  'oidc.circleci.com/vcs-origin': 'github.com/octo-org/pkg',
  'oidc.circleci.com/vcs-ref': 'refs/tags/v1.0.0',
  'oidc.circleci.com/ssh-rerun': false,
} as const satisfies Claims;

const mailbox = (address: string) => ({ sub: '1184', email: address, email_verified: true }) as const;
const plain = (kind: string): string => `http://localhost:${PLAIN_ISSUER_PORT}/${kind}`;

/**
 * Who issues tokens. The first five bear the names of the public services, which the publisher policies of PyPI
 * demand; the others speak plain HTTP.
 */
export const issuers = {
  github: { url: 'https://token.actions.githubusercontent.com', reads: 'github-workflow', claims: github },
  gitlab: { url: 'https://gitlab.com', reads: 'gitlab-pipeline', claims: gitlab },
  buildkite: { url: 'https://agent.buildkite.com', reads: 'buildkite-job', claims: buildkite },
  circleci: { url: 'https://oidc.circleci.com', reads: 'circleci-job', claims: circleci },
  google: {
    url: 'https://accounts.google.com',
    reads: 'email',
    claims: mailbox('release@octo-org.iam.gserviceaccount.com'),
  },
  email: { url: plain('email'), reads: 'email', claims: mailbox('maintainer@octo.example') },
  'plain-github': { url: plain('plain-github'), reads: 'github-workflow', claims: github },
  'plain-gitlab': { url: plain('plain-gitlab'), reads: 'gitlab-pipeline', claims: gitlab },
  'plain-buildkite': { url: plain('plain-buildkite'), reads: 'buildkite-job', claims: buildkite },
  'plain-circleci': { url: plain('plain-circleci'), reads: 'circleci-job', claims: circleci },
} as const satisfies Record<string, Issuer>;

export type IssuerKind = keyof typeof issuers;

/** Google's services that give tokens to machines: by a name of the machine's own link, and to the world. */
export const googleHosts = { metadata: 'metadata', iamCredentials: 'iamcredentials.googleapis.com' } as const;

/** The host names that must lead to this machine: those of the issuers behind TLS, and Google's services. */
export const servedHosts: readonly string[] = [
  ...Object.values(issuers)
    .filter((issuer) => issuer.url.startsWith('https:'))
    .map((issuer) => new URL(issuer.url).hostname),
  ...Object.values(googleHosts),
];
