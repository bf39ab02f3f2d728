// SPDX-License-Identifier: Apache-2.0
import {
  encodeBase64,
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
import { readBytes, readCount, readSha256 } from './protobuf-json.ts';

/** A Merkle inclusion proof (RFC 9162 §2.1.3). `checkpoint` is the log's signed note, as text. */
export interface InclusionProof {
  readonly logIndex: bigint;
  readonly rootHash: Uint8Array;
  readonly treeSize: bigint;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint?: string | undefined;
}

/** What a Rekor log said of one entry: sigstore.rekor.v1.TransparencyLogEntry. Nothing in it has been verified. */
export interface TransparencyLogEntry {
  /** Over all shards of a Rekor v1 log; the proof's own index counts within its tree. */
  readonly logIndex: bigint;
  readonly logId: Uint8Array;
  readonly kindVersion: { readonly kind: string; readonly version: string };
  /** Seconds since 1970. Undefined when absent or "0": Rekor v2 has none, and without a promise it means nothing. */
  readonly integratedTime?: bigint | undefined;
  /** The signed entry timestamp (SET) of a Rekor v1 log. */
  readonly inclusionPromise?: Uint8Array | undefined;
  readonly inclusionProof?: InclusionProof | undefined;
  /** The entry as the log hashed it: JSON text in UTF-8. */
  readonly canonicalizedBody: Uint8Array;
}

/** An entry whose proof and checkpoint are there. */
export type ProvenLogEntry = TransparencyLogEntry & {
  readonly inclusionProof: InclusionProof & { readonly checkpoint: string };
};

/** A proof in a tree of 2^64 leaves has no more hashes than this. */
const MAX_PROOF_HASHES = 64;

/**
 * Reads a transparency log entry in protobuf's JSON form; `at` is its place in the document, for the message.
 * An index that is absent is 0 and a list that is absent is empty, as protobuf's writers leave both out.
 * @throws AttestationError ERR_LOG_ENTRY
 */
export function parseTransparencyLogEntry(value: JsonValue, at = '$'): TransparencyLogEntry {
  return reading('ERR_LOG_ENTRY', 'transparency log entry', () => readLogEntry(value, at));
}

export function readLogEntry(value: JsonValue, at: string): TransparencyLogEntry {
  const entry = readObject(value, at, {
    required: ['logId', 'kindVersion', 'canonicalizedBody'],
    optional: ['logIndex', 'integratedTime', 'inclusionPromise', 'inclusionProof'],
  });
  const time = readOptional(entry.integratedTime, `${at}.integratedTime`, readCount);
  return {
    logIndex: readIndex(entry.logIndex, `${at}.logIndex`),
    logId: readLogId(entry.logId, `${at}.logId`),
    kindVersion: readKindVersion(entry.kindVersion, `${at}.kindVersion`),
    integratedTime: time === 0n ? undefined : time,
    inclusionPromise: readOptional(entry.inclusionPromise, `${at}.inclusionPromise`, readPromise),
    inclusionProof: readOptional(entry.inclusionProof, `${at}.inclusionProof`, readProof),
    canonicalizedBody: readBytes(entry.canonicalizedBody, `${at}.canonicalizedBody`),
  };
}

function readIndex(value: JsonValue | undefined, at: string): bigint {
  return readOptional(value, at, readCount) ?? 0n;
}

function readLogId(value: JsonValue | undefined, at: string): Uint8Array {
  return readBytes(readObject(value, at, { required: ['keyId'] }).keyId, `${at}.keyId`);
}

function readKindVersion(value: JsonValue | undefined, at: string): TransparencyLogEntry['kindVersion'] {
  const { kind, version } = readObject(value, at, { required: ['kind', 'version'] });
  return { kind: readText(kind, `${at}.kind`), version: readText(version, `${at}.version`) };
}

function readPromise(value: JsonValue, at: string): Uint8Array {
  const promise = readObject(value, at, { required: ['signedEntryTimestamp'] });
  return readBytes(promise.signedEntryTimestamp, `${at}.signedEntryTimestamp`);
}

function readProof(value: JsonValue, at: string): InclusionProof {
  const proof = readObject(value, at, {
    required: ['rootHash', 'treeSize'],
    optional: ['logIndex', 'hashes', 'checkpoint'],
  });
  const logIndex = readIndex(proof.logIndex, `${at}.logIndex`);
  const treeSize = readCount(proof.treeSize, `${at}.treeSize`);
  if (logIndex >= treeSize) throw shapeMismatch(`${at}.treeSize`, 'a tree that holds the index');
  const rootHash = readSha256(proof.rootHash, `${at}.rootHash`);
  const hashes = readOptional(proof.hashes, `${at}.hashes`, readHashes) ?? [];
  const checkpoint = readOptional(proof.checkpoint, `${at}.checkpoint`, readCheckpoint);
  return { logIndex, rootHash, treeSize, hashes, checkpoint };
}

function readHashes(value: JsonValue, at: string): Uint8Array[] {
  return readList(value, at, readSha256, MAX_PROOF_HASHES);
}

function readCheckpoint(value: JsonValue, at: string): string {
  return readString(readObject(value, at, { required: ['envelope'] }).envelope, `${at}.envelope`);
}

/** Tells whether an entry proves its inclusion by itself, as bundles from v0.2 on and PEP 740 demand. */
export function isProven(entry: TransparencyLogEntry): entry is ProvenLogEntry {
  return entry.inclusionProof?.checkpoint !== undefined;
}

/** Writes an entry in protobuf's JSON form: lowerCamelCase, 64-bit numbers in strings, absent fields left out. */
export function transparencyLogEntryToJson(entry: TransparencyLogEntry): JsonObject {
  const { integratedTime, inclusionPromise, inclusionProof } = entry;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: encodeBase64(entry.logId) },
    kindVersion: { ...entry.kindVersion },
    ...(integratedTime === undefined ? {} : { integratedTime: String(integratedTime) }),
    ...(inclusionPromise === undefined
      ? {}
      : { inclusionPromise: { signedEntryTimestamp: encodeBase64(inclusionPromise) } }),
    ...(inclusionProof === undefined ? {} : { inclusionProof: proofToJson(inclusionProof) }),
    canonicalizedBody: encodeBase64(entry.canonicalizedBody),
  };
}

function proofToJson(proof: InclusionProof): JsonObject {
  return {
    logIndex: String(proof.logIndex),
    rootHash: encodeBase64(proof.rootHash),
    treeSize: String(proof.treeSize),
    hashes: proof.hashes.map(encodeBase64),
    ...(proof.checkpoint === undefined ? {} : { checkpoint: { envelope: proof.checkpoint } }),
  };
}
