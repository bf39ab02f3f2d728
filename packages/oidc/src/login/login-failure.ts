// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { excerpt } from '@colophon/http';
import { OidcError, type OidcErrorCode } from '../oidc-error.ts';

/** What failed when, and what nobody may be shown. */
export interface LoginStep {
  /** Begins the message, such as `the answer of https://issuer.example`. */
  readonly what: string;
  readonly code: OidcErrorCode;
  /** Texts that the issuer may repeat and no message shows. */
  readonly secrets?: readonly string[];
}

/** Errors that mean that somebody said no, or said nothing for too long (RFC 6749 §4.1.2.1, RFC 8628 §3.5). */
const OWN_CODES: Readonly<Record<string, OidcErrorCode>> = {
  access_denied: 'ERR_LOGIN_DENIED',
  expired_token: 'ERR_LOGIN_TIMEOUT',
};

const CHECKS: Readonly<Record<string, string>> = {
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'it has another status than the protocol demands',
  OAUTH_RESPONSE_IS_NOT_JSON: 'it is not JSON',
  OAUTH_PARSE_ERROR: 'it cannot be parsed',
  OAUTH_INVALID_RESPONSE: 'it does not have what the protocol demands',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'a claim of its token is not the one that was asked for',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'its token is of another time',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'it names another issuer',
  OAUTH_KEY_SELECTION_FAILED: 'its token is signed by a key that the issuer does not publish',
  OAUTH_UNSUPPORTED_OPERATION: 'it asks for what is not supported',
  OAUTH_MISSING_SERVER_METADATA: 'the issuer does not offer this way to log in',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'the issuer names an address without TLS',
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: 'the issuer names an address that is no web address',
};

/**
 * What the protocol's library threw, as an error of ours. It is never the cause: the library's errors hold whole answers,
 * and so tokens.
 */
export function loginFailure(error: unknown, step: LoginStep): Error {
  const own = appErrorIn(error);
  if (own !== undefined) return own;
  const { what, code, secrets = [] } = step;
  const refusal = field(error, 'error');
  if (refusal !== undefined) return refused(error, refusal, step);
  const reason = CHECKS[field(error, 'code') ?? ''];
  const claim = claimOf(error);
  if (reason !== undefined)
    return new OidcError(code, `${what} is of no use: ${reason}${claim === undefined ? '' : ` (${claim})`}`);
  const words = error instanceof Error ? excerpt(error.message, secrets) : '';
  return new OidcError(code, `${what} is of no use${words === '' ? '' : `: ${words}`}`);
}

/** The error of the protocol that an answer holds, such as `slow_down`. */
export function protocolError(error: unknown): string | undefined {
  return field(error, 'error');
}

function refused(error: unknown, name: string, { what, code, secrets = [] }: LoginStep): OidcError {
  const words = [name, field(error, 'error_description')]
    .filter((text) => text !== undefined)
    .map((text) => excerpt(text, secrets))
    .join(': ');
  const own = Object.hasOwn(OWN_CODES, name) ? OWN_CODES[name] : undefined;
  return new OidcError(own ?? code, `${what} is a refusal: ${words}`);
}

// What failed below the library is ours already: a request, or the interruption of one.
function appErrorIn(error: unknown): Error | undefined {
  for (let inner = error, depth = 0; inner instanceof Error && depth < 6; inner = inner.cause, depth += 1)
    if (isAppError(inner)) return inner;
  return undefined;
}

function claimOf(error: unknown): string | undefined {
  for (let inner = error, depth = 0; depth < 4 && typeof inner === 'object' && inner !== null; depth += 1) {
    const claim = field(inner, 'claim') ?? field(inner, 'attribute');
    if (claim !== undefined) return excerpt(claim);
    inner = (inner as { readonly cause?: unknown }).cause;
  }
  return undefined;
}

function field(holder: unknown, name: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value = (holder as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
