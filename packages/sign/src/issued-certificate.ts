// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import type { ExpectedIdentity } from '@colophon/oidc';
import {
  assertCodeSigningLeaf,
  buildChain,
  type Certificate,
  parseCertificate,
  PkiError,
  verifySct,
} from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { SignError } from './sign-error.ts';

export interface CertificateExpectation {
  /** Our key: SubjectPublicKeyInfo in DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly identity: ExpectedIdentity;
  readonly trustedRoot: TrustedRoot;
  readonly now: Date;
}

/** How far the authority's clock may be ahead of ours: it issues from its own now on. */
const CLOCK_LEEWAY_MS = 60_000;

/**
 * Judges a certificate that was just issued, before anything is signed with it: our key, a code signing leaf, the
 * identity and issuer of the token, a chain to the trusted root that holds now, and a timestamp of a certificate
 * transparency log that the trusted root knows. What fails here would fail at every verifier, after it was logged.
 * @throws SignError ERR_FULCIO_CERTIFICATE
 */
export function judgeIssuedCertificate(der: Uint8Array, expectation: CertificateExpectation): Certificate {
  try {
    const certificate = parseCertificate(der);
    assertCodeSigningLeaf(certificate);
    assertOurs(certificate, expectation);
    assertTrusted(certificate, expectation);
    return certificate;
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw refused(cause.message, cause);
  }
}

function refused(why: string, cause?: PkiError): SignError {
  const message = `the certificate that was issued for us is not used: ${why}`;
  return new SignError('ERR_FULCIO_CERTIFICATE', message, cause === undefined ? {} : { cause });
}

function assertOurs(certificate: Certificate, { publicKeyInfo, identity }: CertificateExpectation): void {
  if (!equalBytes(certificate.publicKeyInfo, publicKeyInfo)) throw refused('it is for another key');
  const { issuer, subject } = identity;
  const [name] = certificate.subjectAlternativeNames;
  if (name?.kind !== subject.kind || name.value !== subject.value)
    throw refused(
      `it names ${JSON.stringify(name?.value)}, not ${JSON.stringify(subject.value)} as the token does`,
    );
  if (certificate.claims.issuer !== issuer)
    throw refused(
      `it names the issuer ${JSON.stringify(certificate.claims.issuer)}, not ${JSON.stringify(issuer)}`,
    );
}

function assertTrusted(certificate: Certificate, { trustedRoot, now }: CertificateExpectation): void {
  const { certificateAuthorities, ctLogs } = trustedRoot;
  const [, issuer] = buildChain(certificate, certificateAuthorities, momentOf(certificate, now));
  if (issuer === undefined) throw refused('it is an authority itself');
  verifySct(certificate, issuer, ctLogs);
}

function momentOf(certificate: Certificate, now: Date): Date {
  const early = certificate.notBefore.getTime() - now.getTime();
  return early > 0 && early <= CLOCK_LEEWAY_MS ? certificate.notBefore : now;
}
