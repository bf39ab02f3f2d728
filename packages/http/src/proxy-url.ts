// SPDX-License-Identifier: Apache-2.0
import { HttpError } from './http-error.ts';

const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:']);

/**
 * Reads the place of a proxy; without a scheme, as many programs take it, it is one of http. An empty text is no proxy.
 * @param what the URLs that it is for, for the message, which never shows the text: it may hold a password.
 * @throws HttpError ERR_HTTP_URL
 */
export function parseProxyUrl(text: string, what: 'http' | 'https'): string {
  if (text === '') return '';
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url !== null && PROTOCOLS.has(url.protocol)) return url.href;
  throw new HttpError(
    'ERR_HTTP_URL',
    `the proxy for ${what} URLs is not named by an http, https or socks5 URL`,
  );
}
