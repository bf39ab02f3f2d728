// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { isLoopback, parseHttpUrl } from '@colophon/http';
import { OidcError } from '../oidc-error.ts';
import { quoteClaim } from '../quoted-claim.ts';

/**
 * A URL that a login may lead to: https, or http on this machine. What a server names could else be a file, a script or
 * an address in the clear, and a browser would be sent there.
 * @throws OidcError ERR_LOGIN_ISSUER; `what` begins its message
 */
export function parseLoginUrl(text: unknown, what: string): URL {
  if (typeof text !== 'string') throw new OidcError('ERR_LOGIN_ISSUER', `${what} is no text`);
  const url = parsed(text, what);
  if (url.protocol === 'https:' || isLoopback(url)) return url;
  throw new OidcError(
    'ERR_LOGIN_ISSUER',
    `${what} is ${quoteClaim(text)}, which is neither https nor this machine`,
  );
}

function parsed(text: string, what: string): URL {
  try {
    return parseHttpUrl(text);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    // The text itself may hold a password.
    throw new OidcError('ERR_LOGIN_ISSUER', `${what} is no usable URL: ${cause.message}`);
  }
}
