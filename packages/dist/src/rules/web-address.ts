// SPDX-License-Identifier: Apache-2.0

// RFC 3986, appendix B: scheme, authority, path and query.
const PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/s;
const PORT = /^(?:[^@]*@)?(?:\[[^\]]*\]|[^:[\]]*):([0-9]+)$/;
const MAX_PORT = 65_535;

/**
 * What is wrong with a Home-page, Download-URL or the URL of a Project-URL, if anything is: http or https alone are
 * taken. PyPI percent-encodes blanks and letters beyond ASCII before it looks, and lets a host pass that is none.
 */
export function webAddressFlaw(text: string): string | undefined {
  const [, scheme = '', authority = '', path = '', query = ''] = PARTS.exec(text) ?? [];
  if (!/^https?$/i.test(scheme)) return 'it does not begin with http:// or https://';
  if (/[[\]]/.test(path + query)) return 'a bracket stands in it: write %5B and %5D';
  return Number(PORT.exec(authority)?.[1] ?? 0) > MAX_PORT ? 'its port is not one' : undefined;
}
