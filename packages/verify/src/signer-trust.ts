// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { buildChain, isWithin, verifySct, type Certificate, type SignatureCheck } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import type { KeyPolicy } from './policy.ts';
import type { Signer } from './signer.ts';
import type { SigningTime } from './signing-time.ts';
import { isTimestampOnly } from './timestamp-only-root.ts';
import { atStage, failure } from './verification-error.ts';

type CertificateSigner = Extract<Signer, { kind: 'certificate' }>;

/**
 * Verifies that the signer was to be trusted at each of the times: a certificate by its chain to the root and by a
 * certificate transparency log, a key by the window that its policy gives it.
 * @throws VerificationError ERR_TRUST_MATERIAL, ERR_TIMESTAMP, ERR_CERTIFICATE_CHAIN, ERR_CERTIFICATE_VALIDITY, ERR_SCT, ERR_IDENTITY
 */
export function verifySigner(
  signer: Signer,
  root: TrustedRoot,
  times: readonly SigningTime[],
  check: SignatureCheck,
): void {
  if (signer.kind === 'key') return verifyKey(signer.policy, times);
  if (times.length === 0) throw failure('ERR_TIMESTAMP', 'nothing proves when the signature was made');
  verifyCertificate(signer, root, times, check);
}

// A key without a window is good at any time, and then no time is needed (client specification: only certificates expire).
function verifyKey({ validFor }: KeyPolicy, times: readonly SigningTime[]): void {
  if (validFor === undefined) return;
  if (times.length === 0)
    throw failure('ERR_TIMESTAMP', 'nothing proves when the signature was made, and the key has a window');
  for (const { time } of times)
    if (!isWithin(validFor, time))
      throw failure('ERR_IDENTITY', `the demanded key was not in use at ${time.toISOString()}`);
}

function verifyCertificate(
  { certificate, others }: CertificateSigner,
  root: TrustedRoot,
  times: readonly SigningTime[],
  check: SignatureCheck,
): void {
  const { certificateAuthorities, ctLogs } = root;
  if (certificateAuthorities.length === 0)
    throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no certificate authority');
  atStage('ERR_CERTIFICATE_CHAIN', 'the certificate is not trusted', () => {
    const chains = times.map(({ time }) => buildChain(certificate, certificateAuthorities, time, { check }));
    for (const chain of chains) assertCopies(others, chain);
    if (ctLogs.length === 0 && isTimestampOnly(root)) return;
    if (ctLogs.length === 0)
      throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no certificate transparency log');
    for (const [, issuer] of chains) if (issuer !== undefined) verifySct(certificate, issuer, ctLogs, check);
  });
}

// Some other reader might build its path with them: they may only repeat what the trusted root says.
function assertCopies(others: readonly Uint8Array[], [, ...issuers]: readonly Certificate[]): void {
  if (!others.every((copy) => issuers.some(({ der }) => equalBytes(der, copy))))
    throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a certificate along that is not of its authority');
}
