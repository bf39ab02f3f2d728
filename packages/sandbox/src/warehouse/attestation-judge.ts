// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, equalBytes } from '@colophon/base';
import type { UploadedAttestation } from './attestation-shape.ts';
import { refused, unusable } from './attestation-verdict.ts';
import type { BundleVerifier, SerializedBundle } from './bundle-verifier.ts';
import { assertSigningProfile, subjectNames } from './certificate-profile.ts';
import { type LeafCertificate, parseLeafCertificate } from './leaf-certificate.ts';
import { assertLoggedAttestation, assertLogEntryUsable, type LogEntry, parseLogEntry } from './log-entry.ts';
import { type AttestedFile, judgeStatement } from './publish-statement.ts';
import type { PublisherIdentity } from './publisher.ts';
import { assertPublisher } from './publisher-policy.ts';
import { WarehouseError } from './warehouse-error.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export interface JudgeSetting {
  readonly verifier: BundleVerifier;
  readonly publisher: PublisherIdentity;
  readonly file: AttestedFile;
}

/**
 * Judges one attestation as pypi-attestations does (pypi.md §2), or more strictly: stock sigstore verifies what it verifies, and
 * the rules beside it close what it leaves open. The answer is the statement's predicate type.
 * @throws WarehouseError ERR_WAREHOUSE_ATTESTATION_UNUSABLE, ERR_WAREHOUSE_ATTESTATION_REFUSED
 */
export function judgeAttestation(attestation: UploadedAttestation, setting: JudgeSetting): string {
  try {
    return judge(attestation, setting);
  } catch (error) {
    if (error instanceof WarehouseError && error.code !== 'ERR_WAREHOUSE_DER') throw error;
    throw unusable(error instanceof Error ? error.message : 'unreadable', error);
  }
}

function judge(attestation: UploadedAttestation, { verifier, publisher, file }: JudgeSetting): string {
  const leaf = readLeaf(attestation.certificate);
  const entry = parseLogEntry(attestation.transparencyEntry);
  assertLogEntryUsable(entry);
  verifyWithSigstore(attestation, leaf, verifier);
  assertSigningProfile(leaf);
  assertPublisher(leaf, publisher);
  assertValidWhenLogged(leaf, entry);
  assertLoggedAttestation(entry, attestation, leaf);
  return judgeStatement(attestation.statement, file);
}

function readLeaf(der: Uint8Array): LeafCertificate {
  try {
    return parseLeafCertificate(der);
  } catch (cause) {
    throw unusable('invalid X.509 certificate', cause);
  }
}

function verifyWithSigstore(
  attestation: UploadedAttestation,
  leaf: LeafCertificate,
  verifier: BundleVerifier,
): void {
  let signer: ReturnType<BundleVerifier['verify']>;
  try {
    signer = verifier.verify(bundleOf(attestation));
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : 'signature material does not verify', cause);
  }
  const names = subjectNames(leaf).map(({ value }) => value);
  const key = new Uint8Array(signer.key.export({ type: 'spki', format: 'der' }));
  // Two readers took the certificate apart; they must have seen the same signer.
  const sameName = names.length === 1 && names[0] === signer.identity?.subjectAlternativeName;
  if (!sameName || !equalBytes(key, leaf.subjectPublicKeyInfo))
    throw refused('the certificate has no one signer');
}

function bundleOf({
  certificate,
  transparencyEntry,
  statement,
  signature,
}: UploadedAttestation): SerializedBundle {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: encodeBase64(certificate) },
      tlogEntries: [transparencyEntry],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: {
      payload: encodeBase64(statement),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig: encodeBase64(signature), keyid: '' }],
    },
  } as unknown as SerializedBundle;
}

function assertValidWhenLogged({ certificate }: LeafCertificate, { integratedTime = 0n }: LogEntry): void {
  const time = Number(integratedTime) * 1000;
  if (time < Date.parse(certificate.validFrom) || time > Date.parse(certificate.validTo))
    throw refused('invalid signing cert: expired at time of signing');
}
