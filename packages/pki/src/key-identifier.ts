// SPDX-License-Identifier: Apache-2.0
import { encodeHex, equalBytes } from '@colophon/base';
import type { Certificate } from './certificate.ts';
import { DerFields, onlyChild } from './der-fields.ts';
import { derError, expectTag, readDer, TAG, type DerElement } from './der.ts';
import { readInteger } from './der-value.ts';
import { EXTENSION } from './extension.ts';
import { PkiError } from './pki-error.ts';

const KEY_IDENTIFIER = 0x80;
const ISSUER_NAMES = 0xa1;
const ISSUER_SERIAL = 0x82;
const DIRECTORY_NAME = 0xa4;

/**
 * Refuses a certificate that says of its issuer's key, or of its issuer's certificate, something else than is so
 * (RFC 5280 §4.2.1.1, §4.2.1.2). The signature holds either way; but who builds paths by these names would build another one.
 * What neither certificate says is not asked for.
 * @throws PkiError ERR_CERTIFICATE_CHAIN, also when one of the extensions is malformed
 */
export function assertKeyIdentifiers(certificate: Certificate, issuer: Certificate): void {
  try {
    compare(certificate, issuer);
  } catch (cause) {
    if (!(cause instanceof PkiError) || cause.code !== 'ERR_CERTIFICATE') throw cause;
    throw new PkiError('ERR_CERTIFICATE_CHAIN', cause.message, { cause });
  }
}

function compare(certificate: Certificate, issuer: Certificate): void {
  const value = certificate.extensions.get(EXTENSION.authorityKeyIdentifier)?.value;
  if (value === undefined) return;
  const fields = new DerFields(readDer(value), 'the authority key identifier');
  const keyId = fields.takeOptional(KEY_IDENTIFIER)?.value;
  const names = fields.takeOptional(ISSUER_NAMES);
  const serial = fields.takeOptional(ISSUER_SERIAL);
  fields.end();
  const own = subjectKeyIdentifier(issuer);
  if (keyId !== undefined && own !== undefined && !equalBytes(keyId, own)) throw contradiction('key');
  if (names !== undefined && !isDirectoryName(names, issuer.issuer)) throw contradiction('issuer');
  if (serial !== undefined && serialOf(serial) !== issuer.serialNumber) throw contradiction('serial number');
}

function contradiction(what: string): PkiError {
  return new PkiError('ERR_CERTIFICATE_CHAIN', `a certificate names another ${what} of its issuer`);
}

function subjectKeyIdentifier({ extensions }: Certificate): Uint8Array | undefined {
  const value = extensions.get(EXTENSION.subjectKeyIdentifier)?.value;
  if (value === undefined) return undefined;
  return expectTag(readDer(value), TAG.octetString, 'the subject key identifier').value;
}

function isDirectoryName(names: DerElement, wanted: Uint8Array): boolean {
  const name = onlyChild(names, 'the issuer in the authority key identifier');
  if (name.tag !== DIRECTORY_NAME) throw derError('the authority key identifier names no directory name');
  return equalBytes(name.value, wanted);
}

function serialOf(element: DerElement): string {
  return encodeHex(readInteger(element.as(TAG.integer), 'the serial number in the authority key identifier'));
}
