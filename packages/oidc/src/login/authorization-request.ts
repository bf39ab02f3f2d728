// SPDX-License-Identifier: Apache-2.0
import type { IdToken } from '../id-token.ts';
import { OidcError } from '../oidc-error.ts';
import { type IssuerSession, secretsOf, tokenOfAnswer } from './issuer-session.ts';
import { loginFailure } from './login-failure.ts';

/** What is asked, for the e-mail address that a certificate will carry. */
export const SCOPE = 'openid email';

/** One request for a login, and what only its answer can match. */
export interface AuthorizationRequest {
  /** Where a person goes to log in. */
  readonly url: URL;
  readonly redirectUri: string;
  /** Comes back by the browser: shows that the answer is to this request. */
  readonly state: string;
  /** Comes back inside the token. */
  readonly nonce: string;
  /** Never leaves the program before the code is here (RFC 7636). */
  readonly verifier: string;
}

/** Makes a request that nobody can foresee or answer twice. @throws OidcError ERR_LOGIN_ISSUER */
export async function authorizationRequest(
  { library, config, name }: IssuerSession,
  redirectUri: string,
): Promise<AuthorizationRequest> {
  const { randomState, randomNonce, randomPKCECodeVerifier, calculatePKCECodeChallenge } = library;
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  const challenge = await calculatePKCECodeChallenge(verifier);
  const parameters = {
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  if (config.serverMetadata().authorization_endpoint === undefined)
    throw new OidcError('ERR_LOGIN_ISSUER', `${name} has no page to log in at`);
  const url = library.buildAuthorizationUrl(config, parameters);
  return { url, redirectUri, state, nonce, verifier };
}

/**
 * Exchanges a code for the token (RFC 6749 §4.1.3), once. `answer` is what the browser, or a person, brought back.
 * @throws OidcError ERR_LOGIN_ANSWER, ERR_LOGIN_DENIED, and those of `parseIdToken`; HttpError
 */
export async function redeemCode(
  session: IssuerSession,
  request: AuthorizationRequest,
  answer: URLSearchParams,
): Promise<IdToken> {
  const { library, config, name } = session;
  const { redirectUri, state, nonce, verifier } = request;
  const url = new URL(redirectUri);
  url.search = answer.toString();
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
  const tokens = await library
    .authorizationCodeGrant(config, url, { ...checks, idTokenExpected: true })
    .catch((error: unknown) => {
      const secrets = secretsOf(session, verifier, answer.get('code') ?? '');
      throw loginFailure(error, { what: `the answer of ${name}`, code: 'ERR_LOGIN_ANSWER', secrets });
    });
  return tokenOfAnswer(session, tokens);
}
