// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { assertIssuersFit, assertValidAt } from './certificate-chain.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateName } from './cms-signer-info.ts';
import { digestOf } from './hash-algorithm.ts';
import { PkiError } from './pki-error.ts';
import { checkSignature, type SignatureCheck } from './signature-check.ts';
import { assertSigningCertificate } from './signing-certificate.ts';
import type { Timestamp } from './timestamp-response.ts';
import { timestampingCertificates, timestampSigner } from './timestamping-authority.ts';

/** A timestamp authority that a trusted root vouches for; its chain begins with the certificate that signs. */
export type TimestampAuthority = CertificateAuthority;

/**
 * Verifies that an authority of the trusted root timestamped these bytes: the imprint is theirs, the signature is by the
 * authority's certificate, which the signed attributes name, and the whole chain and the root's word for it were valid at
 * that time, at both ends inclusive. Certificates in the timestamp are not used, and must be the root's.
 * @throws PkiError ERR_TIMESTAMP
 */
export function verifyTimestamp(
  timestamp: Timestamp,
  signed: Uint8Array,
  authorities: readonly TimestampAuthority[],
  check: SignatureCheck = checkSignature,
): void {
  const { hash, digest } = timestamp.imprint;
  if (!equalBytes(digest, digestOf(hash, signed))) throw wrong('the timestamp is on another signature');
  const failures: PkiError[] = [];
  for (const authority of authorities) {
    try {
      if (isBy(timestamp, authority, check)) return;
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) throw wrong('no timestamp authority of the trusted root made the timestamp');
  throw wrong(`the timestamp does not hold: ${first.message}`, first);
}

function wrong(message: string, cause?: PkiError): PkiError {
  return new PkiError('ERR_TIMESTAMP', message, cause === undefined ? {} : { cause });
}

// False where the timestamp does not name the authority's certificate as its signer; throws where it does and is wrong.
function isBy(timestamp: Timestamp, authority: TimestampAuthority, check: SignatureCheck): boolean {
  const { signer } = timestamp;
  if (!isNamed(timestampSigner(authority), signer.name)) return false;
  const certificates = timestampingCertificates(authority);
  const [leaf, ...issuers] = certificates;
  assertIssuersFit(issuers, 'timeStamping');
  assertValidAt(certificates, authority, timestamp.time);
  assertSigningCertificate(signer.attributes, leaf);
  if (timestamp.authority !== undefined && !equalBytes(timestamp.authority, leaf.subject))
    throw wrong('the timestamp gives its authority another name than its certificate does');
  assertCopies(timestamp.certificates, certificates);
  if (!check(leaf.publicKey, signer.algorithm, signer.signed, signer.signature))
    throw wrong('the signature of the timestamp authority is wrong');
  return true;
}

function isNamed({ issuer, serialNumber }: CertificateName, name: CertificateName): boolean {
  return equalBytes(issuer, name.issuer) && serialNumber === name.serialNumber;
}

// Nobody signs them, and another reader might go by them: they may only repeat what the trusted root says.
function assertCopies(copies: readonly Uint8Array[], certificates: readonly Certificate[]): void {
  if (!copies.every((copy) => certificates.some(({ der }) => equalBytes(der, copy))))
    throw wrong('the timestamp brings a certificate along that is not of its authority');
}
