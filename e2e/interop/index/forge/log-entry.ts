// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, sign } from 'node:crypto';
import { base64, type Log } from './authority.ts';
import { SIGNING_TIME } from './facts.ts';

/** A transparency log entry in protobuf's JSON form, open to any change. */
export interface EntryJson {
  [key: string]: unknown;
  logIndex: string;
  logId: Record<string, unknown>;
  kindVersion: Record<string, unknown>;
  integratedTime: string;
  inclusionPromise: Record<string, unknown>;
  inclusionProof: Record<string, unknown> & { hashes: string[]; checkpoint: Record<string, unknown> };
  canonicalizedBody: string;
}

export interface CheckpointFacts {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
}

/** How an entry differs from what Rekor v1 would answer. */
export interface EntryShape {
  readonly time?: number;
  /** Over what the signed entry timestamp is made over: body, integratedTime, logID, logIndex. */
  readonly promised?: (payload: Promised) => Promised;
  /** The text of the checkpoint that is signed. */
  readonly note?: (facts: CheckpointFacts) => string;
  /** The whole envelope, from the text and a maker of signature lines. */
  readonly envelope?: (note: string, line: (name?: string) => string) => string;
  readonly size?: number;
}

export interface Promised {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
}

const SIZE = 9;
const INDEX = 5;
/** The log had entries in older trees: the index over all is another than in the tree. */
const OFFSET = 1000;
const HOST = 'rekor.test';

/** Enters a body into a small tree and answers as the log would: promise, proof, checkpoint. */
export function logBody(
  log: Log,
  body: Uint8Array,
  kind: { kind: string; version: string },
  shape: EntryShape = {},
): EntryJson {
  const leaves = Array.from({ length: SIZE }, (_, at) => leafHash(at === INDEX ? body : randomBytes(8)));
  const usual: Promised = {
    body: base64(body),
    integratedTime: shape.time ?? SIGNING_TIME,
    logID: Buffer.from(log.id).toString('hex'),
    logIndex: OFFSET + INDEX,
  };
  const promised = shape.promised?.(usual) ?? usual;
  const facts = { origin: `${HOST} - 42`, size: shape.size ?? SIZE, root: base64(treeHash(leaves)) };
  return {
    logIndex: String(promised.logIndex),
    logId: { keyId: base64(log.id) },
    kindVersion: { ...kind },
    integratedTime: String(promised.integratedTime),
    inclusionPromise: {
      signedEntryTimestamp: base64(sign('sha256', Buffer.from(canonicalJson(promised)), log.privateKey)),
    },
    inclusionProof: {
      logIndex: String(INDEX),
      rootHash: facts.root,
      treeSize: String(SIZE),
      hashes: auditPath(INDEX, leaves).map(base64),
      checkpoint: { envelope: checkpoint(log, facts, shape) },
    },
    canonicalizedBody: base64(body),
  };
}

function checkpoint(log: Log, facts: CheckpointFacts, { note, envelope }: EntryShape): string {
  const text = note?.(facts) ?? `${facts.origin}\n${facts.size}\n${facts.root}\n`;
  const line = (name = HOST): string => {
    const signature = sign('sha256', Buffer.from(text), log.privateKey);
    return `\u2014 ${name} ${base64(Buffer.concat([log.id.subarray(0, 4), signature]))}\n`;
  };
  return envelope?.(text, line) ?? `${text}\n${line()}`;
}

/** JSON by RFC 8785, for the values that occur here: ASCII keys, safe integers. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

// RFC 6962, section 2.1.
const leafHash = (bytes: Uint8Array): Buffer => hash(new Uint8Array([0]), bytes);
const hash = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const splitOf = (count: number): number => 2 ** (31 - Math.clz32(count - 1));

function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first = Buffer.alloc(0)] = leaves;
  if (leaves.length === 1) return first;
  const split = splitOf(leaves.length);
  return hash(new Uint8Array([1]), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function auditPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...auditPath(index, left), treeHash(right)]
    : [...auditPath(index - split, right), treeHash(left)];
}
