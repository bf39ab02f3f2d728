// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, type JsonObject } from '@colophon/base';
import { assertBundleRules, type BundleVersion, type SigstoreBundle } from './bundle.ts';
import { transparencyLogEntryToJson } from './transparency-log-entry.ts';

const MEDIA_TYPES: Readonly<Record<BundleVersion, string>> = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
};

/**
 * Writes a bundle, in its own version, as one line of protobuf JSON with a line feed at its end.
 * @throws AttestationError ERR_BUNDLE when the bundle breaks the rules of its version
 */
export function encodeBundle(bundle: SigstoreBundle): string {
  return `${JSON.stringify(bundleToJson(bundle))}\n`;
}

/** The JSON document of a bundle, in the bundle's own version. @throws AttestationError ERR_BUNDLE */
export function bundleToJson(bundle: SigstoreBundle): JsonObject {
  assertBundleRules(bundle);
  return {
    mediaType: MEDIA_TYPES[bundle.version],
    verificationMaterial: {
      ...keyMaterialToJson(bundle),
      tlogEntries: bundle.transparencyEntries.map(transparencyLogEntryToJson),
      ...timestampsToJson(bundle.timestamps),
    },
    ...contentToJson(bundle.content),
  };
}

function keyMaterialToJson({ version, keyMaterial }: SigstoreBundle): JsonObject {
  if (keyMaterial.kind === 'public-key') return { publicKey: { hint: keyMaterial.hint } };
  const [leaf] = keyMaterial.chain;
  if (version === '0.3') return { certificate: { rawBytes: encodeBase64(leaf) } };
  const certificates = keyMaterial.chain.map((der) => ({ rawBytes: encodeBase64(der) }));
  return { x509CertificateChain: { certificates } };
}

function timestampsToJson(timestamps: SigstoreBundle['timestamps']): JsonObject {
  if (timestamps.length === 0) return {};
  const rfc3161Timestamps = timestamps.map((der) => ({ signedTimestamp: encodeBase64(der) }));
  return { timestampVerificationData: { rfc3161Timestamps } };
}

function contentToJson(content: SigstoreBundle['content']): JsonObject {
  if (content.kind === 'dsse') {
    const { payload, payloadType, signature, keyid } = content;
    const sig = encodeBase64(signature);
    const signatures = [keyid === '' ? { sig } : { sig, keyid }];
    return { dsseEnvelope: { payload: encodeBase64(payload), payloadType, signatures } };
  }
  const signature = encodeBase64(content.signature);
  if (content.digest === undefined) return { messageSignature: { signature } };
  const { algorithm, value } = content.digest;
  return { messageSignature: { messageDigest: { algorithm, digest: encodeBase64(value) }, signature } };
}
