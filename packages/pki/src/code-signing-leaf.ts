// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from './certificate.ts';
import { EXTENSION, KEY_PURPOSE, KEY_USAGE } from './extension.ts';
import { PkiError } from './pki-error.ts';

/** Extensions whose meaning is enforced here or in the chain, so that they may be critical. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectAlternativeName,
]);

function unfit(message: string): PkiError {
  return new PkiError('ERR_CERTIFICATE_USAGE', message);
}

/**
 * Holds a leaf to Fulcio's certificate profile: an end entity for digital signatures on code, with exactly one name and
 * no critical extension that would go unheeded. A TLS or CA certificate of the same authority must not pass for it.
 * @throws PkiError ERR_CERTIFICATE_USAGE
 */
export function assertCodeSigningLeaf(certificate: Certificate): void {
  assertNoUnknownCritical(certificate);
  if (certificate.basicConstraints.isAuthority)
    throw unfit('the signing certificate is a certificate authority');
  if (!certificate.keyUsage?.has(KEY_USAGE.digitalSignature))
    throw unfit('the signing certificate is not for digital signatures');
  if (certificate.keyUsage.has(KEY_USAGE.keyCertSign))
    throw unfit('the signing certificate may sign certificates');
  const [purpose, ...others] = certificate.keyPurposes ?? [];
  if (purpose !== KEY_PURPOSE.codeSigning || others.length > 0)
    throw unfit('the signing certificate is not for code signing alone');
  const [name, ...more] = certificate.subjectAlternativeNames;
  if (name === undefined || name.kind === 'unknown' || more.length > 0)
    throw unfit('the signing certificate does not have exactly one name of a form that Fulcio issues');
}

/** Refuses a critical extension that is not understood (RFC 5280 §4.2). @throws PkiError ERR_CERTIFICATE_USAGE */
export function assertNoUnknownCritical(certificate: Certificate): void {
  for (const { oid, critical } of certificate.extensions.values())
    if (critical && !UNDERSTOOD.has(oid))
      throw unfit(`the certificate has the critical extension ${oid}, which is not understood`);
}
