// SPDX-License-Identifier: Apache-2.0
import { hash, type KeyObject } from 'node:crypto';
import { isGood, type CheckPool, type SignatureQuestion } from './check-pool.ts';
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
interface KeyMemory {
  readonly type: string | undefined;
  readonly names: Set<string>;
  /** Who waits for checks that are under way. */
  readonly waiting: Map<string, ((good: boolean) => void)[]>;
}

const memories = new WeakMap<KeyObject, KeyMemory>();

function memoryOf(key: KeyObject): KeyMemory {
  const known = memories.get(key);
  if (known !== undefined) return known;
  const memory = { type: key.asymmetricKeyType, names: new Set<string>(), waiting: new Map() };
  memories.set(key, memory);
  return memory;
}

function remember({ names }: KeyMemory, name: string): void {
  if (names.size >= REMEMBERED_PER_KEY) names.delete(names.values().next().value ?? '');
  names.add(name);
}

/**
 * Checks a signature with node:crypto, at once. One over not much data that held before, bit for bit by the same key object, is
 * not checked again.
 */
export const checkSignature: SignatureCheck = (key, algorithm, data, signature) => {
  const memory = memoryOf(key);
  if (memory.type !== algorithm.keyType) return false;
  const name = nameOf(algorithm, data, signature);
  if (name !== undefined && memory.names.has(name)) return true;
  const good = isGood({ key, algorithm, data, signature });
  if (good && name !== undefined) remember(memory, name);
  return good;
};

// The length of the signature stands before it, so that no byte can move from it to the data.
function nameOf(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): string | undefined {
  if (data.length > MAX_REMEMBERED_BYTES) return undefined;
  return `${algorithm.hash} ${signature.length} ${hash('sha256', Buffer.concat([signature, data]), 'base64')}`;
}

/**
 * Puts checks off: `check` takes every signature for good that may be, and `settle` tells whether all of them were, checked
 * meanwhile along with those of others that share the pool. What was concluded with `check` holds only if `settle`
 * gives true; otherwise it must be concluded again with `checkSignature`, which then names the one that is wrong. The bytes that `check` is given must stay as they are until then.
 */
export class DeferredChecks {
  #open = 0;
  #good = true;
  #end: ((good: boolean) => void) | undefined;
  #settled: Promise<boolean> | undefined;
  readonly #pool: CheckPool;

  constructor(pool: CheckPool) {
    this.#pool = pool;
  }

  readonly check: SignatureCheck = (key, algorithm, data, signature) => {
    const memory = memoryOf(key);
    if (memory.type !== algorithm.keyType) return false;
    const name = nameOf(algorithm, data, signature);
    if (name !== undefined && memory.names.has(name)) return true;
    this.#open += 1;
    const question = { key, algorithm, data, signature };
    if (name === undefined) this.#pool.checkSoon(question, this.#answer);
    else checkOnce(question, { memory, name, pool: this.#pool }, this.#answer);
    return true;
  };

  /** Tells whether every signature that `check` was asked about is good. */
  settle(): Promise<boolean> {
    if (this.#open === 0) return Promise.resolve(this.#good);
    return (this.#settled ??= new Promise((resolve) => {
      this.#end = resolve;
    }));
  }

  readonly #answer = (good: boolean): void => {
    this.#open -= 1;
    this.#good &&= good;
    if (this.#open === 0) this.#end?.(this.#good);
  };
}

// Files that are judged at once share what is being checked, as well as what was.
function checkOnce(
  question: SignatureQuestion,
  { memory, name, pool }: { readonly memory: KeyMemory; readonly name: string; readonly pool: CheckPool },
  answer: (good: boolean) => void,
): void {
  const others = memory.waiting.get(name);
  if (others !== undefined) {
    others.push(answer);
    return;
  }
  const answers = [answer];
  memory.waiting.set(name, answers);
  pool.checkSoon(question, (good) => {
    memory.waiting.delete(name);
    if (good) remember(memory, name);
    for (const one of answers) one(good);
  });
}
