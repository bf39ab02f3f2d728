// SPDX-License-Identifier: Apache-2.0
import { HttpError } from './http-error.ts';
import type { HttpRequest } from './http-message.ts';
import type { Exchange } from './exchange.ts';
import { displayUrl, isLoopback, parseHttpUrl } from './http-url.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Turns what the caller wants into what goes on the wire. @throws HttpError ERR_HTTP_URL, ERR_HTTP_INSECURE */
export function prepare(request: HttpRequest, userAgent: string): Exchange {
  const { method, body, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = request;
  const url = parseHttpUrl(request.url);
  const headers = wireHeaders(request, userAgent);
  const secrets = secretTexts(request, headers['authorization']);
  if (secrets.length > 0) assertConfidential(url);
  return { method, url, headers, body, timeoutMs, maxBytes, secrets };
}

/** A credential in the clear can be read and used by whoever forwards it: only this very machine may see one. */
function assertConfidential(url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url)) return;
  throw new HttpError('ERR_HTTP_INSECURE', `a credential is not sent without TLS: ${displayUrl(url)}`);
}

function wireHeaders(request: HttpRequest, userAgent: string): Record<string, string> {
  // Sizes are counted as they come from the wire: a compressed answer could be a bomb.
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  if (request.bearer !== undefined) headers['authorization'] = `Bearer ${request.bearer.reveal()}`;
  const { body } = request;
  if (typeof body === 'object' && !(body instanceof Uint8Array))
    headers['content-length'] = String(body.length);
  return headers;
}

function secretTexts(request: HttpRequest, authorization: string | undefined): string[] {
  const texts = (request.secrets ?? []).map((secret) => secret.reveal());
  if (authorization === undefined) return texts;
  const credential = authorization.slice(authorization.indexOf(' ') + 1);
  const password = /^basic /i.test(authorization)
    ? Buffer.from(credential, 'base64').toString().split(':')
    : [];
  return [...texts, authorization, credential, ...password.slice(1)];
}
