// SPDX-License-Identifier: Apache-2.0
import { hash, verify, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/**
 * Tells whether a signature is by this key, with this algorithm and no other. Every function that needs a signature
 * checked takes one of these, so that a batch can check them elsewhere.
 */
export type SignatureCheck = (
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
) => boolean;

/** How many good signatures of one key are remembered: enough for the files of a release, and a bound for a long run. */
const REMEMBERED_PER_KEY = 256;

/** What is known of a key object: its type, which is dear to ask for, and the good signatures, each under a digest of all of it. */
interface KeyMemory {
  readonly type: string | undefined;
  readonly names: Set<string>;
}

const memories = new WeakMap<KeyObject, KeyMemory>();

function memoryOf(key: KeyObject): KeyMemory {
  const known = memories.get(key);
  if (known !== undefined) return known;
  const memory = { type: key.asymmetricKeyType, names: new Set<string>() };
  memories.set(key, memory);
  return memory;
}

/** Checks a signature with node:crypto, at once. One that held before, bit for bit by the same key object, is not checked again. */
export const checkSignature: SignatureCheck = (key, algorithm, data, signature) => {
  const { type, names } = memoryOf(key);
  if (type !== algorithm.keyType) return false;
  const name = nameOf(algorithm, data, signature);
  if (names.has(name)) return true;
  const good = isGood(key, algorithm.hash, data, signature);
  if (good) remember(names, name);
  return good;
};

function isGood(
  key: KeyObject,
  digest: string | undefined,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return verify(digest, data, key, signature);
  } catch {
    // OpenSSL throws for some malformed signatures where it answers false for others.
    return false;
  }
}

// The length of the signature stands before it, so that no byte can move from it to the data.
function nameOf(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): string {
  return `${algorithm.hash} ${signature.length} ${hash('sha256', Buffer.concat([signature, data]), 'base64')}`;
}

function remember(names: Set<string>, name: string): void {
  if (names.size >= REMEMBERED_PER_KEY) names.delete(names.values().next().value ?? '');
  names.add(name);
}

/**
 * Puts checks off: `check` takes every signature for good that may be, and `settle` tells whether all of them were, checked on
 * the thread pool meanwhile. What was concluded with `check` holds only if `settle` gives true; otherwise it must be
 * concluded again with `checkSignature`, which then names the one that is wrong.
 */
export class DeferredChecks {
  readonly #running: Promise<boolean>[] = [];

  readonly check: SignatureCheck = (key, algorithm, data, signature) => {
    const { type, names } = memoryOf(key);
    if (type !== algorithm.keyType) return false;
    const name = nameOf(algorithm, data, signature);
    if (!names.has(name)) this.#running.push(this.#verify({ key, algorithm, data, signature }, name));
    return true;
  };

  async #verify({ key, algorithm, data, signature }: Question, name: string): Promise<boolean> {
    const good = await isGoodLater(key, algorithm.hash, data, signature);
    if (good) remember(memoryOf(key).names, name);
    return good;
  }

  /** Tells whether every signature that `check` was asked about is good. */
  async settle(): Promise<boolean> {
    const results = await Promise.all(this.#running);
    return results.every(Boolean);
  }
}

interface Question {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

function isGoodLater(
  key: KeyObject,
  digest: string | undefined,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(digest, data, key, signature, (error, good) => resolve(error === null && good));
    } catch {
      resolve(false);
    }
  });
}
