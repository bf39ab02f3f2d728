// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from 'node:net';

// RFC 3986, appendix B. What stands in path and query is percent-encoded by the index before it looks.
const PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?[^#]*)?(?:#.*)?$/s;
const AUTHORITY =
  /^(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(?<host>\[[^\]]*\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::(?<port>[0-9]*))?$/;
const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const MAX_PORT = 65_535;

/** What is wrong with a Home-page, Download-URL or the URL of a Project-URL, if anything is: http or https alone are taken. */
export function webAddressFlaw(text: string): string | undefined {
  const [, scheme = '', authority] = PARTS.exec(text) ?? [];
  if (!/^https?$/i.test(scheme)) return 'it does not begin with http:// or https://';
  if (authority === undefined) return undefined;
  const { host = '', port = '' } = AUTHORITY.exec(authority)?.groups ?? { host: '%' };
  if (STRAY_PERCENT.test(host) || (host.startsWith('[') && !isIPv6(host.slice(1, -1))))
    return 'its host is not one';
  return Number(port) > MAX_PORT ? 'its port is not one' : undefined;
}
