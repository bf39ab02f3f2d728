// SPDX-License-Identifier: Apache-2.0
import {
  decodeBase64,
  decodeHex,
  decodeUtf8,
  parseJson,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import { decodePem } from '@colophon/pki';

/** What a log wrote down, of what is compared with the bundle. Byte strings are decoded. */
export interface LogEntryBody {
  readonly signature: Uint8Array;
  /** What the digest is of: the bytes that were signed (hashedrekord), or the payload of the envelope. */
  readonly digestOf: 'signed' | 'payload';
  readonly digest: { readonly algorithm: 'sha256' | 'sha384' | 'sha512'; readonly value: Uint8Array };
  readonly verifier: { readonly kind: 'certificate' | 'key'; readonly der: Uint8Array };
  /** The payload itself, where the log keeps it. */
  readonly payload?: Uint8Array;
  /** The type of the payload and the hint at the key, where the log keeps them. */
  readonly payloadType?: string;
  readonly keyid?: string;
}

type SpecReader = (spec: JsonValue | undefined, at: string) => LogEntryBody;

/** The kinds that are judged. dsse/0.0.2, of an alpha of Rekor v2, was withdrawn: no log issues it. */
const READERS: Readonly<Record<string, SpecReader>> = {
  'hashedrekord/0.0.1': readHashedRekordV1,
  'hashedrekord/0.0.2': readHashedRekordV2,
  'dsse/0.0.1': readDsse,
  'intoto/0.0.2': readInToto,
};

export function isSupportedKind(kind: string, version: string): boolean {
  return Object.hasOwn(READERS, `${kind}/${version}`);
}

/**
 * Parses the canonical body of a log entry, which must be of the kind that the entry names. Every field that is
 * not known is refused, and every key that stands twice: other readers might go by the other one.
 * @throws EncodingError, PkiError
 */
export function parseLogEntryBody(body: Uint8Array, kind: string, version: string): LogEntryBody {
  const document = readObject(parseJson(body), '$', { required: ['apiVersion', 'kind', 'spec'] });
  if (document.kind !== kind || document.apiVersion !== version)
    throw shapeMismatch('$', `a body of kind ${kind}/${version}`);
  const reader = READERS[`${kind}/${version}`];
  if (reader === undefined) throw shapeMismatch('$.kind', 'a supported kind');
  return reader(document.spec, '$.spec');
}

function readHashedRekordV1(value: JsonValue | undefined, at: string): LogEntryBody {
  const spec = readObject(value, at, { required: ['data', 'signature'] });
  const data = readObject(spec.data, `${at}.data`, { required: ['hash'] });
  const place = `${at}.signature`;
  const signature = readObject(spec.signature, place, { required: ['content', 'publicKey'] });
  const key = readObject(signature.publicKey, `${place}.publicKey`, { required: ['content'] });
  return {
    signature: readBase64(signature.content, `${place}.content`),
    digestOf: 'signed',
    digest: readHexDigest(data.hash, `${at}.data.hash`),
    verifier: readPemVerifier(key.content, `${place}.publicKey.content`),
  };
}

function readHashedRekordV2(value: JsonValue | undefined, at: string): LogEntryBody {
  const place = `${at}.hashedRekordV002`;
  const record = readObject(value, at, { required: ['hashedRekordV002'] }).hashedRekordV002;
  const spec = readObject(record, place, { required: ['data', 'signature'] });
  const signature = readObject(spec.signature, `${place}.signature`, { required: ['content', 'verifier'] });
  return {
    signature: readBase64(signature.content, `${place}.signature.content`),
    digestOf: 'signed',
    digest: readNamedDigest(spec.data, `${place}.data`),
    verifier: readVerifier(signature.verifier, `${place}.signature.verifier`),
  };
}

function readDsse(value: JsonValue | undefined, at: string): LogEntryBody {
  const spec = readObject(value, at, { required: ['envelopeHash', 'payloadHash', 'signatures'] });
  readHexDigest(spec.envelopeHash, `${at}.envelopeHash`);
  const [signature, ...others] = readList(spec.signatures, `${at}.signatures`, readDsseSignature);
  if (signature === undefined || others.length > 0) throw shapeMismatch(`${at}.signatures`, 'one signature');
  return {
    ...signature,
    digestOf: 'payload',
    digest: readHexDigest(spec.payloadHash, `${at}.payloadHash`),
  };
}

function readDsseSignature(value: JsonValue, at: string): Pick<LogEntryBody, 'signature' | 'verifier'> {
  const { signature, verifier } = readObject(value, at, { required: ['signature', 'verifier'] });
  return {
    signature: readBase64(signature, `${at}.signature`),
    verifier: readPemVerifier(verifier, `${at}.verifier`),
  };
}

function readInToto(value: JsonValue | undefined, at: string): LogEntryBody {
  const place = `${at}.content`;
  const { content } = readObject(value, at, { required: ['content'] });
  const spec = readObject(content, place, { required: ['envelope', 'payloadHash'], optional: ['hash'] });
  const envelope = readObject(spec.envelope, `${place}.envelope`, {
    required: ['payloadType', 'signatures'],
    optional: ['payload'],
  });
  readOptional(spec.hash, `${place}.hash`, readHexDigest);
  const signatures = readList(envelope.signatures, `${place}.envelope.signatures`, readInTotoSignature);
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0)
    throw shapeMismatch(`${place}.envelope.signatures`, 'one signature');
  const payload = readOptional(envelope.payload, `${place}.envelope.payload`, readTwiceEncoded);
  return {
    ...signature,
    ...(payload === undefined ? {} : { payload }),
    payloadType: readString(envelope.payloadType, `${place}.envelope.payloadType`),
    digestOf: 'payload',
    digest: readHexDigest(spec.payloadHash, `${place}.payloadHash`),
  };
}

function readInTotoSignature(
  value: JsonValue,
  at: string,
): Pick<LogEntryBody, 'signature' | 'verifier' | 'keyid'> {
  const entry = readObject(value, at, { required: ['publicKey', 'sig'], optional: ['keyid'] });
  return {
    keyid: readOptional(entry.keyid, `${at}.keyid`, readString) ?? '',
    signature: readTwiceEncoded(entry.sig as JsonValue, `${at}.sig`),
    verifier: readPemVerifier(entry.publicKey, `${at}.publicKey`),
  };
}

// This kind keeps the envelope's base64 text and encodes that once more.
function readTwiceEncoded(value: JsonValue, at: string): Uint8Array {
  return decodeBase64(decodeUtf8(readBase64(value, at)));
}

const HEX_ALGORITHMS = { sha256: 32, sha384: 48, sha512: 64 } as const;
const NAMED_ALGORITHMS = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const;

function readHexDigest(value: JsonValue | undefined, at: string): LogEntryBody['digest'] {
  const { algorithm, value: text } = readObject(value, at, { required: ['algorithm', 'value'] });
  const name = readString(algorithm, `${at}.algorithm`);
  if (!isKeyOf(HEX_ALGORITHMS, name)) throw shapeMismatch(`${at}.algorithm`, 'a SHA-2 algorithm');
  return checkedDigest(name, decodeHex(readString(text, `${at}.value`)), at);
}

function readNamedDigest(value: JsonValue | undefined, at: string): LogEntryBody['digest'] {
  const { algorithm, digest } = readObject(value, at, { required: ['algorithm', 'digest'] });
  const name = readString(algorithm, `${at}.algorithm`);
  if (!isKeyOf(NAMED_ALGORITHMS, name)) throw shapeMismatch(`${at}.algorithm`, 'a SHA-2 algorithm');
  return checkedDigest(NAMED_ALGORITHMS[name], readBase64(digest, `${at}.digest`), at);
}

function checkedDigest(algorithm: keyof typeof HEX_ALGORITHMS, value: Uint8Array, at: string) {
  if (value.length !== HEX_ALGORITHMS[algorithm]) throw shapeMismatch(at, `a ${algorithm} digest`);
  return { algorithm, value };
}

function isKeyOf<T extends object>(table: T, key: string): key is keyof T & string {
  return Object.hasOwn(table, key);
}

function readPemVerifier(value: JsonValue | undefined, at: string): LogEntryBody['verifier'] {
  const text = decodeUtf8(readBase64(value, at));
  const label = text.startsWith('-----BEGIN PUBLIC KEY-----') ? 'PUBLIC KEY' : 'CERTIFICATE';
  const [der, ...others] = decodePem(text, label);
  if (der === undefined || others.length > 0) throw shapeMismatch(at, 'one certificate or public key');
  return { kind: label === 'CERTIFICATE' ? 'certificate' : 'key', der };
}

function readVerifier(value: JsonValue | undefined, at: string): LogEntryBody['verifier'] {
  const verifier = readObject(value, at, {
    required: ['keyDetails'],
    optional: ['x509Certificate', 'publicKey'],
  });
  readString(verifier.keyDetails, `${at}.keyDetails`);
  const certificate = readOptional(verifier.x509Certificate, `${at}.x509Certificate`, readRawBytes);
  const key = readOptional(verifier.publicKey, `${at}.publicKey`, readRawBytes);
  if (certificate !== undefined && key === undefined) return { kind: 'certificate', der: certificate };
  if (key !== undefined && certificate === undefined) return { kind: 'key', der: key };
  throw shapeMismatch(at, 'one certificate or public key');
}

function readRawBytes(value: JsonValue, at: string): Uint8Array {
  return readBase64(readObject(value, at, { required: ['rawBytes'] }).rawBytes, `${at}.rawBytes`);
}
