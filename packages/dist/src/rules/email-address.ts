// SPDX-License-Identifier: Apache-2.0
import { domainToASCII } from 'node:url';

const ATEXT = "[a-zA-Z0-9_!#$%&'*+\\-/=?^`{|}~\\u0080-\\u{10ffff}]";
const LOCAL_PART = new RegExp(`^${ATEXT}+(?:\\.${ATEXT}+)*$`, 'u');
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
/** Names that RFC 6761 and its kin keep from ever being mail domains. */
const SPECIAL_USE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];
const [MAX_ADDRESS, MAX_LOCAL_PART, MAX_LABEL, MAX_DOMAIN] = [254, 64, 63, 253];

/**
 * What is wrong with the address in an Author-email or Maintainer-email, if anything is. PyPI judges a field that holds
 * one address, alone or as `Name <address>`; it lets a list of several pass, and a name without an address.
 */
export function emailFieldFlaw(value: string): string | undefined {
  const address = soleAddress(value);
  return address === undefined || address === '' ? undefined : addressFlaw(address);
}

/** A quoted text or a comment, with its end where it has one: without the end it is one too, lest the rest be tried again. */
const ASIDE = /"(?:[^"\\]|\\.)*("?)|\((?:[^()\\]|\\.)*(\)?)/gs;

function soleAddress(value: string): string | undefined {
  let open = false;
  const text = value
    .replaceAll(ASIDE, (_aside, quote?: string, bracket?: string) => {
      open ||= (quote ?? bracket) === '';
      return ' ';
    })
    .trim();
  // What has no end, and comments in comments, are read in several ways.
  if (open) return undefined;
  if (text.includes(',') || text.includes('[')) return undefined;
  const [, enclosed] = /^[^<>]*<([^<>]*)>$/.exec(text) ?? [];
  if (enclosed !== undefined) return enclosed.replaceAll(/\s+/g, '');
  // Blanks around an @ are read in several ways: what is no plain form is left alone.
  if (/[<>]/.test(text) || /\s/.test(text.includes('@') ? text : '')) return undefined;
  return text.split(/\s+/)[0] ?? '';
}

function addressFlaw(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  if (at < 0) return 'it has no @';
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > MAX_LOCAL_PART)
    return 'the part before the @ is not valid';
  return domainFlaw(domain) ?? (Buffer.byteLength(address) > MAX_ADDRESS ? 'it is too long' : undefined);
}

function domainFlaw(domain: string): string | undefined {
  const ascii = /^[\x21-\x7e]*$/.test(domain) ? domain.toLowerCase() : domainToASCII(domain);
  const labels = ascii.split('.');
  const valid =
    labels.every((label) => LABEL.test(label) && label.length <= MAX_LABEL) && ascii.length <= MAX_DOMAIN;
  if (!valid) return 'the part after the @ is not a domain';
  if (labels.length < 2 || !/[a-z]$/i.test(ascii))
    return 'the part after the @ is not a domain of the Internet';
  if (SPECIAL_USE.includes(labels.at(-1) ?? '')) return `mail never goes to .${labels.at(-1)}`;
  return undefined;
}
