// SPDX-License-Identifier: Apache-2.0
import type { IdToken, TokenClaims } from './id-token.ts';
import { OidcError } from './oidc-error.ts';
import type { PublicClaimName } from './public-claims.ts';

/** What a certificate that is issued for a token must say. */
export interface ExpectedIdentity {
  /** The text of Fulcio's issuer extension. */
  readonly issuer: string;
  /** The only subject alternative name. */
  readonly subject: { readonly kind: 'uri' | 'email'; readonly value: string };
}

const BROKERS: ReadonlySet<string> = new Set([
  'https://oauth2.sigstore.dev/auth',
  'https://oauth2.sigstage.dev/auth',
]);

/**
 * Foretells the identity that Fulcio reads out of a token (fulcio's docs/oidc.md): a GitHub workflow, a GitLab
 * pipeline's configuration, an e-mail address, or else a subject that is itself a URI.
 * @throws OidcError ERR_TOKEN_IDENTITY when the claims name none of these
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

function certificateSubject(claims: TokenClaims): ExpectedIdentity['subject'] {
  if (claims.job_workflow_ref !== undefined)
    return { kind: 'uri', value: `https://github.com/${claims.job_workflow_ref}` };
  if (claims.ci_config_ref_uri !== undefined)
    return { kind: 'uri', value: `https://${claims.ci_config_ref_uri}` };
  if (claims.email !== undefined || BROKERS.has(claims.iss))
    return { kind: 'email', value: verifiedEmail(claims) };
  if (URL.canParse(claims.sub)) return { kind: 'uri', value: claims.sub };
  throw new OidcError(
    'ERR_TOKEN_IDENTITY',
    'the identity token names no workflow, no e-mail address and no URI',
  );
}

function verifiedEmail(claims: TokenClaims): string {
  if (claims.email_verified !== true)
    throw new OidcError(
      'ERR_TOKEN_IDENTITY',
      'the issuer of the identity token has not verified its e-mail address',
    );
  return needed(claims.email, 'email');
}

function needed(value: string | undefined, name: PublicClaimName | 'federated_claims.connector_id'): string {
  if (value === undefined)
    throw new OidcError('ERR_TOKEN_IDENTITY', `the identity token has no claim ${name}`);
  return value;
}
