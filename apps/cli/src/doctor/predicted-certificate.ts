// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { expectedIdentity, type IdToken, type PublicClaimName, type TokenClaims } from '@colophon/oidc';
import type { FulcioClaimName, FulcioClaims } from '@colophon/pki';
import { GITHUB_ISSUER, GITLAB_ISSUER } from '../identity/job-claims.ts';

/** What a certificate for a token would say. */
export interface PredictedCertificate {
  /** The subject alternative name. */
  readonly identity: string;
  readonly issuer: string;
  /** Fulcio's extensions .9 to .23, in the order of their numbers. */
  readonly extensions: FulcioClaims;
}

type Templates = readonly (readonly [FulcioClaimName, string])[];

// Of Fulcio's configuration for the public instance: a claim's value stands where its name is in braces.
const GITHUB: Templates = [
  ['build-signer-uri', 'https://github.com/{job_workflow_ref}'],
  ['build-signer-digest', '{job_workflow_sha}'],
  ['runner-environment', '{runner_environment}'],
  ['source-repository-uri', 'https://github.com/{repository}'],
  ['source-repository-digest', '{sha}'],
  ['source-repository-ref', '{ref}'],
  ['source-repository-identifier', '{repository_id}'],
  ['source-repository-owner-uri', 'https://github.com/{repository_owner}'],
  ['source-repository-owner-identifier', '{repository_owner_id}'],
  ['build-config-uri', 'https://github.com/{workflow_ref}'],
  ['build-config-digest', '{workflow_sha}'],
  ['build-trigger', '{event_name}'],
  ['run-invocation-uri', 'https://github.com/{repository}/actions/runs/{run_id}/attempts/{run_attempt}'],
  ['source-repository-visibility-at-signing', '{repository_visibility}'],
  ['deployment-environment', '{environment}'],
];

const GITLAB: Templates = [
  ['build-signer-uri', 'https://{ci_config_ref_uri}'],
  ['build-signer-digest', '{ci_config_sha}'],
  ['runner-environment', '{runner_environment}'],
  ['source-repository-uri', 'https://gitlab.com/{project_path}'],
  ['source-repository-digest', '{sha}'],
  ['source-repository-identifier', '{project_id}'],
  ['source-repository-owner-uri', 'https://gitlab.com/{namespace_path}'],
  ['source-repository-owner-identifier', '{namespace_id}'],
  ['build-config-uri', 'https://{ci_config_ref_uri}'],
  ['build-config-digest', '{ci_config_sha}'],
  ['build-trigger', '{pipeline_source}'],
  ['run-invocation-uri', 'https://gitlab.com/{project_path}/-/jobs/{job_id}'],
  ['source-repository-visibility-at-signing', '{project_visibility}'],
  ['deployment-environment', '{environment}'],
];

const TEMPLATES: ReadonlyMap<string, Templates> = new Map([
  [GITHUB_ISSUER, GITHUB],
  [GITLAB_ISSUER, GITLAB],
]);

/**
 * Foretells from a token's claims the certificate that Fulcio's public instance would issue. For issuers whose extensions
 * are not known here it foretells the identity alone. Undefined for a token that gets no certificate.
 */
export function predictCertificate(token: IdToken): PredictedCertificate | undefined {
  try {
    const { issuer, subject } = expectedIdentity(token);
    return { identity: subject.value, issuer, extensions: extensionsOf(token.claims) };
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

function extensionsOf(claims: TokenClaims): FulcioClaims {
  const templates = TEMPLATES.get(claims.iss) ?? [];
  const filled = templates.map(([name, template]) => [name, fill(template, claims)] as const);
  const ref = claims.iss === 'https://gitlab.com' ? gitlabRef(claims) : undefined;
  const all = Object.fromEntries(filled.filter(([, value]) => value !== undefined));
  return ref === undefined ? all : { ...all, 'source-repository-ref': ref };
}

// A claim that is missing leaves its extension out; so does one that is empty.
function fill(template: string, claims: TokenClaims): string | undefined {
  let whole = true;
  const text = template.replace(/\{(\w+)\}/g, (_match, name: PublicClaimName) => {
    const value = claims[name];
    whole &&= value !== undefined && value !== '';
    return value ?? '';
  });
  return whole ? text : undefined;
}

function gitlabRef({ ref, ref_type: kind }: TokenClaims): string | undefined {
  return ref === undefined ? undefined : `refs/${kind === 'branch' ? 'heads' : 'tags'}/${ref}`;
}
