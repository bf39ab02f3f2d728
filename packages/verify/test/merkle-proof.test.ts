// SPDX-License-Identifier: Apache-2.0
import { equalBytes, sha256 } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash, rootOf } from '../src/merkle-proof.ts';

// RFC 9162 §2.1.1 and §2.1.3.1, as they are written: recursive, over all the leaves.
const split = (size: number) => 2 ** Math.ceil(Math.log2(size) - 1);
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  const at = split(leaves.length);
  return node(treeHash(leaves.slice(0, at)), treeHash(leaves.slice(at)));
}
function path(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const at = split(leaves.length);
  return index < at
    ? [...path(index, leaves.slice(0, at)), treeHash(leaves.slice(at))]
    : [...path(index - at, leaves.slice(at)), treeHash(leaves.slice(0, at))];
}

const leaves = Array.from({ length: 40 }, (_one, index) => leafHash(Uint8Array.of(index)));
const proofOf = (index: number, size: number) => ({
  leaf: leaves[index] ?? new Uint8Array(),
  proof: { logIndex: BigInt(index), treeSize: BigInt(size), hashes: path(index, leaves.slice(0, size)) },
  root: treeHash(leaves.slice(0, size)),
});
const place = fc
  .integer({ min: 1, max: leaves.length })
  .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)));
const leadsTo = (root: Uint8Array, found: Uint8Array | undefined) =>
  found !== undefined && equalBytes(root, found);

describe('rootOf', () => {
  it('leads from every leaf of every tree to its root', () => {
    for (let size = 1; size <= leaves.length; size += 1)
      for (let index = 0; index < size; index += 1) {
        const { leaf, proof, root } = proofOf(index, size);
        expect(leadsTo(root, rootOf(leaf, proof)), `${index} of ${size}`).toBe(true);
      }
  });

  it('leads elsewhere with a hash less, more, changed or exchanged', () => {
    fc.assert(
      fc.property(place, fc.nat(), ([index, size], pick) => {
        const { leaf, proof, root } = proofOf(index, size);
        const { hashes } = proof;
        const at = pick % Math.max(1, hashes.length);
        const changed = [
          [...hashes, leaf],
          ...(hashes.length > 0 ? [hashes.toSpliced(at, 1), hashes.with(at, leaf)] : []),
          ...(hashes.length > 1 ? [hashes.toReversed()] : []),
        ];
        for (const other of changed)
          expect(leadsTo(root, rootOf(leaf, { ...proof, hashes: other }))).toBe(false);
      }),
    );
  });

  it('leads nowhere from another index or leaf, or of another size that needs other hashes', () => {
    fc.assert(
      fc.property(place, fc.nat({ max: 39 }), ([index, size], other) => {
        const { leaf, proof, root } = proofOf(index, size);
        const otherLeaf = leaves[other] ?? leaf;
        if (other !== index) {
          expect(leadsTo(root, rootOf(leaf, { ...proof, logIndex: BigInt(other) }))).toBe(false);
          expect(leadsTo(root, rootOf(otherLeaf, proof))).toBe(false);
        }
      }),
    );
  });

  it.each([
    [0n, 0n],
    [1n, 1n],
    [5n, 2n],
    [-1n, 3n],
  ])('has no root for index %s of %s', (logIndex, treeSize) => {
    expect(rootOf(new Uint8Array(32), { logIndex, treeSize, hashes: [] })).toBeUndefined();
  });

  it('takes the largest tree that there can be', () => {
    const hashes = Array.from({ length: 63 }, () => new Uint8Array(32));
    expect(rootOf(new Uint8Array(32), { logIndex: 0n, treeSize: 2n ** 63n, hashes })).toHaveLength(32);
  });
});
