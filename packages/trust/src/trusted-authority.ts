// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import {
  equalBytes,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import type { CertificateAuthority } from '@colophon/pki';
import { field } from './field.ts';
import { readValidity } from './validity.ts';

/** A certificate or timestamp authority of a trusted root. */
export interface TrustedAuthority extends CertificateAuthority {
  readonly operator?: string;
}

export function readAuthorities(value: JsonValue, at: string): TrustedAuthority[] {
  return readList(value, at, readAuthority);
}

function readAuthority(value: JsonValue, at: string): TrustedAuthority {
  const authority = readObject(value, at, {
    required: ['certChain', 'validFor'],
    optional: ['subject', 'uri', 'operator'],
  });
  const { certificates } = readObject(authority.certChain, `${at}.certChain`, { required: ['certificates'] });
  const chain = readList(certificates, `${at}.certChain.certificates`, readCertificate);
  if (chain.length === 0) throw shapeMismatch(`${at}.certChain`, 'at least one certificate');
  return {
    chain,
    validFor: readValidity(authority.validFor, `${at}.validFor`),
    ...field('subject', readOptional(authority.subject, `${at}.subject`, readSubject)),
    ...field('uri', readOptional(authority.uri, `${at}.uri`, readString)),
    ...field('operator', readOptional(authority.operator, `${at}.operator`, readString)),
  };
}

// Whether a certificate may issue is judged with the chain it is used in; here it must only be one.
function readCertificate(value: JsonValue, at: string): Uint8Array {
  const der = readBase64(readObject(value, at, { required: ['rawBytes'] }).rawBytes, `${at}.rawBytes`);
  try {
    if (equalBytes(new X509Certificate(der).raw, der)) return der;
  } catch {
    // OpenSSL's own words would add nothing.
  }
  throw shapeMismatch(`${at}.rawBytes`, 'a certificate in DER');
}

function readSubject(value: JsonValue, at: string): NonNullable<CertificateAuthority['subject']> {
  const name = readObject(value, at, { optional: ['organization', 'commonName'] });
  return {
    ...field('organization', readOptional(name.organization, `${at}.organization`, readString)),
    ...field('commonName', readOptional(name.commonName, `${at}.commonName`, readString)),
  };
}
