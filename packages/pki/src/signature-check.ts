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

/**
 * The longest data of which a good signature is remembered. What a batch shares is shorter: certificates, their timestamps,
 * checkpoints. What is longer, such as a log's promise over a whole entry, belongs to one document, and to hash it once more
 * would only cost.
 */
const MAX_REMEMBERED_BYTES = 4096;

/** What is known of a key object: its type, which is dear to ask for, and the good signatures, each under a digest of all of it. */
class KeyMemory {
  readonly type: string | undefined;
  readonly running = new Map<string, Promise<boolean>>();
  readonly #names = new Set<string>();

  constructor(type: string | undefined) {
    this.type = type;
  }

  has(name: string | undefined): boolean {
    return name !== undefined && this.#names.has(name);
  }

  add(name: string | undefined): void {
    if (name === undefined) return;
    if (this.#names.size >= REMEMBERED_PER_KEY) this.#names.delete(this.#names.values().next().value ?? '');
    this.#names.add(name);
  }
}

const memories = new WeakMap<KeyObject, KeyMemory>();

function memoryOf(key: KeyObject): KeyMemory {
  let memory = memories.get(key);
  if (memory === undefined) {
    memory = new KeyMemory(key.asymmetricKeyType);
    memories.set(key, memory);
  }
  return memory;
}

/**
 * Checks a signature with node:crypto, at once. One over not much data that held before, bit for bit by the same key object, is
 * not checked again.
 */
export const checkSignature: SignatureCheck = (key, algorithm, data, signature) => {
  const memory = memoryOf(key);
  if (memory.type !== algorithm.keyType) return false;
  const name = nameOf(algorithm, data, signature);
  if (memory.has(name)) return true;
  const good = isGood(key, algorithm.hash, data, signature);
  if (good) memory.add(name);
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
function nameOf(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): string | undefined {
  if (data.length > MAX_REMEMBERED_BYTES) return undefined;
  return `${algorithm.hash} ${signature.length} ${hash('sha256', Buffer.concat([signature, data]), 'base64')}`;
}

/**
 * Puts checks off: `check` takes every signature for good that may be, and `settle` tells whether all of them were, checked on
 * the thread pool meanwhile. What was concluded with `check` holds only if `settle` gives true; otherwise it must be
 * concluded again with `checkSignature`, which then names the one that is wrong.
 */
export class DeferredChecks {
  readonly #running: Promise<boolean>[] = [];

  readonly check: SignatureCheck = (key, algorithm, data, signature) => {
    const memory = memoryOf(key);
    if (memory.type !== algorithm.keyType) return false;
    const name = nameOf(algorithm, data, signature);
    if (memory.has(name)) return true;
    const question = { key, algorithm, data, signature };
    this.#running.push(name === undefined ? isGoodLater(question) : checkOnce(question, memory, name));
    return true;
  };

  /** Tells whether every signature that `check` was asked about is good. */
  async settle(): Promise<boolean> {
    const results = await Promise.all(this.#running);
    return results.every(Boolean);
  }
}

// Files that are judged at once share what is being checked, as well as what was.
function checkOnce(question: Question, memory: KeyMemory, name: string): Promise<boolean> {
  const running = memory.running.get(name);
  if (running !== undefined) return running;
  const result = isGoodLater(question).then((good) => {
    memory.running.delete(name);
    if (good) memory.add(name);
    return good;
  });
  memory.running.set(name, result);
  return result;
}

interface Question {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

function isGoodLater({ key, algorithm, data, signature }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(algorithm.hash, data, key, signature, (error, good) => resolve(error === null && good));
    } catch {
      resolve(false);
    }
  });
}
