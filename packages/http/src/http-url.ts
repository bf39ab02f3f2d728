// SPDX-License-Identifier: Apache-2.0
import { HttpError } from './http-error.ts';

/**
 * Parses an absolute http or https URL. Userinfo is refused: it would be a password that ends up in logs.
 * @throws HttpError ERR_HTTP_URL
 */
export function parseHttpUrl(url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (parsed === null) throw new HttpError('ERR_HTTP_URL', 'not an absolute URL');
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')
    throw new HttpError('ERR_HTTP_URL', `not an http or https URL: ${displayUrl(parsed)}`);
  if (parsed.username !== '' || parsed.password !== '')
    throw new HttpError('ERR_HTTP_URL', `a URL may not carry a user name or password: ${displayUrl(parsed)}`);
  return parsed;
}

/** A URL as messages show it: without userinfo and fragment, and with the query, which may hold secrets, cut to `?...`. */
export function displayUrl(url: URL): string {
  const query = url.search === '' ? '' : '?...';
  return `${url.protocol}//${url.host}${url.pathname}${query}`;
}

/** Whether a URL names this very machine: localhost, a name below it, 127.0.0.1 or ::1. */
export function isLoopback(url: URL): boolean {
  return /^(?:127\.0\.0\.1|\[::1\]|(?:.+\.)?localhost)$/.test(url.hostname);
}
