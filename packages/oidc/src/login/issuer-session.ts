// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '@colophon/base';
import { displayUrl, type HttpClient, isLoopback } from '@colophon/http';
import type * as OpenIdClient from 'openid-client';
import { type IdToken, parseIdToken } from '../id-token.ts';
import { OidcError } from '../oidc-error.ts';
import { issuerFetch } from './issuer-fetch.ts';
import { parseLoginUrl } from './issuer-url.ts';
import { loginFailure } from './login-failure.ts';

export interface LoginOptions {
  /** The issuer, as its tokens name it: https, or http on this machine. */
  readonly issuerUrl: string;
  /** Who asks; the token is for this audience. Sigstore's own issuer knows `sigstore`. */
  readonly clientId: string;
  /** None for a public client, which is what a program on people's machines is. */
  readonly clientSecret?: Secret;
  readonly http: HttpClient;
  /** The clock. */
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

type Library = typeof OpenIdClient;

/** An issuer that was asked what it offers. */
export interface IssuerSession {
  readonly options: LoginOptions;
  readonly library: Library;
  readonly config: OpenIdClient.Configuration;
  /** The issuer as messages name it. */
  readonly name: string;
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'device_authorization_endpoint',
  'jwks_uri',
] as const;

/**
 * Asks an issuer what it offers (OpenID Connect Discovery 1.0 §4). Its name must be the one that was asked for, and all
 * that it names must be reached by TLS or on this machine. Signatures of its tokens will be checked by its keys.
 * @throws OidcError ERR_LOGIN_ISSUER; HttpError
 */
export async function openIssuer(options: LoginOptions): Promise<IssuerSession> {
  const url = parseLoginUrl(options.issuerUrl, 'the issuer');
  const name = displayUrl(url);
  // Only who logs in needs it, and it is not small.
  const library = await import('openid-client');
  const { clientId, now } = options;
  const { allowInsecureRequests, clockSkew, customFetch, enableNonRepudiationChecks } = library;
  const client = { [clockSkew]: Math.round((now().getTime() - Date.now()) / 1000) };
  const config = await library
    .discovery(url, clientId, client, authentication(library, options), {
      [customFetch]: issuerFetch(options.http, options.signal),
      execute: [enableNonRepudiationChecks, ...(isPlainLoopback(url) ? [allowInsecureRequests] : [])],
    })
    .catch((error: unknown) => {
      throw loginFailure(error, { what: `the description of ${name}`, code: 'ERR_LOGIN_ISSUER' });
    });
  for (const endpoint of ENDPOINTS) {
    const address: unknown = config.serverMetadata()[endpoint];
    if (address !== undefined) parseLoginUrl(address, `the ${endpoint} of ${name}`);
  }
  return { options, library, config, name };
}

function isPlainLoopback(url: URL): boolean {
  return url.protocol === 'http:' && isLoopback(url);
}

// The header is what every server must take, by RFC 6749 §2.3.1.
function authentication(library: Library, { clientSecret }: LoginOptions): OpenIdClient.ClientAuth {
  return clientSecret === undefined ? library.None() : library.ClientSecretBasic(clientSecret.reveal());
}

/** What no message about a step of a login may show: what is secret in it, and the client's secret. */
export function secretsOf({ options }: IssuerSession, ...secrets: readonly string[]): string[] {
  const { clientSecret } = options;
  return [...secrets, ...(clientSecret === undefined ? [] : [clientSecret.reveal()])];
}

/**
 * Reads the token out of an answer that was checked already: issuer, audience, times, nonce, signature. It must be for
 * us alone.
 * @throws OidcError ERR_LOGIN_ANSWER, and those of `parseIdToken`
 */
export function tokenOfAnswer(
  { name, options }: IssuerSession,
  { id_token: text }: { readonly id_token?: string | undefined },
): IdToken {
  if (text === undefined)
    throw new OidcError('ERR_LOGIN_ANSWER', `the answer of ${name} is of no use: it has no ID token`);
  return parseIdToken(text, { audience: options.clientId, now: options.now() });
}
