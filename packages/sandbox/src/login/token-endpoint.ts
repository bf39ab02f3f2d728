// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { encodeHex, encodeUtf8, equalBytes, sha256 } from '@colophon/base';
import { json, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import type { TokenIssuer } from '../oidc/token-issuer.ts';
import type { Grant, LoginDesk } from './login-desk.ts';
import { claimsOfLies, ELSEWHERE, forged } from './login-lie.ts';
import { only } from './login-request.ts';
import { NOT_STORED, OAuthFailure } from './oauth-failure.ts';

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** How long the tokens of a person live, in seconds. */
const LIFETIME = 60;

export interface TokenEndpointOptions {
  readonly desk: LoginDesk;
  readonly issuer: TokenIssuer;
  readonly issuerUrl: string;
}

/** Gives tokens for a code (RFC 6749 §4.1.3, RFC 7636 §4.5) or to a device (RFC 8628 §3.4). @throws OAuthFailure */
export async function exchangeGrant(
  request: SandboxRequest,
  form: URLSearchParams,
  options: TokenEndpointOptions,
): Promise<SandboxResponse> {
  const { desk } = options;
  const clientId = authenticatedClient(request, form, desk.clients);
  const grant = grantOf(form, desk);
  if (grant.clientId !== clientId) throw new OAuthFailure('invalid_grant');
  if (desk.lies.has('garbage-token')) return { status: 200, headers: jsonType, body: '{"access_token": ' };
  if (desk.lies.has('redirected-token')) return { status: 307, headers: { location: `${ELSEWHERE}/token` } };
  const token = await tokenFor(grant, options);
  const answer = { access_token: token, token_type: 'bearer', expires_in: LIFETIME };
  return json(200, { ...answer, ...(!desk.lies.has('no-id-token') && { id_token: token }) }, NOT_STORED);
}

const jsonType = { 'content-type': 'application/json' };

function grantOf(form: URLSearchParams, desk: LoginDesk): Grant {
  const type = only(form, 'grant_type');
  if (type === DEVICE_GRANT) return desk.poll(only(form, 'device_code'));
  if (type !== 'authorization_code') throw new OAuthFailure('unsupported_grant_type');
  const grant = desk.redeem(only(form, 'code'));
  const { redirectUri, challenge } = grant.answer;
  if (only(form, 'redirect_uri') !== redirectUri)
    throw new OAuthFailure('invalid_grant', 'Other redirect_uri.');
  const verifier = createHash('sha256').update(only(form, 'code_verifier')).digest('base64url');
  if (verifier !== challenge) throw new OAuthFailure('invalid_grant', 'Invalid code_verifier.');
  return grant;
}

/** A client shows its secret in the header, form-encoded (RFC 6749 §2.3.1), or in the form; a public one has an empty one. */
export function authenticatedClient(
  { headers }: SandboxRequest,
  form: URLSearchParams,
  clients: Readonly<Record<string, string>>,
): string {
  const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ', 2);
  const basic = scheme?.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString() : undefined;
  const [id, secret] =
    basic === undefined
      ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
      : (basic.split(':', 2).map((part) => decodeURIComponent(part.replaceAll('+', ' '))) as [
          string,
          string,
        ]);
  const known = Object.hasOwn(clients, id) ? clients[id] : undefined;
  if (known === undefined || !equalBytes(encodeUtf8(known), encodeUtf8(secret)))
    throw new OAuthFailure('invalid_client', 'Invalid client credentials.');
  return id;
}

// As dex does: the access token is the same kind of token, which some clients use in the other's place.
async function tokenFor(grant: Grant, { desk, issuer, issuerUrl }: TokenEndpointOptions): Promise<string> {
  const { clientId, email, nonce = null } = grant;
  const person = { sub: encodeHex(sha256(encodeUtf8(email))).slice(0, 32), email, email_verified: true };
  const claims = { iss: issuerUrl, ...person, nonce, federated_claims: null, ...claimsOfLies(desk.lies) };
  const lifetime = desk.lies.has('expired') ? -3600 : LIFETIME;
  const token = await issuer.issue({ kind: 'dex', audience: clientId, claims, lifetime });
  return forged(token, desk.lies);
}
