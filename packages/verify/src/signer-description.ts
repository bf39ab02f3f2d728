// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { parseCertificate, type Certificate, type FulcioClaims } from '@colophon/pki';

/** What a certificate says of its owner. By itself it proves nothing. */
export interface SignerDescription {
  /** The name that Fulcio certified: a URI, an e-mail address or a user name; undefined when it is of another form. */
  readonly identity: string | undefined;
  readonly identityKind: 'uri' | 'email' | 'other' | 'unknown';
  /** Who vouched for the name. */
  readonly issuer: string | undefined;
  readonly claims: FulcioClaims;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serialNumber: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

/**
 * Describes the owner of a certificate without verifying anything: to show, never to decide by.
 * @param der one certificate in DER.
 * @throws PkiError ERR_CERTIFICATE, ERR_CERTIFICATE_CLAIM
 */
export function describeSigner(der: Uint8Array): SignerDescription {
  return describeCertificate(parseCertificate(der));
}

export function describeCertificate(certificate: Certificate): SignerDescription {
  const [name = { kind: 'unknown' as const, value: '' }] = certificate.subjectAlternativeNames;
  return {
    identity: name.kind === 'unknown' ? undefined : name.value,
    identityKind: name.kind,
    issuer: certificate.claims.issuer,
    claims: certificate.claims,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    serialNumber: certificate.serialNumber,
    fingerprint: encodeHex(sha256(certificate.der)),
  };
}
