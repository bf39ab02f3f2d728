// SPDX-License-Identifier: Apache-2.0
import { Secret } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import type { CustomFetch, FetchBody } from 'openid-client';
import { OidcError } from '../oidc-error.ts';

/** Nothing that an issuer answers to a login is longer. */
const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 30_000;
const SECRET_FIELDS = ['code', 'code_verifier', 'client_secret', 'device_code'];

/**
 * Lets the protocol's library ask by our client, so that proxies, authorities, caps and the time budget hold, redirects
 * are refused, and secrets go nowhere in the clear.
 */
export function issuerFetch(http: HttpClient, signal: AbortSignal | undefined): CustomFetch {
  return async (url, { method, headers, body }) => {
    const text = formText(body);
    const answer = await http.request({
      method: method === 'POST' ? 'POST' : 'GET',
      url,
      headers,
      secrets: secretsOf(text),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      // A code is good once: where the first attempt did reach the issuer, the second is refused, and nothing is lost by it.
      retry: 'idempotent',
      ...(text === '' ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
    const bytes = answer.body.length === 0 ? null : Buffer.from(answer.body);
    return new Response(bytes, { status: answer.status, headers: [...answer.headers] });
  };
}

function formText(body: FetchBody): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new OidcError('ERR_LOGIN_ISSUER', 'the issuer asks for a request of a kind that is not sent');
}

function secretsOf(form: string): Secret[] {
  const fields = new URLSearchParams(form);
  return SECRET_FIELDS.flatMap((name) => fields.getAll(name)).map((text) => new Secret(text));
}
