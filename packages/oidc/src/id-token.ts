// SPDX-License-Identifier: Apache-2.0
import { decodeBase64Url, decodeUtf8, type JsonObject, parseJson, Secret } from '@colophon/base';
import { decodeJwt } from 'jose/jwt/decode';
import { OidcError } from './oidc-error.ts';
import { pickPublicClaims, type PublicClaims } from './public-claims.ts';
import { quoteClaim } from './quoted-claim.ts';

export interface TokenClaims extends PublicClaims {
  /** The issuer's URL, as written. */
  readonly iss: string;
  readonly sub: string;
  /** The one audience. */
  readonly aud: string;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly iat: number;
  readonly nbf?: number;
  readonly email_verified?: boolean;
  /** Which issuer a broker (Sigstore's own, for e-mail) stands in for. */
  readonly federatedIssuer?: string;
}

/** An identity token whose claims were read. Nobody here has checked its signature: the service that it is for does. */
export interface IdToken {
  /** The token itself: whoever holds it is its subject. */
  readonly secret: Secret;
  readonly claims: TokenClaims;
}

export interface TokenExpectation {
  /** For whom the token must be, and nobody else. */
  readonly audience: string;
  readonly now: Date;
}

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const MAX_CHARACTERS = 64 * 1024;
/** How far, in seconds, an issuer's clock may be ahead of ours. An end is an end: nothing is allowed there. */
const LEEWAY_S = 5;

/**
 * Reads an identity token (RFC 7519, OpenID Connect Core §2) and holds its audience and its times to `expectation`.
 * @throws OidcError ERR_TOKEN_MALFORMED, ERR_TOKEN_AUDIENCE, ERR_TOKEN_EXPIRED, ERR_TOKEN_EARLY; no message or cause
 *   holds the token
 */
export function parseIdToken(text: string, expectation: TokenExpectation): IdToken {
  const claims = readClaims(decodePayload(text.trim()));
  const { audience, now } = expectation;
  if (claims.aud !== audience)
    throw new OidcError(
      'ERR_TOKEN_AUDIENCE',
      `the identity token is for ${quoteClaim(claims.aud)}, not for ${quoteClaim(audience)}`,
    );
  assertCurrent(claims, now.getTime() / 1000);
  return { secret: new Secret(text.trim()), claims };
}

function malformed(what: string): OidcError {
  return new OidcError('ERR_TOKEN_MALFORMED', `not a usable identity token: ${what}`);
}

// What the decoders throw is no cause here: a parser may quote what it read.
function decodePayload(text: string): JsonObject {
  if (text.length > MAX_CHARACTERS) throw malformed(`longer than ${MAX_CHARACTERS} characters`);
  if (!COMPACT_JWS.test(text)) throw malformed('not three base64url parts');
  try {
    // Two readers of a claim that stands twice could see two subjects: the strict parser refuses it.
    parseJson(decodeUtf8(decodeBase64Url(text.split('.')[1] ?? '')));
    return decodeJwt(text) as JsonObject;
  } catch {
    throw malformed('its payload is not one JSON object');
  }
}

function readClaims(payload: JsonObject): TokenClaims {
  const { nbf } = payload;
  const verified = verifiedClaim(payload);
  const federated = federatedIssuer(payload);
  return {
    ...pickPublicClaims(payload),
    iss: textClaim(payload, 'iss'),
    sub: textClaim(payload, 'sub'),
    aud: soleAudience(payload),
    exp: secondsClaim(payload, 'exp'),
    iat: secondsClaim(payload, 'iat'),
    ...(nbf === undefined ? {} : { nbf: secondsClaim(payload, 'nbf') }),
    ...(verified === undefined ? {} : { email_verified: verified }),
    ...(federated === undefined ? {} : { federatedIssuer: federated }),
  };
}

function textClaim(payload: JsonObject, name: string): string {
  const value = payload[name];
  if (typeof value !== 'string' || value === '') throw malformed(`claim ${name} is not a text`);
  return value;
}

function secondsClaim(payload: JsonObject, name: string): number {
  const value = payload[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw malformed(`claim ${name} is not a number of seconds`);
  return value;
}

// A token that several services accept is one that each of them can use against the others.
function soleAudience(payload: JsonObject): string {
  const { aud } = payload;
  const sole = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (typeof sole !== 'string') throw malformed('claim aud is not one audience');
  return sole;
}

// Some issuers write the boolean as a text.
function verifiedClaim({ email_verified: verified }: JsonObject): boolean | undefined {
  if (typeof verified === 'boolean') return verified;
  return verified === 'true' || verified === 'True' ? true : undefined;
}

function federatedIssuer(payload: JsonObject): string | undefined {
  const federated = payload['federated_claims'];
  if (federated === null || typeof federated !== 'object' || Array.isArray(federated)) return undefined;
  const connector = federated['connector_id'];
  return typeof connector === 'string' ? connector : undefined;
}

function assertCurrent(claims: TokenClaims, now: number): void {
  if (claims.exp <= now)
    throw new OidcError('ERR_TOKEN_EXPIRED', `the identity token expired at ${moment(claims.exp)}`);
  const begin = Math.max(claims.iat, claims.nbf ?? 0);
  if (begin > now + LEEWAY_S)
    throw new OidcError(
      'ERR_TOKEN_EARLY',
      `the identity token is not valid before ${moment(begin)}: check the clock`,
    );
}

function moment(at: number): string {
  const date = new Date(at * 1000);
  return Number.isNaN(date.getTime()) ? `second ${at}` : date.toISOString();
}
