// SPDX-License-Identifier: Apache-2.0
import { OAuthFailure } from './oauth-failure.ts';

/** What a program wants to know, and how it is answered (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export interface LoginRequest {
  readonly clientId: string;
  readonly nonce?: string;
  readonly answer: CodeAnswer | DeviceAnswer;
}

/** A code, carried by the browser or, out of band, by a person. */
export interface CodeAnswer {
  readonly kind: 'code';
  readonly redirectUri: string;
  readonly state?: string;
  readonly challenge: string;
}

export interface DeviceAnswer {
  readonly kind: 'device';
  readonly userCode: string;
}

export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/** Reads a request for a login by a browser. @throws OAuthFailure, which the person sees: nobody is redirected by it */
export function parseLoginRequest(query: URLSearchParams): LoginRequest {
  const redirectUri = only(query, 'redirect_uri');
  if (!isLocal(redirectUri)) throw new OAuthFailure('invalid_request', 'Unregistered redirect_uri.');
  if (only(query, 'response_type') !== 'code') throw new OAuthFailure('unsupported_response_type');
  if (!only(query, 'scope').split(' ').includes('openid')) throw new OAuthFailure('invalid_scope');
  if (only(query, 'code_challenge_method') !== 'S256')
    throw new OAuthFailure('invalid_request', 'The code_challenge_method must be S256.');
  const [state, nonce] = [query.get('state'), query.get('nonce')];
  return {
    clientId: only(query, 'client_id'),
    ...(nonce !== null && { nonce }),
    answer: {
      kind: 'code',
      redirectUri,
      challenge: only(query, 'code_challenge'),
      ...(state !== null && { state }),
    },
  };
}

/** The one value of a parameter. @throws OAuthFailure */
export function only(parameters: URLSearchParams, name: string): string {
  const [value, another] = parameters.getAll(name);
  if (!value || another !== undefined) throw new OAuthFailure('invalid_request', `One ${name} is needed.`);
  return value;
}

// As dex has it for public clients: this machine, at any port.
function isLocal(redirectUri: string): boolean {
  if (redirectUri === OUT_OF_BAND) return true;
  const url = URL.parse(redirectUri);
  return url?.protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
}
