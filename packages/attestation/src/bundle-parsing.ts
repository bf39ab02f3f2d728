// SPDX-License-Identifier: Apache-2.0
import {
  parseJson,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  readText,
  shapeMismatch,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import { reading } from './attestation-error.ts';
import {
  assertBundleRules,
  type BundleVersion,
  type CertificateMaterial,
  type EnvelopeContent,
  type HashAlgorithm,
  type MessageContent,
  type PublicKeyMaterial,
  type SigstoreBundle,
} from './bundle.ts';
import { readBytes } from './protobuf-json.ts';
import { readLogEntry, type TransparencyLogEntry } from './transparency-log-entry.ts';

/** Whole media types, compared as text: a pattern would let a version of tomorrow in under the rules of today. */
const VERSIONS: ReadonlyMap<string, BundleVersion> = new Map([
  ['application/vnd.dev.sigstore.bundle+json;version=0.1', '0.1'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.2', '0.2'],
  ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', '0.3'],
]);

const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = {
  SHA2_256: 32,
  SHA2_384: 48,
  SHA2_512: 64,
  SHA3_256: 32,
  SHA3_384: 48,
};

/** One of these, by version: v0.3 replaced the chain by the certificate. */
const SIGNER_FIELDS = ['certificate', 'x509CertificateChain', 'publicKey'] as const;

/** Far above what any signer writes; more would only be work for a verifier. */
const MAX_LOG_ENTRIES = 32;
const MAX_TIMESTAMPS = 32;
const MAX_CERTIFICATES = 16;

/**
 * Reads a Sigstore bundle, v0.1 to v0.3, in protobuf's JSON form (bundle.proto). Unknown fields and media types,
 * base64 and integers in any but their one canonical form, and fields that the version does not have are refused.
 * @throws AttestationError ERR_BUNDLE
 */
export function parseBundle(source: string | Uint8Array): SigstoreBundle {
  return reading('ERR_BUNDLE', 'Sigstore bundle', () => bundleFromJson(parseJson(source)));
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

// Both contents in one document would let one reader check the signature that another does not look at.
function readContent(root: JsonObject): MessageContent | EnvelopeContent {
  const message = readOptional(root.messageSignature, '$.messageSignature', readMessage);
  const envelope = readOptional(root.dsseEnvelope, '$.dsseEnvelope', readEnvelope);
  if (message !== undefined && envelope !== undefined) throw shapeMismatch('$', 'one content, not two');
  const content = message ?? envelope;
  if (content === undefined) throw shapeMismatch('$', 'a message signature or a DSSE envelope');
  return content;
}

function readMessage(value: JsonValue, at: string): MessageContent {
  const message = readObject(value, at, { required: ['signature'], optional: ['messageDigest'] });
  return {
    kind: 'message',
    digest: readOptional(message.messageDigest, `${at}.messageDigest`, readDigest),
    signature: readBytes(message.signature, `${at}.signature`),
  };
}

function readDigest(object: JsonValue, at: string): NonNullable<MessageContent['digest']> {
  const digest = readObject(object, at, { required: ['algorithm', 'digest'] });
  const algorithm = readString(digest.algorithm, `${at}.algorithm`);
  if (!isHashAlgorithm(algorithm)) throw shapeMismatch(`${at}.algorithm`, 'a known hash algorithm');
  const value = readBase64(digest.digest, `${at}.digest`);
  if (value.length !== DIGEST_BYTES[algorithm]) throw shapeMismatch(`${at}.digest`, `a ${algorithm} digest`);
  return { algorithm, value };
}

function isHashAlgorithm(name: string): name is HashAlgorithm {
  return Object.hasOwn(DIGEST_BYTES, name);
}

function readEnvelope(value: JsonValue, at: string): EnvelopeContent {
  const envelope = readObject(value, at, { required: ['payload', 'payloadType', 'signatures'] });
  const [signature, ...others] = readList(envelope.signatures, `${at}.signatures`, readSignature);
  if (signature === undefined || others.length > 0)
    throw shapeMismatch(`${at}.signatures`, 'exactly one signature');
  return {
    kind: 'dsse',
    payloadType: readText(envelope.payloadType, `${at}.payloadType`),
    payload: readBytes(envelope.payload, `${at}.payload`),
    ...signature,
  };
}

function readSignature(value: JsonValue, at: string): Pick<EnvelopeContent, 'signature' | 'keyid'> {
  const { sig, keyid } = readObject(value, at, { required: ['sig'], optional: ['keyid'] });
  return {
    signature: readBytes(sig, `${at}.sig`),
    keyid: readOptional(keyid, `${at}.keyid`, readString) ?? '',
  };
}
