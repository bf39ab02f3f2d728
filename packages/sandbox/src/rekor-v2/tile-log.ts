// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodeBase64, encodeHex, encodeUtf8, type JsonObject, sha256 } from '@colophon/base';
import { leafHash, MerkleTree } from '../merkle-tree.ts';
import { publicKeyBits, spkiOf } from '../spki.ts';

/** Hashes in a whole tile, and entries in a whole bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

const TILE_HEIGHT = 8;
// C2SP signed-note: the type of an Ed25519 signature, after the name and a line feed.
const ED25519_TYPE = Uint8Array.of(0x0a, 0x01);

/** The outcome of adding an entry. */
export interface TileAddition {
  readonly index: number;
  readonly repeated: boolean;
}

/** Which tile or bundle: its index, and how much of it, `TILE_WIDTH` for all. */
export interface TilePart {
  readonly index: number;
  readonly width: number;
}

/** A transparency log of one growing tree, with an Ed25519 key, in the forms of Rekor v2. */
export class TileLog {
  readonly publicKey: KeyObject;
  /** The key id of C2SP signed-note, not cut short. */
  readonly logId: Uint8Array;
  readonly #key: KeyObject;
  readonly #origin: string;
  readonly #tree = new MerkleTree();
  readonly #entries: Uint8Array[] = [];
  readonly #indexes = new Map<string, number>();

  /** `origin` is the first line of the log's checkpoints. */
  constructor(origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.#origin = origin;
    this.publicKey = publicKey;
    this.logId = sha256(encodeUtf8(origin), ED25519_TYPE, publicKeyBits(spkiOf(publicKey)));
  }

  /** Adds an entry in its canonical form, unless the tree has it. */
  add(body: Uint8Array): TileAddition {
    const hash = leafHash(body);
    const known = this.#indexes.get(encodeHex(hash));
    if (known !== undefined) return { index: known, repeated: true };
    const index = this.#tree.append(hash);
    this.#entries.push(body);
    this.#indexes.set(encodeHex(hash), index);
    return { index, repeated: false };
  }

  /** TransparencyLogEntry of sigstore_rekor.proto, with its unset fields as the real log writes them, proved against the tree as it is now. */
  entry(index: number): JsonObject {
    const body = this.#entries[index];
    if (!body) throw new RangeError(`no entry ${index}`);
    return {
      logIndex: String(index),
      logId: { keyId: encodeBase64(this.logId) },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
      inclusionProof: {
        logIndex: String(index),
        rootHash: encodeBase64(this.#tree.root()),
        treeSize: String(this.#tree.size),
        hashes: this.#tree.inclusionProof(index).map((hash) => encodeBase64(hash)),
        checkpoint: { envelope: this.checkpoint() },
      },
      canonicalizedBody: encodeBase64(body),
    };
  }

  /** The signed note (C2SP tlog-checkpoint) over the tree as it is now. */
  checkpoint(): string {
    const text = `${this.#origin}\n${this.#tree.size}\n${encodeBase64(this.#tree.root())}\n`;
    const signature = Buffer.concat([
      this.logId.subarray(0, 4),
      sign(undefined, encodeUtf8(text), this.#key),
    ]);
    return `${text}\n\u2014 ${this.#origin} ${encodeBase64(signature)}\n`;
  }

  /** The hashes of a tile; undefined where the tree has not so many. */
  tile(level: number, { index, width }: TilePart): Uint8Array | undefined {
    const hashes = this.#tree.subtrees(level * TILE_HEIGHT, index * TILE_WIDTH, width);
    return hashes.length === width ? Buffer.concat(hashes) : undefined;
  }

  /** A bundle of entries, each after its length in two bytes; undefined where the tree has not so many. */
  entryBundle({ index, width }: TilePart): Uint8Array | undefined {
    const entries = this.#entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width);
    if (entries.length !== width) return undefined;
    return Buffer.concat(entries.flatMap((entry) => [lengthOf(entry), entry]));
  }
}

function lengthOf(entry: Uint8Array): Uint8Array {
  return Uint8Array.of(entry.length >> 8, entry.length & 0xff);
}
