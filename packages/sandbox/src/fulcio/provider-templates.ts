// SPDX-License-Identifier: Apache-2.0

/** A Fulcio extension: the last arc of its OID 1.3.6.1.4.1.57264.1.N, its name in Fulcio's configuration, its value. */
export interface Template {
  readonly arc: number;
  readonly field: string;
  readonly text: string;
}

/** How the tokens of a CI provider become certificates. */
export interface ProviderTemplates {
  readonly san: string;
  readonly defaults: Readonly<Record<string, string>>;
  readonly extensions: readonly Template[];
}

function templates(...rows: readonly (readonly [arc: number, field: string, text: string])[]): Template[] {
  return rows.map(([arc, field, text]) => ({ arc, field, text }));
}

const GITHUB: ProviderTemplates = {
  san: '{{ .url }}/{{ .job_workflow_ref }}',
  defaults: { url: 'https://github.com', environment: '' },
  extensions: templates(
    [2, 'GithubWorkflowTrigger', 'event_name'],
    [3, 'GithubWorkflowSHA', 'sha'],
    [4, 'GithubWorkflowName', 'workflow'],
    [5, 'GithubWorkflowRepository', 'repository'],
    [6, 'GithubWorkflowRef', 'ref'],
    [9, 'BuildSignerURI', '{{ .url }}/{{ .job_workflow_ref }}'],
    [10, 'BuildSignerDigest', 'job_workflow_sha'],
    [11, 'RunnerEnvironment', 'runner_environment'],
    [12, 'SourceRepositoryURI', '{{ .url }}/{{ .repository }}'],
    [13, 'SourceRepositoryDigest', 'sha'],
    [14, 'SourceRepositoryRef', 'ref'],
    [15, 'SourceRepositoryIdentifier', 'repository_id'],
    [16, 'SourceRepositoryOwnerURI', '{{ .url }}/{{ .repository_owner }}'],
    [17, 'SourceRepositoryOwnerIdentifier', 'repository_owner_id'],
    [18, 'BuildConfigURI', '{{ .url }}/{{ .workflow_ref }}'],
    [19, 'BuildConfigDigest', 'workflow_sha'],
    [20, 'BuildTrigger', 'event_name'],
    [
      21,
      'RunInvocationURI',
      '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
    ],
    [22, 'SourceRepositoryVisibilityAtSigning', 'repository_visibility'],
    [23, 'DeploymentEnvironment', 'environment'],
  ),
};

const GITLAB: ProviderTemplates = {
  san: 'https://{{ .ci_config_ref_uri }}',
  defaults: { url: 'https://gitlab.com', environment: '' },
  extensions: templates(
    [9, 'BuildSignerURI', 'https://{{ .ci_config_ref_uri }}'],
    [10, 'BuildSignerDigest', 'ci_config_sha'],
    [11, 'RunnerEnvironment', 'runner_environment'],
    [12, 'SourceRepositoryURI', '{{ .url }}/{{ .project_path }}'],
    [13, 'SourceRepositoryDigest', 'sha'],
    [14, 'SourceRepositoryRef', 'refs/{{if eq .ref_type "branch"}}heads/{{ else }}tags/{{end}}{{ .ref }}'],
    [15, 'SourceRepositoryIdentifier', 'project_id'],
    [16, 'SourceRepositoryOwnerURI', '{{ .url }}/{{ .namespace_path }}'],
    [17, 'SourceRepositoryOwnerIdentifier', 'namespace_id'],
    [18, 'BuildConfigURI', 'https://{{ .ci_config_ref_uri }}'],
    [19, 'BuildConfigDigest', 'ci_config_sha'],
    [20, 'BuildTrigger', 'pipeline_source'],
    [21, 'RunInvocationURI', '{{ .url }}/{{ .project_path }}/-/jobs/{{ .job_id }}'],
    [22, 'SourceRepositoryVisibilityAtSigning', 'project_visibility'],
    [23, 'DeploymentEnvironment', 'environment'],
  ),
};

const BUILDKITE: ProviderTemplates = {
  san: '{{.url}}/{{.organization_slug}}/{{.pipeline_slug}}',
  defaults: { url: 'https://buildkite.com' },
  extensions: templates(
    [11, 'RunnerEnvironment', 'runner_environment'],
    [13, 'SourceRepositoryDigest', 'build_commit'],
    [20, 'BuildTrigger', 'build_source'],
    [
      21,
      'RunInvocationURI',
      '{{.url}}/{{.organization_slug}}/{{.pipeline_slug}}/builds/{{.build_number}}#{{.job_id}}',
    ],
  ),
};

// Names with dots and slashes are reached by index, which gives nothing where a claim is missing.
const CIRCLECI_DEFINITION =
  '{{.api_url}}/projects/{{index . "oidc.circleci.com/project-id"}}/pipeline-definitions/{{index . "oidc.circleci.com/pipeline-definition-id"}}';

const CIRCLECI: ProviderTemplates = {
  san: CIRCLECI_DEFINITION,
  defaults: { api_url: 'https://circleci.com/api/v2', platform_url: 'https://app.circleci.com/' },
  extensions: templates(
    [9, 'BuildSignerURI', CIRCLECI_DEFINITION],
    [
      11,
      'RunnerEnvironment',
      '{{if eq (index . "oidc.circleci.com/ssh-rerun") "true"}}ssh-rerun{{ else }}""{{end}}',
    ],
    [12, 'SourceRepositoryURI', '{{index . "oidc.circleci.com/vcs-origin"}}'],
    [14, 'SourceRepositoryRef', '{{index . "oidc.circleci.com/vcs-ref"}}'],
    [18, 'BuildConfigURI', '{{.api_url}}/pipeline/{{index . "oidc.circleci.com/pipeline-id"}}/config'],
    [
      21,
      'RunInvocationURI',
      '{{.platform_url}}/workflow/{{index . "oidc.circleci.com/workflow-id"}}/job/{{index . "oidc.circleci.com/job-id"}}',
    ],
  ),
};

/** The mappings of the public instance. */
export const PROVIDER_TEMPLATES = {
  github: GITHUB,
  gitlab: GITLAB,
  buildkite: BUILDKITE,
  circleci: CIRCLECI,
} as const;

export type CiProvider = keyof typeof PROVIDER_TEMPLATES;
