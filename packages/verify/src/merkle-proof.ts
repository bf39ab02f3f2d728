// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '@colophon/base';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** A proof that a tree holds a leaf. */
export interface MerkleProof {
  readonly logIndex: bigint;
  readonly treeSize: bigint;
  readonly hashes: readonly Uint8Array[];
}

/** The hash of a leaf (RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(LEAF, entry);
}

/**
 * The root that an inclusion proof leads to from a leaf (RFC 9162 §2.1.3.2); undefined when it does not have exactly the
 * hashes that a leaf at that index of a tree of that size needs.
 */
export function rootOf(
  leaf: Uint8Array,
  { logIndex, treeSize, hashes }: MerkleProof,
): Uint8Array | undefined {
  if (logIndex < 0n || logIndex >= treeSize) return undefined;
  let [index, last] = [logIndex, treeSize - 1n];
  let root = leaf;
  for (const sibling of hashes) {
    if (last === 0n) return undefined;
    const isRight = (index & 1n) === 1n || index === last;
    root = isRight ? sha256(NODE, sibling, root) : sha256(NODE, root, sibling);
    // A node that is the last of its row has no sibling there: it is carried up to where it has one.
    if (isRight) while ((index & 1n) === 0n && index !== 0n) [index, last] = [index >> 1n, last >> 1n];
    index >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? root : undefined;
}
