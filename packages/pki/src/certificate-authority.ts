// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { parseCertificate, type Certificate } from './certificate.ts';
import { assertNoUnknownCritical } from './code-signing-leaf.ts';
import { EXTENSION, KEY_PURPOSE, KEY_USAGE } from './extension.ts';
import { assertKeyIdentifiers } from './key-identifier.ts';
import { PkiError } from './pki-error.ts';
import { checkSignature, type SignatureCheck } from './signature-check.ts';
import type { ValidityPeriod } from './validity.ts';

/** An authority that a trusted root vouches for (trustroot.proto, CertificateAuthority). */
export interface CertificateAuthority {
  readonly uri?: string;
  readonly subject?: { readonly organization?: string; readonly commonName?: string };
  /** DER, the issuer of leaves first, the anchor last. */
  readonly chain: readonly Uint8Array[];
  readonly validFor: ValidityPeriod;
}

/** What the certificates below an authority are for. */
export type ChainPurpose = keyof typeof KEY_PURPOSE;

function broken(message: string): PkiError {
  return new PkiError('ERR_CERTIFICATE_CHAIN', message);
}

// An authority's own links do not depend on the leaf or on the time, so each is judged once.
const judged = new WeakMap<CertificateAuthority, readonly Certificate[]>();

/**
 * Parses the chain of an authority and checks that each certificate is a CA signed by the next one.
 * @throws PkiError ERR_CERTIFICATE, ERR_CERTIFICATE_USAGE, ERR_CERTIFICATE_CHAIN
 */
export function authorityCertificates(authority: CertificateAuthority): readonly Certificate[] {
  const known = judged.get(authority);
  if (known !== undefined) return known;
  const certificates = authority.chain.map((der) => parseCertificate(der));
  for (const certificate of certificates) assertMayIssue(certificate);
  assertLinked(certificates);
  judged.set(authority, certificates);
  return certificates;
}

/** Refuses a chain in which a certificate is not signed by the next one, or an anchor that names itself not by itself. */
export function assertLinked(certificates: readonly Certificate[]): void {
  const anchor = certificates.at(-1);
  if (anchor === undefined) throw broken('the certificate authority has no certificate');
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1];
    if (issuer !== undefined) assertIssued(certificate, issuer);
  }
  if (equalBytes(anchor.issuer, anchor.subject)) assertIssued(anchor, anchor);
}

/** Refuses what may not issue certificates (RFC 5280 §4.2.1.9, §4.2.1.3). @throws PkiError ERR_CERTIFICATE_CHAIN, ERR_CERTIFICATE_USAGE */
export function assertMayIssue(certificate: Certificate): void {
  assertNoUnknownCritical(certificate);
  if (!certificate.basicConstraints.isAuthority)
    throw broken('a certificate above the leaf is not an authority');
  if (!certificate.keyUsage?.has(KEY_USAGE.keyCertSign))
    throw broken('a certificate above the leaf may not sign certificates');
  // Constraints on names are not evaluated here, and one that is not evaluated must not be passed over.
  if (certificate.extensions.has(EXTENSION.nameConstraints))
    throw broken('a certificate authority constrains names, which is not supported');
}

function assertIssued(certificate: Certificate, issuer: Certificate): void {
  if (!isIssuedBy(certificate, issuer))
    throw broken('a certificate of an authority is not signed by the next one');
  assertKeyIdentifiers(certificate, issuer);
}

/** Tells whether a certificate names `issuer` as its issuer and bears a signature by its key. */
export function isIssuedBy(
  certificate: Certificate,
  issuer: Certificate,
  check: SignatureCheck = checkSignature,
): boolean {
  const { signatureAlgorithm, tbs, signature } = certificate;
  return (
    equalBytes(certificate.issuer, issuer.subject) &&
    check(issuer.publicKey, signatureAlgorithm, tbs, signature)
  );
}

/** Refuses an authority whose own purposes leave out what the leaf is for. @throws PkiError ERR_CERTIFICATE_CHAIN */
export function assertPurpose(certificate: Certificate, purpose: ChainPurpose): void {
  if (certificate.keyPurposes !== undefined && !certificate.keyPurposes.includes(KEY_PURPOSE[purpose]))
    throw broken('a certificate authority may not issue certificates for this purpose');
}
