// SPDX-License-Identifier: Apache-2.0
import { isAppError, sha256 } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Policies } from '../src/index.ts';
import { haveVectors, hasVector, listVectors, productionRoot, readVector, rootAt } from './vectors.ts';

const FOLDER = 'conformance/bundle-verify';
const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

/** The codes that each case may be refused with, where its name alone does not say `verified`. */
const REFUSALS: Readonly<Record<string, string>> = {
  'bundle-empty-certificate-chain_fail': 'ERR_BUNDLE',
  'bundle-from-wrong-instance_fail': 'ERR_CERTIFICATE_CHAIN',
  'bundle-invalid-base64-signature_fail': 'ERR_BUNDLE',
  'bundle-malformed-json_fail': 'ERR_BUNDLE',
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
  'managed-key-wrong-key_fail': 'ERR_EVIDENCE',
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
  // Bare keys have no policy yet, so a bundle by one is refused whatever it is.
  'managed-key-happy-path': 'ERR_EVIDENCE',
  'managed-key-and-trusted-root': 'ERR_EVIDENCE',
};

function outcomeOf(name: string): string {
  const at = `${FOLDER}/${name}`;
  const textOr = (file: string, fallback: string) =>
    hasVector(`${at}/${file}`)
      ? Buffer.from(readVector(`${at}/${file}`))
          .toString()
          .trim()
      : fallback;
  const bytes = readVector(hasVector(`${at}/artifact`) ? `${at}/artifact` : 'conformance/a.txt');
  const identity = textOr('identity', IDENTITY);
  const policies: Policies = { anyOf: [{ kind: 'identity', identity, issuer: textOr('issuer', ISSUER) }] };
  try {
    const root = hasVector(`${at}/trusted_root.json`) ? rootAt(`${at}/trusted_root.json`) : productionRoot();
    const bundle = parseBundle(readVector(`${at}/bundle.sigstore.json`));
    verifyEvidence({ kind: 'bundle', name, bundle }, { sha256: sha256(bytes), bytes }, [root], policies);
    return 'verified';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}

describe.runIf(haveVectors)("Sigstore's conformance suite, by path", () => {
  const cases = listVectors(FOLDER).filter((name) => hasVector(`${FOLDER}/${name}/bundle.sigstore.json`));

  it('has its 70 cases', () => {
    expect(cases).toHaveLength(70);
    expect(Object.keys(REFUSALS).filter((name) => !cases.includes(name))).toEqual([]);
  });

  it.each(cases)('%s', (name) => {
    expect(outcomeOf(name)).toBe(REFUSALS[name] ?? 'verified');
  });
});
