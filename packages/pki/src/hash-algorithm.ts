// SPDX-License-Identifier: Apache-2.0
import { hash as hashAtOnce } from 'node:crypto';
import { derError, expectTag, readChildren, TAG, type DerElement } from './der.ts';
import { readOid } from './der-value.ts';

/** A hash that signatures and digests may use here. */
export type HashName = 'sha256' | 'sha384' | 'sha512';

const HASHES: Readonly<Record<string, HashName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Reads an AlgorithmIdentifier of SHA-2, whose parameters are absent or NULL (RFC 5754 §2). @throws PkiError ERR_CERTIFICATE */
export function readHashAlgorithm(element: DerElement | undefined, what: string): HashName {
  const [name, parameters, ...more] = readChildren(expectTag(element, TAG.sequence, what));
  const oid = readOid(name, what);
  const hash = Object.hasOwn(HASHES, oid) ? HASHES[oid] : undefined;
  if (hash === undefined) throw derError(`${what} ${oid} is not supported`);
  if (parameters !== undefined && (parameters.tag !== TAG.null || parameters.value.length > 0))
    throw derError(`${what} has parameters`);
  if (more.length > 0) throw derError(`${what} is malformed`);
  return hash;
}

export function digestOf(hash: HashName | 'sha1', data: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(hashAtOnce(hash, data, 'hex'), 'hex'));
}
