// SPDX-License-Identifier: Apache-2.0
import { equalBytes, encodeUtf8 } from '@colophon/base';
import { type Handler, json, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { type ClaimOverrides, identityClaims } from './claims.ts';
import { ISSUER_KINDS, ISSUER_URLS, type IssuerKind } from './issuers.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface OidcServiceOptions {
  readonly issuer: TokenIssuer;
  /** What a job must show to get a token, as ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  readonly githubClaims: ClaimOverrides;
  /** The issuer at which people log in. */
  readonly login: Handler;
}

/**
 * Discovery (OpenID Connect Discovery 1.0 §4) and key set of every issuer at `/KIND/.well-known/…`, GitHub's endpoint
 * for the tokens of a job at `/gha/token`, and people's login below `/login`.
 */
export function oidcHandler(options: OidcServiceOptions): Handler {
  return async (request) => {
    const { pathname } = request.url;
    if (pathname === '/gha/token') return ambientToken(request, options);
    if (pathname.startsWith('/login/')) return options.login(request);
    for (const kind of ISSUER_KINDS) {
      if (pathname === `/${kind}/.well-known/openid-configuration`) return discovery(request, kind);
      if (pathname === `/${kind}/.well-known/jwks`) return json(200, options.issuer.jwks);
    }
    return json(404, { message: 'not found' });
  };
}

function discovery(request: SandboxRequest, kind: IssuerKind): SandboxResponse {
  return json(200, {
    issuer: ISSUER_URLS[kind],
    jwks_uri: `${request.url.origin}/${kind}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  });
}

// GitHub names the repository's owner as the audience where a job asks for none.
async function ambientToken(request: SandboxRequest, options: OidcServiceOptions): Promise<SandboxResponse> {
  const { issuer, requestToken, githubClaims } = options;
  if (request.method !== 'GET') return json(405, { message: 'method not allowed' });
  if (!bearerMatches(request.headers.authorization, requestToken))
    return json(401, { message: 'the request token is not valid for this job' });
  const owner = identityClaims('github', githubClaims)['repository_owner'] as string;
  const audience = request.url.searchParams.get('audience') ?? `https://github.com/${owner}`;
  const value = await issuer.issue({ kind: 'github', audience, claims: githubClaims });
  return json(200, { count: value.length, value });
}

function bearerMatches(header: string | undefined, token: string): boolean {
  const [scheme, given = ''] = (header ?? '').split(' ', 2);
  return scheme?.toLowerCase() === 'bearer' && equalBytes(encodeUtf8(given), encodeUtf8(token));
}
