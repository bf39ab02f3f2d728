// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, MerkleTree } from '../src/merkle-tree.ts';

const hash = (...parts: Uint8Array[]) => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return new Uint8Array(sum.digest());
};
const node = (left: Uint8Array, right: Uint8Array) => hash(new Uint8Array([1]), left, right);
const leaves = Array.from({ length: 70 }, (_, index) => leafHash(new Uint8Array([index])));

function treeOf(size: number): MerkleTree {
  const tree = new MerkleTree();
  for (const leaf of leaves.slice(0, size)) tree.append(leaf);
  return tree;
}

// The definition of RFC 6962 §2.1, with no memory.
function head(list: readonly Uint8Array[]): Uint8Array {
  if (list.length === 0) return hash();
  if (list.length === 1) return list[0] ?? hash();
  let split = 1;
  while (split * 2 < list.length) split *= 2;
  return node(head(list.slice(0, split)), head(list.slice(split)));
}

// The verifier's algorithm of RFC 9162 §2.1.3.2.
function rootFromPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array {
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (fn % 2 === 1 || fn === sn) {
      root = node(sibling, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else root = node(root, sibling);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return root;
}

// The verifier's algorithm of RFC 9162 §2.1.4.2, answering both roots.
function rootsFromProof(first: number, second: number, proof: readonly Uint8Array[], firstRoot: Uint8Array) {
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  const [start = hash(), ...rest] = path;
  let [fr, sr] = [start, start];
  for (const part of rest) {
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [node(part, fr), node(part, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = node(sr, part);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return [fr, sr];
}

describe('a Merkle tree', () => {
  it('has the head that the definition gives, at every size', () => {
    const tree = treeOf(70);
    for (let size = 0; size <= 70; size += 1) expect(tree.root(size)).toEqual(head(leaves.slice(0, size)));
  });

  it('proves every leaf in every tree', () => {
    const tree = treeOf(70);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(69), (size, at) => {
        const index = at % size;
        const leaf = leaves[index] ?? hash();
        expect(rootFromPath(leaf, index, size, tree.inclusionProof(index, size))).toEqual(tree.root(size));
      }),
    );
  });

  it('proves that each tree continues the earlier ones', () => {
    const tree = treeOf(70);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 70 }), fc.nat(69), (second, at) => {
        const first = 1 + (at % (second - 1));
        const proof = tree.consistencyProof(first, second);
        expect(rootsFromProof(first, second, proof, tree.root(first))).toEqual([
          tree.root(first),
          tree.root(second),
        ]);
      }),
    );
    expect(tree.consistencyProof(7, 7)).toEqual([]);
  });

  it.each([
    ['a leaf beyond the tree', (tree: MerkleTree) => tree.inclusionProof(3)],
    ['a tree beyond the tree', (tree: MerkleTree) => tree.root(4)],
    ['an empty earlier tree', (tree: MerkleTree) => tree.consistencyProof(0)],
  ])('refuses to prove %s', (_title, ask) => {
    expect(() => ask(treeOf(3))).toThrow(RangeError);
  });
});
