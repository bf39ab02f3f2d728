// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_TOKEN_MALFORMED`: not a JSON Web Token with the claims that every identity token has
 * - `ERR_TOKEN_EXPIRED`: its time is over
 * - `ERR_TOKEN_EARLY`: its time has not begun: one of the clocks is wrong
 * - `ERR_TOKEN_AUDIENCE`: it is meant for somebody else
 * - `ERR_TOKEN_IDENTITY`: its claims give no identity that a certificate could carry
 * - `ERR_TOKEN_SIGNATURE`: its issuer did not sign it
 * - `ERR_TOKEN_KEYS`: its issuer's keys cannot be had, or are not usable
 * - `ERR_TOKEN_PERMISSION`: the job that runs us may not request tokens
 * - `ERR_TOKEN_SERVICE`: the token service refused, or answered something else
 * - `ERR_LOGIN_ISSUER`: an issuer describes itself in a way that nobody should log in by, or lacks what a login needs
 * - `ERR_LOGIN_ANSWER`: what an issuer answered to a login is no token for us, or not one to trust
 * - `ERR_LOGIN_DENIED`: the person, or the issuer, refused the login
 * - `ERR_LOGIN_TIMEOUT`: nobody logged in in time
 */
export type OidcErrorCode =
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_EARLY'
  | 'ERR_TOKEN_AUDIENCE'
  | 'ERR_TOKEN_IDENTITY'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_KEYS'
  | 'ERR_TOKEN_PERMISSION'
  | 'ERR_TOKEN_SERVICE'
  | 'ERR_LOGIN_ISSUER'
  | 'ERR_LOGIN_ANSWER'
  | 'ERR_LOGIN_DENIED'
  | 'ERR_LOGIN_TIMEOUT';

/** An identity token that is missing or of no use. No message holds the token. */
export class OidcError extends AppError<OidcErrorCode> {}
