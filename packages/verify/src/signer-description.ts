// SPDX-License-Identifier: Apache-2.0
import { sha256Hex } from '@colophon/base';
import type { SigstoreBundle } from '@colophon/attestation';
import { parseCertificate, type Certificate, type FulcioClaims } from '@colophon/pki';
import type { Signer } from './signer.ts';

/** What a certificate says of its owner. By itself it proves nothing. */
export interface SignerDescription {
  /** The name that Fulcio certified: a URI, an e-mail address or a user name; undefined when it is of another form. */
  readonly identity: string | undefined;
  /** `key` for a key that is no certificate's: then the identity is the bundle's hint, and nobody vouched for it. */
  readonly identityKind: 'uri' | 'email' | 'other' | 'unknown' | 'key';
  /** Who vouched for the name. */
  readonly issuer: string | undefined;
  readonly claims: FulcioClaims;
  /** The window of the certificate; of a key, the one that its policy gives it, or all time. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serialNumber: string;
  /** SHA-256 of the certificate, or of the SubjectPublicKeyInfo of a key, lower-case hexadecimal. */
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

const fingerprints = new WeakMap<Certificate, string>();

/** Keeps the SHA-256 of a certificate that was needed already, in lower-case hexadecimal. */
export function rememberFingerprint(certificate: Certificate, fingerprint: string): void {
  fingerprints.set(certificate, fingerprint);
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
    fingerprint: fingerprints.get(certificate) ?? sha256Hex(certificate.der),
  };
}

/** The last moment that dates with four digits of year can say. */
const END_OF_TIME = new Date('9999-12-31T23:59:59Z');

export function describeOwner(signer: Signer, { keyMaterial }: SigstoreBundle): SignerDescription {
  if (signer.kind === 'certificate') return describeCertificate(signer.certificate);
  const { validFor } = signer.policy;
  const hint = keyMaterial.kind === 'public-key' ? keyMaterial.hint : '';
  return {
    identity: hint === '' ? undefined : hint,
    identityKind: 'key',
    issuer: undefined,
    claims: {},
    notBefore: validFor?.start ?? new Date(0),
    notAfter: validFor?.end ?? END_OF_TIME,
    serialNumber: '',
    fingerprint: sha256Hex(signer.key.publicKeyInfo),
  };
}
