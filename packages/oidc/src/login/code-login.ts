// SPDX-License-Identifier: Apache-2.0
import type { IdToken } from '../id-token.ts';
import { OidcError } from '../oidc-error.ts';
import { authorizationRequest, redeemCode } from './authorization-request.ts';
import { type LoginOptions, openIssuer } from './issuer-session.ts';

export interface CodeLoginOptions extends LoginOptions {
  /** Tells a person the address to log in at, and gives the code that they bring back; undefined when they give up. */
  readonly askForCode: (url: string) => Promise<string | undefined>;
}

const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';
/** What a page can show as a code: long ones are still typed or pasted as one word. */
const CODE = /^[\x21-\x7e]{1,2048}$/;

/**
 * Logs a person in by a browser anywhere: the issuer shows a code, which the person carries to the program. Code, PKCE
 * and nonce are those of `loginByBrowser`; no state is there to be compared, since no redirect leads here.
 * @throws OidcError ERR_LOGIN_ISSUER, ERR_LOGIN_ANSWER, ERR_LOGIN_DENIED, and those of `parseIdToken`; HttpError
 */
export async function loginByCode(options: CodeLoginOptions): Promise<IdToken> {
  const session = await openIssuer(options);
  const request = await authorizationRequest(session, OUT_OF_BAND);
  const code = (await options.askForCode(request.url.href))?.trim();
  if (!code) throw new OidcError('ERR_LOGIN_DENIED', 'no code was given: nobody logged in');
  if (!CODE.test(code))
    throw new OidcError('ERR_LOGIN_ANSWER', 'what was given is no code: it is not one word');
  const { issuer } = session.config.serverMetadata();
  return redeemCode(session, request, new URLSearchParams({ code, state: request.state, iss: issuer }));
}
