// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '@colophon/base';

const LEAF_PREFIX = new Uint8Array([0]);
const NODE_PREFIX = new Uint8Array([1]);

/** The hash of a leaf (RFC 6962 §2.1). */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, leaf);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE_PREFIX, left, right);
}

/** An append-only Merkle tree (RFC 6962 §2.1). It keeps the hash of every complete subtree, by height. */
export class MerkleTree {
  readonly #complete: Uint8Array[][] = [[]];

  get size(): number {
    return this.#complete[0]?.length ?? 0;
  }

  /** Adds a leaf by its hash and answers its index. */
  append(hash: Uint8Array): number {
    const index = this.size;
    let level = 0;
    let node = hash;
    for (let at = index; ; at = (at - 1) / 2) {
      const row = (this.#complete[level] ??= []);
      row.push(node);
      const left = row[at - 1];
      if (at % 2 === 0 || left === undefined) return index;
      node = nodeHash(left, node);
      level += 1;
    }
  }

  /** The hashes of the complete subtrees of `2 ** height` leaves, `count` of them from `first` on, or fewer if there are not so many. */
  subtrees(height: number, first: number, count: number): readonly Uint8Array[] {
    return this.#complete[height]?.slice(first, first + count) ?? [];
  }

  /** The root of the tree when it had `size` leaves. */
  root(size: number = this.size): Uint8Array {
    return size === 0 ? sha256() : this.#subtree(0, this.#checked(size));
  }

  /** The audit path of a leaf in the tree of `size` leaves (§2.1.1), from the leaf up. */
  inclusionProof(index: number, size: number = this.size): Uint8Array[] {
    if (index < 0 || index >= this.#checked(size)) throw new RangeError(`no leaf ${index} below ${size}`);
    return this.#path(index, 0, size);
  }

  /** The proof that the tree of `second` leaves continues that of `first` (§2.1.2). */
  consistencyProof(first: number, second: number = this.size): Uint8Array[] {
    if (first < 1 || first > this.#checked(second))
      throw new RangeError(`no tree of ${first} below ${second}`);
    return this.#subproof(first, 0, second, true);
  }

  #checked(size: number): number {
    if (size < 0 || size > this.size) throw new RangeError(`the tree has ${this.size} leaves, not ${size}`);
    return size;
  }

  // The head of the leaves from `start` up to, not including, `end`.
  #subtree(start: number, end: number): Uint8Array {
    const width = end - start;
    const kept = Number.isInteger(Math.log2(width))
      ? this.#complete[Math.log2(width)]?.[start / width]
      : undefined;
    if (kept) return kept;
    const split = start + splitOf(width);
    return nodeHash(this.#subtree(start, split), this.#subtree(split, end));
  }

  #path(index: number, start: number, end: number): Uint8Array[] {
    if (end - start === 1) return [];
    const split = start + splitOf(end - start);
    return index < split
      ? [...this.#path(index, start, split), this.#subtree(split, end)]
      : [...this.#path(index, split, end), this.#subtree(start, split)];
  }

  #subproof(first: number, start: number, end: number, whole: boolean): Uint8Array[] {
    if (first === end) return whole ? [] : [this.#subtree(start, end)];
    const split = start + splitOf(end - start);
    return first <= split
      ? [...this.#subproof(first, start, split, whole), this.#subtree(split, end)]
      : [...this.#subproof(first, split, end, false), this.#subtree(start, split)];
  }
}

// The largest power of two that is less than `width`.
function splitOf(width: number): number {
  return 2 ** (Math.ceil(Math.log2(width)) - 1);
}
