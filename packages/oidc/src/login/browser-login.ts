// SPDX-License-Identifier: Apache-2.0
import type { IdToken } from '../id-token.ts';
import { authorizationRequest, redeemCode } from './authorization-request.ts';
import { type LoginOptions, openIssuer } from './issuer-session.ts';
import { openLoopbackRedirect } from './loopback-redirect.ts';

export interface BrowserLoginOptions extends LoginOptions {
  /** Sends the person to an address, by a browser or by telling it. What it throws ends the login. */
  readonly openBrowser: (url: string) => Promise<void>;
  /** How long the person may take, in milliseconds. Default 300 000. */
  readonly timeoutMs?: number;
}

const FIVE_MINUTES_MS = 300_000;

/**
 * Logs a person in by a browser on this machine: authorization code with PKCE (S256), state and nonce, and a redirect to
 * a port of 127.0.0.1 that is open for this one answer (RFC 8252).
 * @throws OidcError ERR_LOGIN_ISSUER, ERR_LOGIN_ANSWER, ERR_LOGIN_DENIED, ERR_LOGIN_TIMEOUT, and those of `parseIdToken`
 * @throws HttpError when the issuer cannot be reached
 */
export async function loginByBrowser(options: BrowserLoginOptions): Promise<IdToken> {
  const { openBrowser, timeoutMs = FIVE_MINUTES_MS } = options;
  const session = await openIssuer(options);
  const redirect = await openLoopbackRedirect();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    const request = await authorizationRequest(session, redirect.redirectUri);
    const answer = redirect.answer(request.state, { timeoutMs, signal });
    // Whichever ends first: a browser that cannot be opened, or a person who was faster than it.
    const opened = openBrowser(request.url.href).then(() => answer);
    return await redeemCode(session, request, await Promise.race([answer, opened]));
  } finally {
    over.abort();
    await redirect.close();
  }
}
