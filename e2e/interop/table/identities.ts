// SPDX-License-Identifier: Apache-2.0
import { type IssuerKind, issuers } from '../stack/issuers.ts';
import type { Identity } from './peer.ts';

const github = issuers.github.claims;
const gitlab = issuers.gitlab.claims;
const buildkite = issuers.buildkite.claims;
const circleci = issuers.circleci.claims;

const circleProject = circleci['oidc.circleci.com/project-id'];
const circleDefinition = circleci['oidc.circleci.com/pipeline-definition-id'];
const circleProjects = 'https://circleci.com/api/v2/projects';

/** What a certificate and an index say of who holds a token of each kind, when its claims are not changed. */
const names = {
  github: {
    san: `https://github.com/${github.job_workflow_ref}`,
    publisher: { kind: 'GitHub', repository: github.repository, workflow: 'release.yml' },
  },
  gitlab: {
    san: `https://${gitlab.ci_config_ref_uri}`,
    publisher: { kind: 'GitLab', repository: gitlab.project_path, workflow_filepath: '.gitlab-ci.yml' },
  },
  circleci: {
    san: `${circleProjects}/${circleProject}/pipeline-definitions/${circleDefinition}`,
    publisher: { kind: 'CircleCI', project_id: circleProject, pipeline_definition_id: circleDefinition },
  },
  buildkite: {
    san: `https://buildkite.com/${buildkite.organization_slug}/${buildkite.pipeline_slug}`,
    publisher: { kind: 'Buildkite' },
  },
  google: mailbox(issuers.google.claims.email),
  email: mailbox(issuers.email.claims.email),
} as const;

/** The same with another repository, project or mailbox. */
const others = {
  github: {
    san: names.github.san.replace('octo-org/pkg', 'octo-org/other'),
    publisher: { ...names.github.publisher, repository: 'octo-org/other' },
  },
  gitlab: {
    san: names.gitlab.san.replace('octo-group/pkg', 'octo-group/other'),
    publisher: { ...names.gitlab.publisher, repository: 'octo-group/other' },
  },
  circleci: {
    san: names.circleci.san.replace(circleProject, '11111111-2222-4333-8444-555555555555'),
    publisher: { ...names.circleci.publisher, project_id: '11111111-2222-4333-8444-555555555555' },
  },
  buildkite: { ...names.buildkite, san: 'https://buildkite.com/octo-org/other' },
  google: mailbox('other@octo-org.iam.gserviceaccount.com'),
  email: mailbox('somebody@octo.example'),
} as const;

export function identityOf(kind: IssuerKind): Identity {
  return { ...names[base(kind)], issuer: issuers[kind].url };
}

export function otherIdentityOf(kind: IssuerKind): Identity {
  return { ...others[base(kind)], issuer: issuers[kind].url };
}

function mailbox(address: string): Omit<Identity, 'issuer'> {
  return { san: address, publisher: { kind: 'Google', email: address } };
}

function base(kind: IssuerKind): keyof typeof names {
  return kind.replace(/^plain-/, '') as keyof typeof names;
}
