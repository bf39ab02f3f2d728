// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import type { SigstoreBundle } from '@colophon/attestation';
import {
  assertCodeSigningLeaf,
  buildChain,
  parseCertificate,
  verifySct,
  type Certificate,
} from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import type { SigningTime } from './signing-time.ts';
import { atStage, failure } from './verification-error.ts';

/**
 * The signer's certificate: well-formed and for code signing, by itself. Issuers come from the trusted root; others that
 * a bundle of v0.1 or v0.2 brings are not used, and a root certificate among them is refused.
 * @throws VerificationError ERR_EVIDENCE, ERR_CERTIFICATE, ERR_CERTIFICATE_CLAIM, ERR_CERTIFICATE_USAGE, ERR_CERTIFICATE_CHAIN
 */
export function readSignerCertificate({ keyMaterial }: SigstoreBundle): Certificate {
  if (keyMaterial.kind !== 'certificate')
    throw failure('ERR_EVIDENCE', 'it was signed with a bare key, which proves no identity');
  const [leaf, ...rest] = keyMaterial.chain;
  return atStage('ERR_CERTIFICATE', 'the certificate cannot be read', () => {
    const certificate = parseCertificate(leaf);
    assertCodeSigningLeaf(certificate);
    for (const der of rest) assertIntermediate(parseCertificate(der));
    return certificate;
  });
}

// None of them is used, but what stands there must be what the format allows: no root, and no second leaf.
function assertIntermediate({ issuer, subject, basicConstraints }: Certificate): void {
  if (equalBytes(issuer, subject))
    throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a root certificate along');
  if (!basicConstraints.isAuthority)
    throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a second certificate that is no authority');
}

/**
 * Verifies that an authority of the root issued the certificate, that the chain was valid at each of the times, and
 * that a certificate transparency log of the root has seen the certificate.
 * @throws VerificationError ERR_TRUST_MATERIAL, ERR_CERTIFICATE_CHAIN, ERR_CERTIFICATE_VALIDITY, ERR_SCT
 */
export function verifySignerCertificate(
  certificate: Certificate,
  root: TrustedRoot,
  times: readonly SigningTime[],
): void {
  if (root.certificateAuthorities.length === 0)
    throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no certificate authority');
  atStage('ERR_CERTIFICATE_CHAIN', 'the certificate is not trusted', () => {
    const chains = times.map(({ time }) => buildChain(certificate, root.certificateAuthorities, time));
    if (root.ctLogs.length === 0)
      throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no certificate transparency log');
    for (const [, issuer] of chains) if (issuer !== undefined) verifySct(certificate, issuer, root.ctLogs);
  });
}
