// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import {
  decodeHex,
  EncodingError,
  encodeHex,
  type JsonObject,
  type JsonValue,
  parseJson,
  readBase64,
  readList,
  readObject,
  readOptional,
  readString,
  sha256,
  shapeMismatch,
} from '@colophon/base';
import { RekorError } from './rekor-error.ts';

/** An entry as a Rekor v1 log gives it. Nothing is verified but that the name fits the body. */
export interface LoggedEntry {
  /** The leaf's hash, 64 hexadecimal digits; with 16 more in front that name the tree, in logs of several trees. */
  readonly uuid: string;
  readonly entry: ProvenLogEntry;
}

const UUID = /^(?:[0-9a-f]{16})?[0-9a-f]{64}$/;
const LEAF_PREFIX = Uint8Array.of(0);
/** One proposal is in few trees; more would only be work. */
const MAX_FOUND = 64;

/**
 * Reads the answer of a Rekor v1 log to a new entry or to a request for one (openapi.yaml, LogEntry): exactly one entry,
 * with inclusion proof, checkpoint and signed entry timestamp.
 * @param from who answered, for the message.
 * @throws RekorError ERR_REKOR_ANSWER
 */
export function processLogEntryAnswer(body: Uint8Array | string, from = 'the transparency log'): LoggedEntry {
  try {
    return readAnswer(parseJson(body));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new RekorError('ERR_REKOR_ANSWER', `${from} answered no log entry: ${cause.message}`, {
      cause,
    });
  }
}

/**
 * Reads the answer of a Rekor v1 log to a search (openapi.yaml, searchLogQuery): a list of such objects, maybe empty.
 * @param from who answered, for the message.
 * @throws RekorError ERR_REKOR_ANSWER
 */
export function processLogEntryList(body: Uint8Array | string, from = 'the transparency log'): LoggedEntry[] {
  try {
    return readList(parseJson(body), '$', readAnswer, MAX_FOUND);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new RekorError('ERR_REKOR_ANSWER', `${from} answered no list of log entries: ${cause.message}`, {
      cause,
    });
  }
}

function readAnswer(value: JsonValue, at = '$'): LoggedEntry {
  const [named, ...others] = Object.entries(readObject(value, at, { open: true }));
  if (named === undefined || others.length > 0) throw shapeMismatch(at, 'exactly one entry');
  const [uuid, content] = named;
  if (!UUID.test(uuid)) throw shapeMismatch(at, 'an entry named by its hash');
  const entry = readEntry(content, `${at}.entry`);
  // RFC 9162 §2.1.1: the hash of a leaf. What the name and the body say must be one thing.
  if (!uuid.endsWith(encodeHex(sha256(LEAF_PREFIX, entry.canonicalizedBody))))
    throw shapeMismatch(`${at}.entry.body`, 'the entry that its name is the hash of');
  return { uuid, entry };
}

function readEntry(value: JsonValue, at: string): ProvenLogEntry {
  const fields = readObject(value, at, {
    required: ['body', 'integratedTime', 'logID', 'logIndex', 'verification'],
    optional: ['attestation'],
  });
  const verification = readObject(fields['verification'], `${at}.verification`, {
    required: ['inclusionProof', 'signedEntryTimestamp'],
  });
  const body = readBase64(fields['body'], `${at}.body`);
  return {
    logIndex: readInteger(fields['logIndex'], `${at}.logIndex`),
    logId: readHash(fields['logID'], `${at}.logID`),
    kindVersion: readKindVersion(parseJson(body), `${at}.body`),
    integratedTime: readInteger(fields['integratedTime'], `${at}.integratedTime`),
    inclusionPromise: readBase64(verification['signedEntryTimestamp'], `${at}.signedEntryTimestamp`),
    inclusionProof: readProof(verification['inclusionProof'], `${at}.inclusionProof`),
    canonicalizedBody: body,
  };
}

function readKindVersion(body: JsonValue, at: string): ProvenLogEntry['kindVersion'] {
  const { kind, apiVersion } = readObject(body, at, { required: ['kind', 'apiVersion', 'spec'] });
  return { kind: readString(kind, `${at}.kind`), version: readString(apiVersion, `${at}.apiVersion`) };
}

function readProof(value: JsonValue | undefined, at: string): ProvenLogEntry['inclusionProof'] {
  const proof: JsonObject = readObject(value, at, {
    required: ['checkpoint', 'logIndex', 'rootHash', 'treeSize'],
    optional: ['hashes'],
  });
  return {
    logIndex: readInteger(proof['logIndex'], `${at}.logIndex`),
    rootHash: readHash(proof['rootHash'], `${at}.rootHash`),
    treeSize: readInteger(proof['treeSize'], `${at}.treeSize`),
    hashes: readOptional(proof['hashes'], `${at}.hashes`, readHashes) ?? [],
    checkpoint: readString(proof['checkpoint'], `${at}.checkpoint`),
  };
}

function readHashes(value: JsonValue, at: string): Uint8Array[] {
  return readList(value, at, readHash, 64);
}

function readHash(value: JsonValue | undefined, at: string): Uint8Array {
  const text = readString(value, at);
  if (!/^[0-9a-f]{64}$/.test(text)) throw shapeMismatch(at, 'a SHA-256 hash in hexadecimal');
  return decodeHex(text);
}

// The v1 API writes its 64-bit numbers as JSON numbers: one above 2^53 would already have lost digits.
function readInteger(value: JsonValue | undefined, at: string): bigint {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw shapeMismatch(at, 'a whole number of at most 2^53');
  return BigInt(value);
}
