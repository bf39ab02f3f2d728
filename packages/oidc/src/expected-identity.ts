// SPDX-License-Identifier: Apache-2.0
import { certificateUri } from './certificate-uri.ts';
import type { IdToken, TokenClaims } from './id-token.ts';
import { OidcError } from './oidc-error.ts';
import type { PublicClaimName } from './public-claims.ts';

/** What a certificate that is issued for a token must say. */
export interface ExpectedIdentity {
  /** The text of Fulcio's issuer extension. */
  readonly issuer: string;
  /** The only subject alternative name. */
  readonly subject: Subject;
}

interface Subject {
  readonly kind: 'uri' | 'email';
  readonly value: string;
}

/** How Fulcio reads the tokens of one kind of issuer. */
interface Reading {
  /** The issuers of Sigstore's own instance that are read so. */
  readonly issuers: RegExp;
  /** The claims that the name is made of, and by which tokens of other issuers are recognised. */
  readonly claims: readonly [PublicClaimName, ...PublicClaimName[]];
  subject(values: readonly string[], claims: TokenClaims): Subject;
}

const BROKERS: ReadonlySet<string> = new Set([
  'https://oauth2.sigstore.dev/auth',
  'https://oauth2.sigstage.dev/auth',
]);

const READINGS: readonly Reading[] = [
  {
    issuers: /^https:\/\/token\.actions\.githubusercontent\.com(?:\/|$)/,
    claims: ['job_workflow_ref'],
    subject: ([workflow]) => uri(`https://github.com/${workflow}`),
  },
  {
    issuers: /^https:\/\/gitlab\.com$/,
    claims: ['ci_config_ref_uri'],
    subject: ([config]) => uri(`https://${config}`),
  },
  {
    issuers: /^https:\/\/agent\.buildkite\.com$/,
    claims: ['organization_slug', 'pipeline_slug'],
    subject: ([organization, pipeline]) => uri(`https://buildkite.com/${organization}/${pipeline}`),
  },
  {
    issuers: /^https:\/\/oidc\.circleci\.com(?:\/org\/|$)/,
    claims: ['oidc.circleci.com/project-id', 'oidc.circleci.com/pipeline-definition-id'],
    subject: ([project, definition]) =>
      uri(`https://circleci.com/api/v2/projects/${project}/pipeline-definitions/${definition}`),
  },
  {
    issuers: /^https:\/\/(?:accounts\.google\.com|oauth2\.sigst(?:ore|age)\.dev\/auth)$/,
    claims: ['email'],
    subject: ([email], claims) => ({ kind: 'email', value: verified(email ?? '', claims) }),
  },
];

/**
 * Foretells the identity that Fulcio reads out of a token (its configuration of issuers): a GitHub workflow, a GitLab
 * pipeline's configuration, a pipeline of Buildkite or CircleCI, an e-mail address, or else a subject that is itself a
 * URI with an authority.
 * @throws OidcError ERR_TOKEN_IDENTITY when the claims name none of these, or not the one that the issuer's tokens name
 */
export function expectedIdentity(token: IdToken): ExpectedIdentity {
  const { claims } = token;
  return { issuer: certificateIssuer(claims), subject: certificateSubject(claims) };
}

function certificateIssuer(claims: TokenClaims): string {
  return BROKERS.has(claims.iss)
    ? needed(claims.federatedIssuer, 'federated_claims.connector_id')
    : claims.iss;
}

function certificateSubject(claims: TokenClaims): Subject {
  const reading =
    READINGS.find(({ issuers }) => issuers.test(claims.iss)) ??
    READINGS.find((one) => one.claims.every((name) => claims[name] !== undefined));
  if (reading !== undefined) {
    const values = reading.claims.map((name) => needed(claims[name], name));
    return reading.subject(values, claims);
  }
  // Not any URI: `repo:o/r:ref:x` would be one, too, and is no name that a certificate gets.
  if (/^[a-z][a-z0-9+.-]*:\/\/./.test(claims.sub) && URL.canParse(claims.sub)) return uri(claims.sub);
  throw new OidcError(
    'ERR_TOKEN_IDENTITY',
    'the identity token names no workflow, no pipeline, no e-mail address and no URI',
  );
}

function uri(text: string): Subject {
  return { kind: 'uri', value: certificateUri(text) };
}

function verified(email: string, claims: TokenClaims): string {
  if (claims.email_verified === true) return email;
  throw new OidcError(
    'ERR_TOKEN_IDENTITY',
    'the issuer of the identity token has not verified its e-mail address',
  );
}

function needed(value: string | undefined, name: PublicClaimName | 'federated_claims.connector_id'): string {
  if (value !== undefined && value !== '') return value;
  throw new OidcError('ERR_TOKEN_IDENTITY', `the identity token has no claim ${name}`);
}
