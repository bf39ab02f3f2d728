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
    if (rest.map((der) => parseCertificate(der)).some(isSelfIssued))
      throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a root certificate along');
    return certificate;
  });
}

function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return equalBytes(issuer, subject);
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
