// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Principal } from './principal.ts';

/** A Fulcio extension: the last arc of its OID 1.3.6.1.4.1.57264.1.N, its name in Fulcio's configuration, its value. */
interface Template {
  readonly arc: number;
  readonly field: string;
  readonly text: string;
}

type Claims = ReadonlyMap<string, string>;

const SAN_FIELD = 'SubjectAlternativeName';

function templates(...rows: readonly (readonly [arc: number, field: string, text: string])[]): Template[] {
  return rows.map(([arc, field, text]) => ({ arc, field, text }));
}

const GITHUB = {
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

const GITLAB = {
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

/** What a certificate says of its principal: the alternative name and the values of Fulcio's extensions by arc. */
export interface CertifiedIdentity {
  readonly alternativeName: { readonly type: 'url' | 'email'; readonly value: string };
  readonly extensions: readonly (readonly [arc: number, value: string])[];
}

/** Fills Fulcio's production templates from the token's claims. @throws GatewayError where a claim is missing */
export function certifiedIdentity(principal: Principal): CertifiedIdentity {
  const { type, issuer, subject, email } = principal;
  if (type === 'email')
    return {
      alternativeName: { type: 'email', value: ia5(email ?? '') },
      extensions: inOrder([1, issuer], [8, issuer], [24, subject]),
    };
  const { san, defaults, extensions } = type === 'github' ? GITHUB : GITLAB;
  const claims = claimTexts({ ...defaults, ...principal.claims });
  const value = escapedUrl(fill({ arc: 0, field: SAN_FIELD, text: san }, claims, issuer));
  const values = extensions.map((row) => [row.arc, fill(row, claims, issuer)] as const);
  return {
    alternativeName: { type: 'url', value },
    extensions: inOrder([1, issuer], ...values, [8, issuer], [24, subject]),
  };
}

function ia5(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  throw new GatewayError(
    'InvalidArgument',
    `x509: ${JSON.stringify(text)} cannot be encoded as an IA5String`,
  );
}

// An extension with an empty value is left out: a job without an environment has no .23.
function inOrder(...values: readonly (readonly [number, string])[]): (readonly [number, string])[] {
  return values.filter(([, value]) => value !== '').toSorted(([a], [b]) => a - b);
}

function claimTexts(claims: JsonObject): Claims {
  return new Map(Object.entries(claims).map(([name, value]) => [name, claimText(value)]));
}

// Fulcio prints claims with Go's %v.
function claimText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value === 'object') {
    const names = Object.keys(value).toSorted();
    return `map[${names.map((name) => `${name}:${claimText(value[name] ?? null)}`).join(' ')}]`;
  }
  return typeof value === 'number' ? numberText(value) : String(value);
}

function numberText(value: number): string {
  if (Math.abs(value) < 1e21 && (!Number.isInteger(value) || Math.abs(value) < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

// The two actions of Go's text/template that the templates use: a choice between two texts, and a claim.
const ACTION =
  /\{\{if eq \.(?<tested>\w+) "(?<wanted>\w+)"\}\}(?<then>[^{]*)\{\{ else \}\}(?<otherwise>[^{]*)\{\{end\}\}|\{\{ \.(?<claim>\w+) \}\}/g;

function fill(template: Template, claims: Claims, issuer: string): string {
  const { text, field } = template;
  if (!text.includes('{{')) {
    const value = claims.get(text);
    if (value === undefined) throw missingClaim(text, field, issuer);
    return value;
  }
  let filled = '';
  let end = 0;
  for (const match of text.matchAll(ACTION)) {
    filled += text.slice(end, match.index) + actionText(match, claims);
    end = match.index + match[0].length;
  }
  return filled + text.slice(end);
}

function actionText(match: RegExpExecArray, claims: Claims): string {
  const { tested, wanted, then = '', otherwise = '', claim = '' } = match.groups ?? {};
  const name = tested ?? claim;
  const value = claims.get(name);
  if (value === undefined) throw missingEntry(name, match.index + match[0].indexOf(`.${name}`));
  if (tested === undefined) return value;
  return value === wanted ? then : otherwise;
}

// As Go's net/url writes a URL that it has read.
function escapedUrl(text: string): string {
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text)?.[0];
  if (wrong)
    throw new GatewayError('InvalidArgument', `parse ${JSON.stringify(text)}: invalid URL escape "${wrong}"`);
  return text.replaceAll(/[^!-~]|["<>\\^`{|}]/gu, encodeURIComponent);
}

function missingClaim(claim: string, field: string, issuer: string): GatewayError {
  const where = JSON.stringify({ ExtensionName: field, Issuer: issuer }, undefined, '\t');
  return new GatewayError(
    'InvalidArgument',
    `value <${claim}> not present in either claims or defaults. ${where}`,
  );
}

// The words of Go's text/template, position included.
function missingEntry(claim: string, at: number): GatewayError {
  const where = `template: :1:${at}: executing "" at <.${claim}>`;
  return new GatewayError('InvalidArgument', `${where}: map has no entry for key ${JSON.stringify(claim)}`);
}
