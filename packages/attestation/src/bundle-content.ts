// SPDX-License-Identifier: Apache-2.0
import {
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
import type { EnvelopeContent, HashAlgorithm, MessageContent } from './bundle.ts';
import { readBytes } from './protobuf-json.ts';

const DIGEST_BYTES: Readonly<Record<HashAlgorithm, number>> = {
  SHA2_256: 32,
  SHA2_384: 48,
  SHA2_512: 64,
  SHA3_256: 32,
  SHA3_384: 48,
};

// Both contents in one document would let one reader check the signature that another does not look at.
export function readContent(root: JsonObject): MessageContent | EnvelopeContent {
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
