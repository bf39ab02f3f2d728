// SPDX-License-Identifier: Apache-2.0
import { type Issuer, issuers } from './issuers.ts';

/** How Fulcio turns the claims of each CI provider into a certificate: the mappings of the public instance. */
const providers = {
  'github-workflow': {
    'default-template-values': { url: 'https://github.com', environment: '' },
    'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
    'extension-templates': {
      'github-workflow-trigger': 'event_name',
      'github-workflow-sha': 'sha',
      'github-workflow-name': 'workflow',
      'github-workflow-repository': 'repository',
      'github-workflow-ref': 'ref',
      'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
      'build-signer-digest': 'job_workflow_sha',
      'runner-environment': 'runner_environment',
      'source-repository-uri': '{{ .url }}/{{ .repository }}',
      'source-repository-digest': 'sha',
      'source-repository-ref': 'ref',
      'source-repository-identifier': 'repository_id',
      'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
      'source-repository-owner-identifier': 'repository_owner_id',
      'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
      'build-config-digest': 'workflow_sha',
      'build-trigger': 'event_name',
      'run-invocation-uri':
        '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
      'source-repository-visibility-at-signing': 'repository_visibility',
      'deployment-environment': 'environment',
    },
  },
  'gitlab-pipeline': {
    'default-template-values': { url: 'https://gitlab.com', environment: '' },
    'subject-alternative-name-template': 'https://{{ .ci_config_ref_uri }}',
    'extension-templates': {
      'build-signer-uri': 'https://{{ .ci_config_ref_uri }}',
      'build-signer-digest': 'ci_config_sha',
      'runner-environment': 'runner_environment',
      'source-repository-uri': '{{ .url }}/{{ .project_path }}',
      'source-repository-digest': 'sha',
      'source-repository-ref': 'refs/{{if eq .ref_type "branch"}}heads/{{ else }}tags/{{end}}{{ .ref }}',
      'source-repository-identifier': 'project_id',
      'source-repository-owner-uri': '{{ .url }}/{{ .namespace_path }}',
      'source-repository-owner-identifier': 'namespace_id',
      'build-config-uri': 'https://{{ .ci_config_ref_uri }}',
      'build-config-digest': 'ci_config_sha',
      'build-trigger': 'pipeline_source',
      'run-invocation-uri': '{{ .url }}/{{ .project_path }}/-/jobs/{{ .job_id }}',
      'source-repository-visibility-at-signing': 'project_visibility',
      'deployment-environment': 'environment',
    },
  },
  'buildkite-job': {
    'default-template-values': { url: 'https://buildkite.com' },
    'subject-alternative-name-template': '{{.url}}/{{.organization_slug}}/{{.pipeline_slug}}',
    'extension-templates': {
      'run-invocation-uri':
        '{{.url}}/{{.organization_slug}}/{{.pipeline_slug}}/builds/{{.build_number}}#{{.job_id}}',
      'runner-environment': 'runner_environment',
      'source-repository-digest': 'build_commit',
      'build-trigger': 'build_source',
    },
  },
  'circleci-job': {
    'default-template-values': {
      api_url: 'https://circleci.com/api/v2',
      platform_url: 'https://app.circleci.com/',
    },
    'subject-alternative-name-template': circleDefinition(),
    'extension-templates': {
      'build-config-uri': `{{.api_url}}/pipeline/${circle('pipeline-id')}/config`,
      'build-signer-uri': circleDefinition(),
      'run-invocation-uri': `{{.platform_url}}/workflow/${circle('workflow-id')}/job/${circle('job-id')}`,
      'runner-environment':
        '{{if eq (index . "oidc.circleci.com/ssh-rerun") "true"}}ssh-rerun{{ else }}""{{end}}',
      'source-repository-ref': circle('vcs-ref'),
      'source-repository-uri': circle('vcs-origin'),
    },
  },
} as const;

/**
 * Fulcio's configuration: JSON is YAML too, but what parses as JSON Fulcio reads with other field names, which the
 * comment in the first line prevents. `authority` is the PEM of whoever certified the TLS issuers.
 */
export function fulcioConfig(authority: string): string {
  const entries = Object.values(issuers).map((issuer: Issuer) => [
    issuer.url,
    issuerEntry(issuer, authority),
  ]);
  const config = { 'oidc-issuers': Object.fromEntries(entries), 'ci-issuer-metadata': providers };
  return `# YAML
${JSON.stringify(config)}
`;
}

function issuerEntry(issuer: Issuer, authority: string): object {
  const reads =
    issuer.reads === 'email' ? { type: 'email' } : { type: 'ci-provider', 'ci-provider': issuer.reads };
  const trust = issuer.url.startsWith('https:') ? { 'ca-cert': authority } : {};
  return { 'issuer-url': issuer.url, 'client-id': 'sigstore', ...reads, ...trust };
}

/** CircleCI's claims have names with dots and slashes, which a template reaches only by index. */
function circle(claim: string): string {
  return `{{index . "oidc.circleci.com/${claim}"}}`;
}

function circleDefinition(): string {
  const project = circle('project-id');
  return `{{.api_url}}/projects/${project}/pipeline-definitions/${circle('pipeline-definition-id')}`;
}
