// SPDX-License-Identifier: Apache-2.0
import {
  readList,
  readObject,
  readOptional,
  readString,
  shapeMismatch,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import { readingDocument, type DocumentFormat } from './attestation-error.ts';
import {
  assertBundleRules,
  type BundleVersion,
  type CertificateMaterial,
  type PublicKeyMaterial,
  type SigstoreBundle,
} from './bundle.ts';
import { readContent } from './bundle-content.ts';
import { readBytes } from './protobuf-json.ts';
import { readLogEntry, type TransparencyLogEntry } from './transparency-log-entry.ts';

/** Whole media types, compared as text: a pattern would let a version of tomorrow in under the rules of today. */
const VERSIONS: ReadonlyMap<string, BundleVersion> = new Map([
  ['application/vnd.dev.sigstore.bundle+json;version=0.1', '0.1'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', '0.2'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', '0.3'],
]);

/** One of these, by version: v0.3 replaced the chain by the certificate. */
const SIGNER_FIELDS = ['certificate', 'x509CertificateChain', 'publicKey'] as const;

/** Far above what any signer writes; more would only be work for a verifier. */
const MAX_LOG_ENTRIES = 32;
const MAX_TIMESTAMPS = 32;
const MAX_CERTIFICATES = 16;

const FORMAT: DocumentFormat = {
  code: 'ERR_BUNDLE',
  name: 'Sigstore bundle',
  looksLike: ({ mediaType, verificationMaterial }) =>
    verificationMaterial !== undefined ||
    (typeof mediaType === 'string' && mediaType.startsWith('application/vnd.dev.sigstore.bundle')),
};

/**
 * Reads a Sigstore bundle, v0.1 to v0.3, in protobuf's JSON form (bundle.proto). Unknown fields and media types,
 * base64 and integers in any but their one canonical form, and fields that the version does not have are refused.
 * @throws AttestationError ERR_BUNDLE, ERR_JSON, ERR_JSON_KIND
 */
export function parseBundle(source: string | Uint8Array): SigstoreBundle {
  return readingDocument(source, FORMAT, bundleFromJson);
}

function bundleFromJson(value: JsonValue): SigstoreBundle {
  const root = readObject(value, '$', {
    required: ['mediaType', 'verificationMaterial'],
    optional: ['messageSignature', 'dsseEnvelope'],
  });
  const version = VERSIONS.get(readString(root.mediaType, '$.mediaType'));
  if (version === undefined)
    throw shapeMismatch('$.mediaType', 'the media type of a bundle v0.1, v0.2 or v0.3');
  const at = '$.verificationMaterial';
  const material = readObject(root.verificationMaterial, at, {
    optional: [...SIGNER_FIELDS, 'tlogEntries', 'timestampVerificationData'],
  });
  const bundle = {
    version,
    keyMaterial: readKeyMaterial(material, version, at),
    transparencyEntries: readOptional(material.tlogEntries, `${at}.tlogEntries`, readEntries) ?? [],
    timestamps:
      readOptional(material.timestampVerificationData, `${at}.timestampVerificationData`, readTimestamps) ??
      [],
    content: readContent(root),
  };
  assertBundleRules(bundle);
  return bundle;
}

function readKeyMaterial(
  material: JsonObject,
  version: BundleVersion,
  at: string,
): CertificateMaterial | PublicKeyMaterial {
  const candidates = [
    readOptional(material.certificate, `${at}.certificate`, readLeaf),
    readOptional(material.x509CertificateChain, `${at}.x509CertificateChain`, readChain),
    readOptional(material.publicKey, `${at}.publicKey`, readPublicKey),
  ];
  const [found, ...others] = candidates.filter((candidate) => candidate !== undefined);
  if (found === undefined || others.length > 0) throw shapeMismatch(at, 'one certificate or public key');
  const foreign = version === '0.3' ? 'x509CertificateChain' : 'certificate';
  if ((material[foreign] ?? null) !== null) throw shapeMismatch(at, `no ${foreign} in v${version}`);
  return found;
}

function readLeaf(value: JsonValue, at: string): CertificateMaterial {
  return { kind: 'certificate', chain: [readRawBytes(value, at)] };
}

function readChain(value: JsonValue, at: string): CertificateMaterial {
  const { certificates } = readObject(value, at, { required: ['certificates'] });
  const [leaf, ...rest] = readList(certificates, `${at}.certificates`, readRawBytes, MAX_CERTIFICATES);
  if (leaf === undefined) throw shapeMismatch(`${at}.certificates`, 'at least one certificate');
  return { kind: 'certificate', chain: [leaf, ...rest] };
}

function readRawBytes(value: JsonValue, at: string): Uint8Array {
  return readBytes(readObject(value, at, { required: ['rawBytes'] }).rawBytes, `${at}.rawBytes`);
}

function readPublicKey(value: JsonValue, at: string): PublicKeyMaterial {
  const { hint } = readObject(value, at, { optional: ['hint'] });
  return { kind: 'public-key', hint: readOptional(hint, `${at}.hint`, readString) ?? '' };
}

function readEntries(value: JsonValue, at: string): TransparencyLogEntry[] {
  return readList(value, at, readLogEntry, MAX_LOG_ENTRIES);
}

function readTimestamps(value: JsonValue, at: string): Uint8Array[] {
  const { rfc3161Timestamps } = readObject(value, at, { optional: ['rfc3161Timestamps'] });
  return readOptional(rfc3161Timestamps, `${at}.rfc3161Timestamps`, readTimestampList) ?? [];
}

function readTimestampList(value: JsonValue, at: string): Uint8Array[] {
  return readList(value, at, readTimestamp, MAX_TIMESTAMPS);
}

function readTimestamp(value: JsonValue, at: string): Uint8Array {
  const { signedTimestamp } = readObject(value, at, { required: ['signedTimestamp'] });
  return readBytes(signedTimestamp, `${at}.signedTimestamp`);
}
