// SPDX-License-Identifier: Apache-2.0
import { encodeHex, equalBytes } from '@colophon/base';
import type { Certificate } from './certificate.ts';
import { DerFields, onlyChild } from './der-fields.ts';
import { derError, readChildren, TAG, type DerElement } from './der.ts';
import { readInteger } from './der-value.ts';
import { digestOf, readHashAlgorithm, type HashName } from './hash-algorithm.ts';

/** Attributes of ESS: the first names a certificate by SHA-1 (RFC 2634 §5.4), the second by any hash (RFC 5035 §3). */
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const DIRECTORY_NAME = 0xa4;

interface CertificateId {
  readonly hash: HashName | 'sha1';
  readonly digest: Uint8Array;
  readonly issuerSerial: DerElement | undefined;
}

/**
 * Checks that the signed attributes bind the signature to this certificate (RFC 3161 §2.4.1, RFC 5816): at least one
 * of the two attributes, and each that is there names it first. Without that, another certificate for the same key
 * could be put in its place.
 * @throws PkiError ERR_CERTIFICATE
 */
export function assertSigningCertificate(
  attributes: ReadonlyMap<string, DerElement>,
  certificate: Certificate,
): void {
  const first = attributes.get(SIGNING_CERTIFICATE);
  const second = attributes.get(SIGNING_CERTIFICATE_V2);
  if (first === undefined && second === undefined)
    throw derError('no attribute names the certificate of the signer');
  if (first !== undefined) assertNamed(readSigningCertificate(first, readCertificateId), certificate);
  if (second !== undefined) assertNamed(readSigningCertificate(second, readCertificateIdV2), certificate);
}

function readSigningCertificate(value: DerElement, read: (id: DerElement) => CertificateId): CertificateId {
  const fields = new DerFields(value, 'the signing certificate');
  const [first, ...issuers] = readChildren(fields.take(TAG.sequence)).map(read);
  fields.takeOptional(TAG.sequence);
  fields.end();
  if (first === undefined || issuers.length > 8)
    throw derError('the signing certificate attribute is malformed');
  return first;
}

function readCertificateId(element: DerElement): CertificateId {
  const fields = new DerFields(element, 'the signing certificate');
  const digest = fields.take(TAG.octetString).value;
  const issuerSerial = fields.takeOptional(TAG.sequence);
  fields.end();
  return { hash: 'sha1', digest, issuerSerial };
}

function readCertificateIdV2(element: DerElement): CertificateId {
  const fields = new DerFields(element, 'the signing certificate');
  const algorithm = fields.takeOptional(TAG.sequence);
  const hash = algorithm === undefined ? 'sha256' : readHashAlgorithm(algorithm, 'the hash of a certificate');
  const digest = fields.take(TAG.octetString).value;
  const issuerSerial = fields.takeOptional(TAG.sequence);
  fields.end();
  return { hash, digest, issuerSerial };
}

function assertNamed({ hash, digest, issuerSerial }: CertificateId, certificate: Certificate): void {
  if (!equalBytes(digest, digestOf(hash, certificate.der)))
    throw derError('the timestamp names another certificate as its signer');
  if (issuerSerial !== undefined && !isNameOf(issuerSerial, certificate))
    throw derError('the timestamp names another issuer or serial number of its signer');
}

function isNameOf(issuerSerial: DerElement, certificate: Certificate): boolean {
  const fields = new DerFields(issuerSerial, 'the issuer and serial number');
  const general = onlyChild(fields.take(TAG.sequence), 'the name of the issuer');
  const serial = readInteger(fields.take(TAG.integer), 'the serial number');
  fields.end();
  return (
    general.tag === DIRECTORY_NAME &&
    equalBytes(general.value, certificate.issuer) &&
    encodeHex(serial) === certificate.serialNumber
  );
}
