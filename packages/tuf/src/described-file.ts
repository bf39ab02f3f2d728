// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { TufError } from './tuf-error.ts';

/** What metadata says of a file: of a target all of it, of another role's metadata perhaps neither. */
export interface FileDescription {
  readonly length?: number | undefined;
  /** Lower-case hexadecimal, by algorithm. */
  readonly hashes?: Readonly<Record<string, string>> | undefined;
}

/** A digest in lower-case hexadecimal, and its algorithm. */
export type FileHash = readonly [algorithm: string, hex: string];

const ALGORITHMS = ['sha256', 'sha512'] as const;

/**
 * The digests by which a file may be named and must be compared: of strong algorithms only, whatever else is listed.
 * @throws TufError ERR_TUF_HASH when there is none of them
 */
export function knownHashes(name: string, { hashes = {} }: FileDescription): [FileHash, ...FileHash[]] {
  const [first, ...others] = ALGORITHMS.flatMap((algorithm): FileHash[] => {
    const hex = Object.hasOwn(hashes, algorithm) ? hashes[algorithm] : undefined;
    return hex === undefined ? [] : [[algorithm, hex]];
  });
  if (first !== undefined) return [first, ...others];
  throw new TufError('ERR_TUF_HASH', `${name} is listed without a SHA-256 or SHA-512 digest`);
}

/** Compares bytes with their description, as far as there is one. @throws TufError ERR_TUF_HASH */
export function verifyDescription(name: string, bytes: Uint8Array, description: FileDescription): void {
  const { length, hashes } = description;
  if (length !== undefined && length !== bytes.length)
    throw new TufError('ERR_TUF_HASH', `${name} has ${bytes.length} bytes, and ${length} are described`);
  if (hashes === undefined) return;
  for (const [algorithm, hex] of knownHashes(name, description))
    if (createHash(algorithm).update(bytes).digest('hex') !== hex)
      throw new TufError('ERR_TUF_HASH', `${name} does not have the ${algorithm} digest that is described`);
}
