// SPDX-License-Identifier: Apache-2.0
import {
  assertPurpose,
  authorityCertificates,
  isIssuedBy,
  type CertificateAuthority,
  type ChainPurpose,
} from './certificate-authority.ts';
import type { Certificate } from './certificate.ts';
import { assertKeyIdentifiers } from './key-identifier.ts';
import { PkiError } from './pki-error.ts';
import { checkSignature, type SignatureCheck } from './signature-check.ts';
import { isWithin } from './validity.ts';

export interface ChainOptions {
  /** What the leaf is used for; default `codeSigning`. */
  readonly purpose?: ChainPurpose;
  /** Checks the signature on the leaf; default `checkSignature`. An authority's own are always checked at once. */
  readonly check?: SignatureCheck;
}

/**
 * Finds the path from a leaf to one of the trusted authorities and validates it at the time `at` (RFC 5280 §6): names,
 * signatures, CA bit, key usage, path length, purposes, and the validity of every certificate and of the authority itself,
 * closed at both ends. Certificates from elsewhere, such as a bundle's, are never used.
 * @returns the leaf, its issuers, the anchor.
 * @throws PkiError ERR_CERTIFICATE_CHAIN (no trusted path), ERR_CERTIFICATE_VALIDITY (a path, but not at that time)
 */
export function buildChain(
  leaf: Certificate,
  authorities: readonly CertificateAuthority[],
  at: Date,
  options: ChainOptions = {},
): Certificate[] {
  if (Number.isNaN(at.getTime())) throw new TypeError('the time of a chain must be a valid date');
  const failures: PkiError[] = [];
  for (const authority of authorities) {
    try {
      const path = findPath(leaf, authority, options);
      if (path === undefined) continue;
      assertValidAt(path, authority, at);
      return path;
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      failures.push(error);
    }
  }
  throw nearestFailure(failures);
}

// Two instances may give their authorities one name, so only the signature tells who issued the leaf.
function findPath(
  leaf: Certificate,
  authority: CertificateAuthority,
  { purpose = 'codeSigning', check = checkSignature }: ChainOptions,
): Certificate[] | undefined {
  const certificates = authorityCertificates(authority);
  const first = certificates.findIndex((candidate) => isIssuedBy(leaf, candidate, check));
  const [issuer, ...rest] = first === -1 ? [] : certificates.slice(first);
  if (issuer === undefined) return undefined;
  assertKeyIdentifiers(leaf, issuer);
  const issuers = [issuer, ...rest];
  assertIssuersFit(issuers, purpose);
  return [leaf, ...issuers];
}

/** Refuses issuers that are not for the purpose, or that have more authorities below them than they allow. */
export function assertIssuersFit(issuers: readonly Certificate[], purpose: ChainPurpose): void {
  for (const [below, issuer] of issuers.entries()) {
    assertPurpose(issuer, purpose);
    if (below > (issuer.basicConstraints.pathLength ?? Infinity))
      throw new PkiError('ERR_CERTIFICATE_CHAIN', 'the chain is longer than a certificate authority allows');
  }
}

/** Refuses a time at which a certificate of the path, or the trusted root's word for the authority, was not valid. */
export function assertValidAt(path: readonly Certificate[], authority: CertificateAuthority, at: Date): void {
  const outside = path.find(({ notBefore, notAfter }) => !isWithin({ start: notBefore, end: notAfter }, at));
  if (outside !== undefined)
    throw new PkiError(
      'ERR_CERTIFICATE_VALIDITY',
      `at ${at.toISOString()} a certificate of the chain is not valid (${outside.notBefore.toISOString()} to ${outside.notAfter.toISOString()})`,
    );
  if (!isWithin(authority.validFor, at))
    throw new PkiError(
      'ERR_CERTIFICATE_VALIDITY',
      `the trusted root does not vouch for the certificate authority at ${at.toISOString()}`,
    );
}

// The failure that came furthest says most: a path at another time, then a path that broke, then no path.
function nearestFailure(failures: readonly PkiError[]): PkiError {
  const message = 'no certificate authority of the trusted root signed the certificate';
  return (
    failures.find(({ code }) => code === 'ERR_CERTIFICATE_VALIDITY') ??
    failures.find(({ code }) => code === 'ERR_CERTIFICATE_CHAIN') ??
    new PkiError('ERR_CERTIFICATE_CHAIN', message, failures.length > 0 ? { cause: failures[0] } : {})
  );
}
