// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeBase64, encodeHex, encodeUtf8, type JsonObject, sha256 } from '@colophon/base';
import type { Clock } from '../clock.ts';
import { leafHash, MerkleTree } from '../merkle-tree.ts';
import { spkiOf } from '../spki.ts';
import { canonicalJson } from './canonical-json.ts';

interface Leaf {
  readonly uuid: string;
  readonly body: Uint8Array;
  /** Seconds since 1970. */
  readonly integratedTime: number;
}

/** The outcome of adding an entry: its id, and whether it was there before. */
export interface Addition {
  readonly entryId: string;
  readonly index: number;
  readonly repeated: boolean;
}

/** A transparency log of one growing tree, with a P-256 key, in the forms of Rekor v1. */
export class RekorLog {
  readonly publicKey: KeyObject;
  readonly logId: Uint8Array;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #treeId = randomBytes(8).readBigUInt64BE() >> 1n;
  readonly #tree = new MerkleTree();
  readonly #leaves: Leaf[] = [];
  readonly #indexes = new Map<string, number>();

  /** `origin` is the host name that the log's checkpoints bear. */
  constructor(clock: Clock, origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#clock = clock;
    this.#origin = origin;
    this.publicKey = publicKey;
    this.logId = sha256(spkiOf(publicKey));
  }

  /** The tree's id, in decimal digits. */
  get treeId(): string {
    return this.#treeId.toString();
  }

  /** The tree's id as it begins the id of each entry: 16 hexadecimal digits. */
  get treeIdHex(): string {
    return this.#treeId.toString(16).padStart(16, '0');
  }

  get size(): number {
    return this.#tree.size;
  }

  rootHash(size: number = this.size): Uint8Array {
    return this.#tree.root(size);
  }

  consistencyProof(first: number, last: number): Uint8Array[] {
    return this.#tree.consistencyProof(first, last);
  }

  /** Adds an entry in its canonical form, unless the tree has it. */
  add(body: Uint8Array): Addition {
    const hash = leafHash(body);
    const uuid = encodeHex(hash);
    const entryId = this.treeIdHex + uuid;
    const known = this.#indexes.get(uuid);
    if (known !== undefined) return { entryId, index: known, repeated: true };
    const index = this.#tree.append(hash);
    const integratedTime = Math.floor(this.#clock.now().getTime() / 1000);
    this.#leaves.push({ uuid, body, integratedTime });
    this.#indexes.set(uuid, index);
    return { entryId, index, repeated: false };
  }

  /** The index of the entry with this leaf hash, in lower-case hexadecimal. */
  indexOf(uuid: string): number | undefined {
    return this.#indexes.get(uuid);
  }

  /** The answer for the entry at an index, proved against the tree as it is now; undefined if there is none. */
  entry(logIndex: number): JsonObject | undefined {
    const leaf = this.#leaves[logIndex];
    if (!leaf) return undefined;
    const { integratedTime, uuid } = leaf;
    const signed = { body: encodeBase64(leaf.body), integratedTime, logID: encodeHex(this.logId), logIndex };
    const inclusionProof = {
      checkpoint: this.checkpoint(),
      hashes: this.#tree.inclusionProof(logIndex).map(encodeHex),
      logIndex,
      rootHash: encodeHex(this.rootHash()),
      treeSize: this.size,
    };
    const signedEntryTimestamp = encodeBase64(this.#sign(canonicalJson(signed)));
    return { [this.treeIdHex + uuid]: { ...signed, verification: { inclusionProof, signedEntryTimestamp } } };
  }

  /** The signed note over the tree as it is now: origin, size and root. */
  checkpoint(): string {
    const text = `${this.#origin} - ${this.treeId}\n${this.size}\n${encodeBase64(this.rootHash())}\n`;
    const signature = Buffer.concat([this.logId.subarray(0, 4), this.#sign(text)]);
    return `${text}\n\u2014 ${this.#origin} ${encodeBase64(signature)}\n`;
  }

  #sign(text: string): Uint8Array {
    return sign('sha256', encodeUtf8(text), this.#key);
  }
}
