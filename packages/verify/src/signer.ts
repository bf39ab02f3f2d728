// SPDX-License-Identifier: Apache-2.0
import { equalBytes, sha256Hex } from '@colophon/base';
import type { SigstoreBundle } from '@colophon/attestation';
import { assertCodeSigningLeaf, parseCertificate, type Certificate } from '@colophon/pki';
import type { KeyPolicy, Policies } from './policy.ts';
import { rememberFingerprint } from './signer-description.ts';
import type { SigningKey } from './signing-key.ts';
import { atStage, failure } from './verification-error.ts';

/** Who may have made a signature: the owner of a certificate, or of a key that a policy names. */
export type Signer =
  | {
      readonly kind: 'certificate';
      readonly key: SigningKey;
      readonly certificate: Certificate;
      /** What stood behind the leaf (v0.1, v0.2), DER. It is never used to build a path. */
      readonly others: readonly Uint8Array[];
    }
  | { readonly kind: 'key'; readonly key: SigningKey; readonly policy: KeyPolicy };

/**
 * The signer of a bundle: its certificate, well-formed and for code signing by itself; or, where the bundle only hints at
 * a key, each key that the policies name and the hint allows.
 * @throws VerificationError ERR_EVIDENCE, ERR_CERTIFICATE, ERR_CERTIFICATE_CLAIM, ERR_CERTIFICATE_USAGE, ERR_CERTIFICATE_CHAIN
 */
export function readSigners(
  { keyMaterial, content }: SigstoreBundle,
  { anyOf }: Policies,
): readonly Signer[] {
  if (keyMaterial.kind === 'certificate') {
    const certificate = readSignerCertificate(keyMaterial.chain);
    const [, ...others] = keyMaterial.chain;
    return [{ kind: 'certificate', key: certificate, certificate, others }];
  }
  const { hint } = keyMaterial;
  // bundle.proto: where both name the key, they name the same one.
  if (content.kind === 'dsse' && content.keyid !== '' && content.keyid !== hint)
    throw failure('ERR_EVIDENCE', 'it hints at one key, and its envelope at another');
  const policies = anyOf.filter((policy) => policy.kind === 'key');
  if (policies.length === 0)
    throw failure('ERR_EVIDENCE', 'it was signed with a bare key, and none is demanded');
  const hinted = policies.filter((policy) => policy.hint === undefined || policy.hint === hint);
  if (hinted.length === 0)
    throw failure('ERR_IDENTITY', 'it hints at another key than is demanded', { found: hint });
  return hinted.map((policy) => ({ kind: 'key', key: keyOf(policy), policy }));
}

function keyOf({ publicKey }: KeyPolicy): SigningKey {
  return { publicKey, publicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }) };
}

/** How many leaves are kept parsed: the files of a release often share one. */
const KEPT_LEAVES = 128;
const leaves = new Map<string, Certificate>();

// Issuers come from the trusted root. Others, which a bundle of v0.1 or v0.2 may bring, are not used.
function readSignerCertificate([leaf, ...rest]: readonly [Uint8Array, ...Uint8Array[]]): Certificate {
  return atStage('ERR_CERTIFICATE', 'the certificate cannot be read', () => {
    const certificate = leafOf(leaf);
    for (const der of rest) assertIntermediate(parseCertificate(der));
    return certificate;
  });
}

function leafOf(der: Uint8Array): Certificate {
  const name = sha256Hex(der);
  const known = leaves.get(name);
  if (known !== undefined) return known;
  // A copy: what is kept must not change with the caller's buffer.
  const certificate = parseCertificate(der.slice());
  assertCodeSigningLeaf(certificate);
  rememberFingerprint(certificate, name);
  if (leaves.size >= KEPT_LEAVES) leaves.delete(leaves.keys().next().value ?? '');
  leaves.set(name, certificate);
  return certificate;
}

// None of them is used, but what stands there must be what the format allows: no root, and no second leaf.
function assertIntermediate({ issuer, subject, basicConstraints }: Certificate): void {
  if (equalBytes(issuer, subject))
    throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a root certificate along');
  if (!basicConstraints.isAuthority)
    throw failure('ERR_CERTIFICATE_CHAIN', 'it brings a second certificate that is no authority');
}
