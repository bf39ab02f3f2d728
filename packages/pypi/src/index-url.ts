// SPDX-License-Identifier: Apache-2.0
import { displayUrl, isLoopback } from '@colophon/http';
import { IndexError } from './index-error.ts';

/**
 * Parses the URL of an index's upload endpoint or Simple root, as a user gives it. A query or fragment is refused
 * too: paths are appended to it, and a token in it would end up in logs.
 * @throws IndexError ERR_INDEX_URL; the message holds no user name, password or query
 */
export function parseIndexUrl(text: string): URL {
  const url = URL.parse(text);
  // The text itself stays out of the message: it might be a token pasted into the wrong place.
  if (url === null)
    throw new IndexError('ERR_INDEX_URL', 'the index is neither a known name nor an absolute URL');
  const problem =
    schemeProblem(url) ?? (url.search === '' && url.hash === '' ? undefined : 'has a query or fragment');
  if (problem !== undefined) throw new IndexError('ERR_INDEX_URL', `the index URL ${shown(url)} ${problem}`);
  return url;
}

/**
 * Resolves a URL that an index's page gives for a file. Plain http is only taken for loopback, and only from a page
 * that was itself served on loopback: nobody else may send us to services of this machine.
 * @throws IndexError ERR_INDEX_URL
 */
export function resolveServedUrl(text: string, page: URL): URL {
  const url = URL.parse(text, page.href);
  if (url === null) throw new IndexError('ERR_INDEX_URL', 'not a URL');
  const problem = schemeProblem(url) ?? foreignLoopback(url, page);
  if (problem !== undefined) throw new IndexError('ERR_INDEX_URL', `${shown(url)} ${problem}`);
  return url;
}

/**
 * Parses a URL that an index gives and that must be absolute, such as a provenance URL (PEP 740). Without `page`, as for
 * one that was read before, loopback counts as meant.
 * @throws IndexError ERR_INDEX_URL
 */
export function parseServedUrl(text: string, page?: URL): URL {
  const url = URL.parse(text);
  if (url === null) throw new IndexError('ERR_INDEX_URL', 'not an absolute URL');
  return resolveServedUrl(text, page ?? url);
}

/** Holds a URL to https, or http on loopback, without userinfo. Gives what is wrong with it, or nothing. */
function schemeProblem(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'has a user name or password in it';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return undefined;
  return 'is not https';
}

function foreignLoopback(url: URL, page: URL): string | undefined {
  return isLoopback(url) && !isLoopback(page) ? 'points at this machine' : undefined;
}

// `data:` and `javascript:` URLs have no host and may be long: their scheme says enough.
function shown(url: URL): string {
  return url.host === '' ? `of scheme ${url.protocol.slice(0, 32)}` : displayUrl(url).slice(0, 300);
}
