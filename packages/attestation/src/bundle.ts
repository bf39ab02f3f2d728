// SPDX-License-Identifier: Apache-2.0
import { AttestationError } from './attestation-error.ts';
import { isProven, type TransparencyLogEntry } from './transparency-log-entry.ts';

export type BundleVersion = '0.1' | '0.2' | '0.3';

/** A signer known by certificate. `chain[0]` is the leaf, in DER; whatever follows it (v0.1, v0.2) is no anchor of trust. */
export interface CertificateMaterial {
  readonly kind: 'certificate';
  readonly chain: readonly [leaf: Uint8Array, ...rest: Uint8Array[]];
}

/** A signer known by a key that both sides have; the hint names it. */
export interface PublicKeyMaterial {
  readonly kind: 'public-key';
  readonly hint: string;
}

export type HashAlgorithm = 'SHA2_256' | 'SHA2_384' | 'SHA2_512' | 'SHA3_256' | 'SHA3_384';

/** A signature over an artifact. The digest is a hint of the signer, never what the signature is checked against. */
export interface MessageContent {
  readonly kind: 'message';
  readonly digest?: { readonly algorithm: HashAlgorithm; readonly value: Uint8Array } | undefined;
  readonly signature: Uint8Array;
}

/** A DSSE envelope with its one signature. `keyid` is '' where the document names none. */
export interface EnvelopeContent {
  readonly kind: 'dsse';
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyid: string;
}

/** A Sigstore bundle (sigstore.bundle.v1.Bundle, v0.1 to v0.3). Nothing in it has been verified. */
export interface SigstoreBundle {
  readonly version: BundleVersion;
  readonly keyMaterial: CertificateMaterial | PublicKeyMaterial;
  readonly transparencyEntries: readonly TransparencyLogEntry[];
  /** RFC 3161 responses, each the DER of a TimeStampResp. */
  readonly timestamps: readonly Uint8Array[];
  readonly content: MessageContent | EnvelopeContent;
}

/**
 * Holds a bundle to the rules of its version: v0.1 promises inclusion, later ones prove it by a checkpoint, and
 * v0.3 carries the leaf alone. A proof without a checkpoint is legal in v0.1; whether it counts is the verifier's word.
 * @throws AttestationError ERR_BUNDLE
 */
export function assertBundleRules(bundle: SigstoreBundle): void {
  const { version, keyMaterial, transparencyEntries } = bundle;
  if (version === '0.3' && keyMaterial.kind === 'certificate' && keyMaterial.chain.length > 1)
    throw new AttestationError(
      'ERR_BUNDLE',
      'not a valid v0.3 bundle: it holds more than the leaf certificate',
    );
  for (const [index, entry] of transparencyEntries.entries()) {
    const missing = version === '0.1' ? entry.inclusionPromise === undefined : !isProven(entry);
    if (!missing) continue;
    const what = version === '0.1' ? 'inclusion promise' : 'inclusion proof with a checkpoint';
    throw new AttestationError(
      'ERR_BUNDLE',
      `not a valid v${version} bundle: log entry ${index} has no ${what}`,
    );
  }
}
