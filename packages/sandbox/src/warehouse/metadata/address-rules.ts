// SPDX-License-Identifier: Apache-2.0
import { domainToASCII } from 'node:url';
import { pythonQuoted } from '../python-text.ts';

const RESERVED = /(?:^|\.)(?:arpa|invalid|local|localhost|onion|test)$/;
const LOCAL = /^[^\s@()<>[\]:;,\\"]+$/u;

/**
 * Whether an address is one of the web (http, https), as the index wants it in Home-page and the like. A host that cannot
 * be taken apart passes, as it does on PyPI; brackets in path or query do not.
 */
export function isWebAddress(text: string): boolean {
  const rest = /^https?:(?<rest>[^#]*)/is.exec(text)?.groups?.rest;
  if (rest === undefined) return false;
  const [authority = ''] = rest.startsWith('//') ? rest.slice(2).split(/[/?]/, 1) : [''];
  const tail = rest.startsWith('//') ? rest.slice(2 + authority.length) : rest;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const port = /^(?:\[.*\]|[^:[\]]*):(?<port>[0-9]+)$/.exec(host)?.groups?.port ?? '0';
  return !tail.includes('[') && !tail.includes(']') && Number(port) < 65_536;
}

/** What the index says of an Author-email or Maintainer-email that is not one, if it is not. */
export function mailFault(value: string): string | undefined {
  const address = onlyAddress(value);
  const reason = address === undefined || address === '' ? undefined : addressFault(address);
  return reason === undefined
    ? undefined
    : `${pythonQuoted(address ?? '')} is not a valid email address: ${reason}`;
}

// A list of several addresses, and what cannot be taken apart, passes unread (Python's email.utils.parseaddr, strict).
function onlyAddress(value: string): string | undefined {
  const bare = value
    .replaceAll(/\((?:[^()\\]|\\.)*\)/g, '')
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .trim();
  if (/[,[\]]/.test(bare)) return undefined;
  const angle = /^[^<>]*<([^<>]*)>$/.exec(bare);
  if (angle) return (angle[1] ?? '').replaceAll(/\s/g, '');
  const plain = !/[<>]/.test(bare) && (!bare.includes('@') || !/\s/.test(bare));
  return plain ? (bare.split(/\s/)[0] ?? '') : undefined;
}

function addressFault(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 0) return 'An email address must have an @-sign.';
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (local === '') return 'There must be something before the @-sign.';
  if (!LOCAL.test(local) || Buffer.byteLength(local) > 64)
    return 'The email address contains invalid characters before the @-sign.';
  if (local.includes('..') || domain.includes('..'))
    return 'An email address cannot have two periods in a row.';
  if (/^\.|\.$/.test(local)) return 'An email address cannot have a period immediately before the @-sign.';
  return domainFault(domain);
}

function domainFault(domain: string): string | undefined {
  const ascii = domainToASCII(domain) || domain.toLowerCase();
  if (!/^[a-z0-9.-]+$/i.test(ascii) || /^[.-]|[.-]$|\.-|-\./.test(ascii) || /[^.]{64}/.test(ascii))
    return 'The part after the @-sign contains invalid characters.';
  if (!ascii.includes('.')) return 'The part after the @-sign is not valid. It should have a period.';
  if (!/[a-z]$/i.test(ascii))
    return 'The part after the @-sign is not valid. It is not within a valid top-level domain.';
  return RESERVED.test(ascii)
    ? 'The part after the @-sign is a special-use or reserved name that cannot be used with email.'
    : undefined;
}
