// SPDX-License-Identifier: Apache-2.0
import { sha256 } from '@colophon/base';

const LEAF = Uint8Array.of(0);
const NODE = 1;
const HASH_BYTES = 32;

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
  const last = (treeSize - 1n).toString(2);
  const path = logIndex.toString(2).padStart(last.length, '0');
  // As far up as the paths of the leaf and of the last one differ, a sibling may stand on either side. Above, where both go along
  // the right edge of the tree, there is one on the left or none.
  let shared = 0;
  while (shared < path.length && path[shared] === last[shared]) shared += 1;
  const inner = path.length - shared;
  const border = path.slice(0, shared).replaceAll('0', '').length;
  if (hashes.length !== inner + border) return undefined;
  let root = leaf;
  for (const [height, sibling] of hashes.entries())
    root =
      height >= inner || path.at(-1 - height) === '1' ? nodeHash(sibling, root) : nodeHash(root, sibling);
  return root;
}

const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}
