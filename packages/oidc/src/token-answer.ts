// SPDX-License-Identifier: Apache-2.0
import { isAppError, parseJson, readObject, readText } from '@colophon/base';
import type { HttpResponse } from '@colophon/http';
import { OidcError } from './oidc-error.ts';

/**
 * Reads the token out of a JSON answer. An answer of status 200 is never shown: it may hold the token.
 * @throws OidcError ERR_TOKEN_SERVICE; `service` begins its message
 */
export function readTokenField({ body }: HttpResponse, field: string, service: string): string {
  try {
    const document = readObject(parseJson(body), '$', { required: [field], open: true });
    return readText(document[field], `$.${field}`);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw new OidcError(
      'ERR_TOKEN_SERVICE',
      `${service} answered no token: malformed or incomplete JSON, without a ${field}`,
    );
  }
}

/** A refusal, in the service's own words as far as they may be shown. */
export function refusedAnswer(answer: HttpResponse, service: string, remedy?: string): OidcError {
  const code = remedy === undefined ? 'ERR_TOKEN_SERVICE' : 'ERR_TOKEN_PERMISSION';
  const words = answer.excerpt();
  const message = `${service} answered ${answer.status}${words === '' ? '' : `: ${words}`}`;
  return new OidcError(code, remedy === undefined ? message : `${message}; ${remedy}`, {
    details: { status: answer.status },
  });
}
