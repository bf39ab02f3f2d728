// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { sha256 } from '@colophon/base';
import type { Clock } from '../clock.ts';
import { leafHash, MerkleTree } from '../merkle-tree.ts';
import { spkiOf } from '../spki.ts';

/** A signed certificate timestamp (RFC 6962 §3.2), version 1. */
export interface SignedCertificateTimestamp {
  readonly logId: Uint8Array;
  /** Milliseconds since 1970. */
  readonly timestamp: bigint;
  readonly extensions: Uint8Array;
  /** The digitally-signed struct of TLS: hash, algorithm, length and DER signature. */
  readonly signature: Uint8Array;
}

export interface SignedTreeHead {
  readonly treeSize: number;
  readonly timestamp: bigint;
  readonly rootHash: Uint8Array;
  readonly signature: Uint8Array;
}

/** What is logged of a precertificate: its TBS without the poison, bound to the issuer's key. */
export interface PrecertificateEntry {
  readonly issuerKeyHash: Uint8Array;
  readonly tbsCertificate: Uint8Array;
}

const VERSION_1 = 0;
const PRECERT_ENTRY = 1;
const SHA256_WITH_ECDSA = Buffer.from([4, 3]);

/** A certificate transparency log with a P-256 key, whose timestamps say the leaf's index as static logs do. */
export class CtLog {
  readonly publicKey: KeyObject;
  readonly logId: Uint8Array;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #tree = new MerkleTree();

  constructor(clock: Clock) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#clock = clock;
    this.publicKey = publicKey;
    this.logId = sha256(spkiOf(publicKey));
  }

  /** Appends an entry and signs its timestamp. */
  add(entry: PrecertificateEntry): SignedCertificateTimestamp {
    const timestamp = BigInt(this.#clock.now().getTime());
    const extensions = leafIndexExtension(this.#tree.size);
    const timestamped = Buffer.concat([
      uint(timestamp, 8),
      uint(PRECERT_ENTRY, 2),
      entry.issuerKeyHash,
      vector(entry.tbsCertificate, 3),
      vector(extensions, 2),
    ]);
    // A leaf (§3.4) and what is signed (§3.2) differ only in what their second byte means; both are zero.
    const leaf = Buffer.concat([uint(VERSION_1, 1), uint(0, 1), timestamped]);
    this.#tree.append(leafHash(leaf));
    return { logId: this.logId, timestamp, extensions, signature: this.#sign(leaf) };
  }

  treeHead(): SignedTreeHead {
    const timestamp = BigInt(this.#clock.now().getTime());
    const rootHash = this.#tree.root();
    const treeSize = this.#tree.size;
    const signed = [uint(VERSION_1, 1), uint(1, 1), uint(timestamp, 8), uint(treeSize, 8), rootHash];
    return { treeSize, timestamp, rootHash, signature: this.#sign(Buffer.concat(signed)) };
  }

  #sign(data: Uint8Array): Uint8Array {
    return Buffer.concat([SHA256_WITH_ECDSA, vector(sign('sha256', data, this.#key), 2)]);
  }
}

/** The list of timestamps as a certificate carries it (RFC 6962 §3.3). */
export function encodeTimestampList(timestamps: readonly SignedCertificateTimestamp[]): Uint8Array {
  const encoded = timestamps.map((timestamp) => vector(encodeTimestamp(timestamp), 2));
  return vector(Buffer.concat(encoded), 2);
}

function encodeTimestamp({ logId, timestamp, extensions, signature }: SignedCertificateTimestamp): Buffer {
  return Buffer.concat([uint(VERSION_1, 1), logId, uint(timestamp, 8), vector(extensions, 2), signature]);
}

// The leaf_index extension of the static-ct-api: type 0, and 40 bits of index.
function leafIndexExtension(index: number): Uint8Array {
  return Buffer.concat([uint(0, 1), vector(uint(index, 5), 2)]);
}

function uint(value: number | bigint, bytes: number): Buffer {
  return Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex');
}

// A TLS vector: its length in `prefix` bytes, then itself.
function vector(content: Uint8Array, prefix: number): Buffer {
  return Buffer.concat([uint(content.length, prefix), content]);
}
