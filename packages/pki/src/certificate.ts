// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { encodeHex, equalBytes } from '@colophon/base';
import { derError, expectTag, readChildren, readDer, TAG, type DerElement } from './der.ts';
import { onlyChild } from './der-fields.ts';
import { readInteger, readOctetAlignedBits, readSmallInteger, readTime } from './der-value.ts';
import {
  readBasicConstraints,
  readExtensions,
  readKeyPurposes,
  readKeyUsage,
  type BasicConstraints,
  type Extensions,
} from './extension.ts';
import { readFulcioClaims, type FulcioClaims } from './fulcio-claims.ts';
import { importPublicKey } from './public-key.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';
import { readSubjectAlternativeNames, type SubjectAlternativeName } from './subject-alternative-name.ts';

const MAX_CERTIFICATE_BYTES = 64 * 1024;
const MAX_SERIAL_OCTETS = 20;
const VERSION_3 = 2;
const EXPLICIT_0 = 0xa0;
const EXPLICIT_3 = 0xa3;

/** An X.509 version 3 certificate, parsed but not yet trusted. Byte strings are views into `der`. */
export interface Certificate {
  readonly der: Uint8Array;
  /** The TBSCertificate: what the issuer signed. */
  readonly tbs: Uint8Array;
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  /** Distinguished names in DER; names are compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  /** The SubjectPublicKeyInfo in DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly extensions: Extensions;
  readonly basicConstraints: BasicConstraints;
  readonly keyUsage: ReadonlySet<number> | undefined;
  readonly keyPurposes: readonly string[] | undefined;
  readonly subjectAlternativeNames: readonly SubjectAlternativeName[];
  readonly claims: FulcioClaims;
}

/**
 * Parses one certificate in DER (RFC 5280 §4.1): version 3, nothing after it, no extension twice, the same signature
 * algorithm inside and outside, a positive serial number, and every value that is read in the form DER prescribes.
 * @throws PkiError ERR_CERTIFICATE, ERR_CERTIFICATE_CLAIM
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw derError('the certificate is too large');
  const outer = readChildren(expectTag(readDer(der), TAG.sequence, 'the certificate'));
  if (outer.length !== 3) throw derError('the certificate does not have three parts');
  const tbs = expectTag(outer[0], TAG.sequence, 'the signed part of the certificate');
  const algorithm = expectTag(outer[1], TAG.sequence, 'the signature algorithm');
  const signature = readOctetAlignedBits(outer[2], 'the signature of the certificate');
  return { der, tbs: tbs.bytes, signature, ...readTbs(tbs, algorithm) };
}

function readTbs(
  tbs: DerElement,
  outerAlgorithm: DerElement,
): Omit<Certificate, 'der' | 'tbs' | 'signature'> {
  const fields = readChildren(tbs);
  // Version 1 and 2 have fewer fields, unique identifiers one or two more: RFC 5280 forbids both to CAs of today.
  if (fields.length !== 8) throw derError('the certificate does not have the fields of version 3');
  const [version, serial, algorithm, issuer, validity, subject, spki, wrapped] = fields as EightFields;
  assertVersion(version);
  if (!equalBytes(algorithm.bytes, outerAlgorithm.bytes))
    throw derError('the certificate names two different signature algorithms');
  const extensions = readExtensions(
    onlyChild(expectTag(wrapped, EXPLICIT_3, 'the list of extensions'), 'a field of the certificate'),
  );
  return {
    serialNumber: readSerial(serial),
    issuer: readName(issuer, 'the issuer'),
    subject: readName(subject, 'the subject'),
    ...readValidity(validity),
    ...readKey(spki.bytes),
    signatureAlgorithm: readSignatureAlgorithm(algorithm),
    ...readKnownExtensions(extensions),
  };
}

type EightFields = [
  version: DerElement,
  serial: DerElement,
  algorithm: DerElement,
  issuer: DerElement,
  validity: DerElement,
  subject: DerElement,
  spki: DerElement,
  extensions: DerElement,
];

function readKey(publicKeyInfo: Uint8Array): Pick<Certificate, 'publicKey' | 'publicKeyInfo'> {
  return { publicKey: importPublicKey(publicKeyInfo), publicKeyInfo };
}

function readKnownExtensions(extensions: Extensions) {
  return {
    extensions,
    basicConstraints: readBasicConstraints(extensions),
    keyUsage: readKeyUsage(extensions),
    keyPurposes: readKeyPurposes(extensions),
    subjectAlternativeNames: readSubjectAlternativeNames(extensions),
    claims: readFulcioClaims(extensions),
  };
}

function assertVersion(element: DerElement): void {
  const version = readSmallInteger(
    onlyChild(expectTag(element, EXPLICIT_0, 'the version'), 'the version'),
    'the version',
  );
  if (version !== VERSION_3) throw derError('the certificate is not of version 3');
}

function readSerial(element: DerElement): string {
  const serial = readInteger(element, 'the serial number');
  if ((serial[0] ?? 0) >= 0x80 || serial.every((octet) => octet === 0))
    throw derError('the serial number is not positive');
  if (serial.length > MAX_SERIAL_OCTETS) throw derError('the serial number is too long');
  return encodeHex(serial);
}

// A name is compared as bytes, so only its frame is read: SETs of attributes in a SEQUENCE.
function readName(element: DerElement, what: string): Uint8Array {
  for (const set of readChildren(expectTag(element, TAG.sequence, what)))
    for (const attribute of readChildren(expectTag(set, TAG.set, what)))
      if (readChildren(expectTag(attribute, TAG.sequence, what)).length !== 2)
        throw derError(`${what} is malformed`);
  return element.bytes;
}

function readValidity(element: DerElement): Pick<Certificate, 'notBefore' | 'notAfter'> {
  const [from, to, ...more] = readChildren(expectTag(element, TAG.sequence, 'the validity'));
  if (more.length > 0) throw derError('the validity has more than two times');
  return {
    notBefore: readTime(from, 'the start of validity'),
    notAfter: readTime(to, 'the end of validity'),
  };
}
