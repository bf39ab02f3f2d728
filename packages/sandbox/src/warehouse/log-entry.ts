// SPDX-License-Identifier: Apache-2.0
import {
  equalBytes,
  type JsonObject,
  type JsonValue,
  readBase64,
  readDecimal,
  readList,
  readObject,
  readOptional,
  readString,
  sha256,
  shapeMismatch,
} from '@colophon/base';
import type { UploadedAttestation } from './attestation-shape.ts';
import { refused, unusable } from './attestation-verdict.ts';
import type { LeafCertificate } from './leaf-certificate.ts';
import { parseLogCheckpoint } from './log-checkpoint.ts';
import { parseStrictJson } from './strict-json.ts';

export interface LogEntry {
  readonly logIndex: bigint;
  readonly keyId: Uint8Array;
  readonly kind: string;
  readonly version: string;
  readonly integratedTime: bigint | undefined;
  readonly hasPromise: boolean;
  readonly proof: {
    readonly treeSize: bigint;
    readonly rootHash: Uint8Array;
    readonly checkpoint: string | undefined;
  };
  readonly body: Uint8Array;
}

/** Parses a transparency log entry in protobuf's JSON form; no key besides the known ones, no number. @throws WarehouseError ERR_WAREHOUSE_ATTESTATION_UNUSABLE */
export function parseLogEntry(value: JsonObject): LogEntry {
  try {
    return readLogEntry(value);
  } catch (cause) {
    const detail = cause instanceof Error ? ` (${cause.message})` : '';
    throw unusable(`invalid transparency log entry${detail}`, cause);
  }
}

function readLogEntry(value: JsonObject): LogEntry {
  const entry = readObject(value, 'entry', {
    required: ['logIndex', 'logId', 'kindVersion', 'inclusionProof', 'canonicalizedBody'],
    optional: ['integratedTime', 'inclusionPromise'],
  });
  const { keyId } = readObject(entry.logId, 'logId', { required: ['keyId'] });
  const { kind, version } = readObject(entry.kindVersion, 'kindVersion', { required: ['kind', 'version'] });
  const promise = readOptional(entry.inclusionPromise, 'inclusionPromise', (item, at) =>
    readBase64(readObject(item, at, { required: ['signedEntryTimestamp'] }).signedEntryTimestamp, at),
  );
  return {
    logIndex: readDecimal(entry.logIndex, 'logIndex'),
    keyId: readHash(keyId, 'logId.keyId'),
    kind: readString(kind, 'kindVersion.kind'),
    version: readString(version, 'kindVersion.version'),
    integratedTime: readOptional(entry.integratedTime, 'integratedTime', readDecimal),
    hasPromise: promise !== undefined,
    proof: readProof(entry.inclusionProof),
    body: readBase64(entry.canonicalizedBody, 'canonicalizedBody'),
  };
}

function readProof(value: JsonValue | undefined): LogEntry['proof'] {
  const proof = readObject(value, 'inclusionProof', {
    required: ['logIndex', 'rootHash', 'treeSize', 'hashes'],
    optional: ['checkpoint'],
  });
  const treeSize = readDecimal(proof.treeSize, 'treeSize');
  if (readDecimal(proof.logIndex, 'logIndex') >= treeSize)
    throw shapeMismatch('logIndex', 'less than treeSize');
  readList(proof.hashes, 'hashes', readHash, 64);
  const checkpoint = readOptional(proof.checkpoint, 'checkpoint', (item, at) =>
    readString(readObject(item, at, { required: ['envelope'] }).envelope, at),
  );
  return { treeSize, rootHash: readHash(proof.rootHash, 'rootHash'), checkpoint };
}

function readHash(value: JsonValue | undefined, at: string): Uint8Array {
  const bytes = readBase64(value, at);
  if (bytes.length !== 32) throw shapeMismatch(at, '32 bytes');
  return bytes;
}

/**
 * What sigstore-python demands of an entry and @sigstore/verify does not: time from the log, a checkpoint that is the proof's, and
 * numbers that survive JavaScript. PEP 740 has no place for other timestamps, so that only an entry of Rekor v1 can count.
 */
export function assertLogEntryUsable(entry: LogEntry): void {
  const { proof, integratedTime } = entry;
  if (proof.checkpoint === undefined) throw unusable('expected checkpoint in inclusion proof');
  if (!entry.hasPromise) throw unusable('bundle must contain an inclusion promise or signed timestamp(s)');
  if (entry.version !== '0.0.1' && entry.version !== '0.0.2')
    throw unusable(`Expected log entry version 0.0.1 - 0.0.2, got ${entry.version}`);
  if (!integratedTime) throw refused('not enough sources of verified time');
  if (entry.kind !== 'dsse' || entry.version !== '0.0.1')
    throw refused(`Unsupported DSSE log entry type: ${entry.kind}/${entry.version}`);
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  if (entry.logIndex > limit || integratedTime > limit)
    throw refused('invalid log entry: a number beyond 2^53');
  assertCheckpoint(entry, proof.checkpoint);
}

// A line with the log's key hint stands once, so that the signature which holds is that of the log which is named.
function assertCheckpoint({ proof, keyId }: LogEntry, note: string): void {
  const checkpoint = parseLogCheckpoint(note);
  if (!equalBytes(checkpoint.rootHash, proof.rootHash) || checkpoint.size !== proof.treeSize)
    throw refused('invalid log entry: inclusion proof and checkpoint differ');
  const hint = Buffer.from(keyId.subarray(0, 4)).toString('hex');
  if (checkpoint.keyHints.filter((other) => other === hint).length !== 1)
    throw refused('invalid log entry: checkpoint is not signed once by the log');
}

/** Holds the logged entry to the attestation: the whole body follows from it, save a hash over an envelope that nobody keeps. */
export function assertLoggedAttestation(
  entry: LogEntry,
  attestation: UploadedAttestation,
  leaf: LeafCertificate,
): void {
  const { body, envelopeHash } = readBody(entry.body);
  const expected = {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: envelopeHash },
      payloadHash: { algorithm: 'sha256', value: Buffer.from(sha256(attestation.statement)).toString('hex') },
      signatures: [
        {
          signature: Buffer.from(attestation.signature).toString('base64'),
          verifier: Buffer.from(leaf.pem).toString('base64'),
        },
      ],
    },
  };
  if (sortedJson(body) !== sortedJson(expected)) throw refused('log entry does not match the attestation');
}

function readBody(bytes: Uint8Array): { body: JsonObject; envelopeHash: string } {
  try {
    const body = readObject(parseStrictJson(bytes), 'body', { required: ['apiVersion', 'kind', 'spec'] });
    const { envelopeHash } = readObject(body.spec, 'spec', { required: ['envelopeHash'], open: true });
    const { value } = readObject(envelopeHash, 'envelopeHash', { required: ['value'], open: true });
    const text = readString(value, 'envelopeHash.value');
    if (!/^[0-9a-f]{64}$/.test(text)) throw shapeMismatch('envelopeHash.value', 'a SHA-256 in hexadecimal');
    return { body, envelopeHash: text };
  } catch (cause) {
    throw refused(`invalid DSSE log entry: ${cause instanceof Error ? cause.message : 'unreadable'}`, cause);
  }
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
