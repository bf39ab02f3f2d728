// SPDX-License-Identifier: Apache-2.0
import { assertLinked, assertMayIssue, type CertificateAuthority } from './certificate-authority.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { assertNoUnknownCritical } from './code-signing-leaf.ts';
import { EXTENSION, KEY_PURPOSE, KEY_USAGE } from './extension.ts';
import { PkiError } from './pki-error.ts';

/** The certificate that signs timestamps, and its issuers up to the anchor. */
export type TimestampingChain = readonly [signer: Certificate, ...issuers: Certificate[]];

const parsed = new WeakMap<CertificateAuthority, TimestampingChain>();
const judged = new WeakMap<CertificateAuthority, TimestampingChain>();

/** The certificate that signs an authority's timestamps, not yet judged. @throws PkiError ERR_CERTIFICATE */
export function timestampSigner(authority: CertificateAuthority): Certificate {
  return chainOf(authority)[0];
}

function chainOf(authority: CertificateAuthority): TimestampingChain {
  const known = parsed.get(authority);
  if (known !== undefined) return known;
  const [signer, ...issuers] = authority.chain.map((der) => parseCertificate(der));
  if (signer === undefined) throw unfit('the timestamp authority has no certificate');
  parsed.set(authority, [signer, ...issuers]);
  return [signer, ...issuers];
}

/**
 * Parses the chain of a timestamp authority: its first certificate is for timestamps alone, each other one may issue,
 * and each is signed by the next.
 * @throws PkiError ERR_CERTIFICATE, ERR_CERTIFICATE_USAGE, ERR_CERTIFICATE_CHAIN
 */
export function timestampingCertificates(authority: CertificateAuthority): TimestampingChain {
  const known = judged.get(authority);
  if (known !== undefined) return known;
  const chain = chainOf(authority);
  const [signer, ...issuers] = chain;
  assertForTimestamps(signer);
  for (const issuer of issuers) assertMayIssue(issuer);
  assertLinked(chain);
  judged.set(authority, chain);
  return chain;
}

// RFC 3161 §2.3: the extended key usage is critical, and this is its one purpose.
function assertForTimestamps(certificate: Certificate): void {
  assertNoUnknownCritical(certificate);
  const [purpose, ...others] = certificate.keyPurposes ?? [];
  if (purpose !== KEY_PURPOSE.timeStamping || others.length > 0)
    throw unfit('the certificate of the timestamp authority is not for timestamps alone');
  if (certificate.extensions.get(EXTENSION.extendedKeyUsage)?.critical !== true)
    throw unfit('the purpose of the timestamp authority is not critical');
  if (certificate.basicConstraints.isAuthority)
    throw unfit('the certificate of the timestamp authority is a certificate authority');
  const { keyUsage } = certificate;
  if (keyUsage !== undefined && !keyUsage.has(KEY_USAGE.digitalSignature))
    throw unfit('the certificate of the timestamp authority is not for digital signatures');
  if (keyUsage?.has(KEY_USAGE.keyCertSign))
    throw unfit('the certificate of the timestamp authority may sign certificates');
}

function unfit(message: string): PkiError {
  return new PkiError('ERR_CERTIFICATE_USAGE', message);
}
