// SPDX-License-Identifier: Apache-2.0
import { decodeBase64Url, type JsonObject, parseJson } from '@colophon/base';
import { compactVerify, type JWTVerifyGetKey } from 'jose';
import { issuerKind } from '../oidc/issuers.ts';
import type { TokenKeys } from '../oidc/token-keys.ts';
import { type CiProvider, PROVIDER_TEMPLATES } from './provider-templates.ts';

/** Who a verified token speaks for. */
export interface Principal {
  readonly type: CiProvider | 'email';
  /** What the certificate names as the issuer: for a broker's token the provider behind it. */
  readonly issuer: string;
  readonly subject: string;
  /** The verified address, of an e-mail principal. */
  readonly email?: string;
  readonly claims: JsonObject;
}

const AUDIENCE = 'sigstore';
const NOT_BEFORE_LEEWAY_MS = 300_000;
const EMAIL = /^[^\s@"(),:;<>[\\\]]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

/** What a caller signs to show that the key is theirs, where the request is not a CSR. */
export function challengeOf(principal: Principal): string {
  return principal.email ?? principal.subject;
}

/**
 * Verifies a token as Fulcio does: a known issuer, a signature by its keys, the audience `sigstore`, the time.
 * Throws whatever says first that the token is no good: Fulcio tells the caller none of it.
 */
export async function authenticate(token: string, keys: TokenKeys, now: Date): Promise<Principal> {
  const claims = await verifiedClaims(token, keys);
  requireAudience(claims);
  requireTime(claims, now);
  return principalOf(claims);
}

async function verifiedClaims(token: string, keys: TokenKeys): Promise<JsonObject> {
  const claims = payloadOf(token);
  const key: JWTVerifyGetKey | undefined = keys(textClaim(claims, 'iss'));
  if (key === undefined) throw new Error('unsupported issuer');
  await compactVerify(token, key, { algorithms: ['RS256'] });
  return claims;
}

function textClaim(claims: JsonObject, name: string): string {
  const value = claims[name];
  return typeof value === 'string' ? value : '';
}

function payloadOf(token: string): JsonObject {
  const parts = token.split('.');
  if (parts.length !== 3) throw new Error('malformed token');
  const claims = parseJson(decodeBase64Url(parts[1] ?? ''));
  if (claims === null || typeof claims !== 'object' || Array.isArray(claims)) throw new Error('no claims');
  return claims;
}

function requireAudience(claims: JsonObject): void {
  const audience = claims['aud'];
  const named = Array.isArray(audience) ? audience : [audience];
  if (!named.includes(AUDIENCE)) throw new Error('token is for another audience');
}

function requireTime(claims: JsonObject, now: Date): void {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || exp * 1000 < now.getTime()) throw new Error('token has expired');
  if (typeof nbf === 'number' && nbf * 1000 > now.getTime() + NOT_BEFORE_LEEWAY_MS)
    throw new Error('token is not valid yet');
}

function principalOf(claims: JsonObject): Principal {
  const issuer = textClaim(claims, 'iss');
  const kind = issuerKind(issuer);
  const subject = textClaim(claims, 'sub');
  if (isCiProvider(kind)) return { type: kind, issuer, subject, claims };
  return { type: 'email', issuer: emailIssuer(claims, issuer), subject, email: emailOf(claims), claims };
}

/** Whether an issuer's tokens are those of CI jobs. */
export function isCiProvider(kind: string | undefined): kind is CiProvider {
  return kind !== undefined && Object.hasOwn(PROVIDER_TEMPLATES, kind);
}

function emailOf(claims: JsonObject): string {
  const { email, email_verified: verified } = claims;
  if (typeof email !== 'string' || !EMAIL.test(email)) throw new Error('no valid e-mail address');
  if (verified !== true && verified !== 'true' && verified !== 'True') throw new Error('e-mail not verified');
  return email;
}

function emailIssuer(claims: JsonObject, issuer: string): string {
  if (issuerKind(issuer) !== 'dex') return issuer;
  const federated = claims['federated_claims'] as JsonObject | undefined;
  const connector = federated?.['connector_id'];
  if (typeof connector !== 'string') throw new Error('no connector');
  return connector;
}
