// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { isAppError, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { decodePem, importPublicKey } from '@colophon/pki';
import { haveVectors, hasVector, listVectors, readVector, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policy } from '../src/index.ts';
import { productionRoot, rootAt } from './evidence-vectors.ts';

const FOLDER = 'conformance/bundle-verify';
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

/** The code that each case is refused with, by path and by digest: it names the defect that the case is about. */
const REFUSALS: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail': 'ERR_BUNDLE',
  'bundle-from-wrong-instance_fail': 'ERR_CERTIFICATE_CHAIN',
  'bundle-invalid-base64-signature_fail': 'ERR_BUNDLE',
  'bundle-malformed-json_fail': 'ERR_JSON',
  'bundle-negative-log-index_fail': 'ERR_BUNDLE',
  'bundle-unknown-version_fail': 'ERR_BUNDLE',
  'bundle-with-root-cert_fail': 'ERR_CERTIFICATE_CHAIN',
  'checkpoint-bad-keyhint_fail': 'ERR_LOG_CHECKPOINT',
  'checkpoint-wrong-roothash_fail': 'ERR_LOG_INCLUSION',
  'dsse-invalid-sig_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'dsse-mismatch-envelope_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'dsse-mismatch-sig_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'inclusion-proof-corrupted-hash_fail': 'ERR_LOG_INCLUSION',
  'incorrect-public-key_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'integrated-time-in-future_fail': 'ERR_CERTIFICATE_VALIDITY',
  'intoto-expired-certificate_fail': 'ERR_CERTIFICATE_VALIDITY',
  // The signature in this entry is not in the form that its kind has.
  'intoto-log-entry-mismatch_fail': 'ERR_LOG_ENTRY',
  'intoto-missing-inclusion-proof_fail': 'ERR_BUNDLE',
  'intoto-set-outside-signing-cert-validity_fail': 'ERR_CERTIFICATE_VALIDITY',
  'intoto-tsa-timestamp-outside-cert-validity_fail': 'ERR_CERTIFICATE_VALIDITY',
  'invalid-checkpoint-signature_fail': 'ERR_LOG_CHECKPOINT',
  'invalid-ct-key_fail': 'ERR_SCT',
  'invalid-inclusion-proof_fail': 'ERR_BUNDLE',
  'managed-key-no-key_fail': 'ERR_EVIDENCE',
  // The key that is given is a text that is no PEM: that is its defect.
  'managed-key-wrong-key_fail': 'ERR_PEM',
  'message-digest-mismatch_fail': 'ERR_SUBJECT_DIGEST',
  'rekor2-checkpoint-missing-log-signature_fail': 'ERR_LOG_CHECKPOINT',
  'rekor2-checkpoint-missing-origin_fail': 'ERR_LOG_CHECKPOINT',
  'rekor2-checkpoint-missing-root-hash_fail': 'ERR_LOG_CHECKPOINT',
  'rekor2-checkpoint-missing-size_fail': 'ERR_LOG_CHECKPOINT',
  'rekor2-checkpoint-no-matching-signature_fail': 'ERR_LOG_CHECKPOINT',
  'rekor2-dsse-invalid-sig_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'rekor2-dsse-mismatch-envelope_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'rekor2-dsse-mismatch-sig_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'rekor2-no-inclusion-proof_fail': 'ERR_BUNDLE',
  'rekor2-no-timestamp_fail': 'ERR_TIMESTAMP',
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': 'ERR_TIMESTAMP',
  'rekor2-timestamp-outside-tsa-cert-validity_fail': 'ERR_TIMESTAMP',
  'rekor2-timestamp-payload-mismatch_fail': 'ERR_TIMESTAMP',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': 'ERR_TIMESTAMP',
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': 'ERR_TIMESTAMP',
  // The timestamp in this case is broken into lines, which is not how base64 stands in protobuf's JSON.
  'rekor2-timestamp-with-incorrect-time_fail': 'ERR_BUNDLE',
  'set-invalid-signature_fail': 'ERR_LOG_PROMISE',
  'signature-mismatch_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'trust-root-tlog-missing-validity-start_fail': 'ERR_TRUSTED_ROOT',
  'wrong-hashedrekord-artifact_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'wrong-hashedrekord-cert-and-sig_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'wrong-hashedrekord-entry_fail': 'ERR_LOG_ENTRY_MISMATCH',
  'wrong-material_fail': 'ERR_SUBJECT_DIGEST',
};

const MODES = ['path', 'digest'] as const;
type Mode = (typeof MODES)[number];

const textAt = (path: string) => (hasVector(path) ? readVectorText(path) : undefined);

function policyOf(at: string): Policy {
  const pem = textAt(`${at}/key.pub`);
  if (pem !== undefined) return { kind: 'key', publicKey: keyFromPem(pem) };
  const identity = textAt(`${at}/identity`)?.trim() ?? IDENTITY;
  return { kind: 'identity', identity, issuer: textAt(`${at}/issuer`)?.trim() ?? ISSUER };
}

function keyFromPem(pem: string): KeyObject {
  const [der = new Uint8Array()] = decodePem(pem, 'PUBLIC KEY');
  return importPublicKey(der);
}

function outcomeOf(name: string, mode: Mode): string {
  const at = `${FOLDER}/${name}`;
  const bytes = readVector(hasVector(`${at}/artifact`) ? `${at}/artifact` : 'conformance/a.txt');
  const artifact = { sha256: sha256(bytes), ...(mode === 'path' ? { bytes } : {}) };
  try {
    const root = hasVector(`${at}/trusted_root.json`) ? rootAt(`${at}/trusted_root.json`) : productionRoot();
    const bundle = parseBundle(readVector(`${at}/bundle.sigstore.json`));
    verifyEvidence({ kind: 'bundle', name, bundle }, artifact, [root], {
      anyOf: [policyOf(at)],
    });
    return 'verified';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

describe.runIf(haveVectors)("Sigstore's conformance suite", () => {
  const cases = listVectors(FOLDER).filter((name) => hasVector(`${FOLDER}/${name}/bundle.sigstore.json`));

  it('has its 70 cases', () => {
    expect(cases).toHaveLength(70);
    const failing = cases.filter((name) => name.endsWith('_fail'));
    expect(Object.keys(REFUSALS).toSorted()).toEqual(failing);
  });

  it.each(MODES.flatMap((mode) => cases.map((name) => [name, mode] as const)))('%s by %s', (name, mode) => {
    expect(outcomeOf(name, mode)).toBe(REFUSALS[name] ?? 'verified');
  });
});
