// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, type JsonObject } from '@colophon/base';
import { EntryError } from './entry-error.ts';
import { goBase64, objectMember, requireValid, stringMember } from './go-values.ts';
import {
  digestFailure,
  type HashName,
  isAllowedAlgorithm,
  parseVerifier,
  type Verifier,
} from './verifier.ts';

/** The length in hexadecimal digits of each hash that an entry may name. */
const HASHES: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

interface SignedHash {
  readonly algorithm: HashName;
  readonly value: string;
}

/** The spec of a hashedrekord 0.0.1 entry as the log keeps it, once its signature is verified. @throws EntryError */
export function canonicalHashedrekordSpec(spec: JsonObject): JsonObject {
  const signature = objectMember(spec, 'signature');
  const publicKey = objectMember(signature, 'publicKey');
  const content = goBase64(stringMember(signature, 'content') ?? '', 'signature content');
  const keyContent = goBase64(stringMember(publicKey, 'content') ?? '', 'public key content');
  const hash = requireHash(spec, signature !== undefined);
  if (!publicKey) throw new EntryError('missing public key');
  const verifier = parseVerifier(keyContent);
  requireSignature(verifier, hash, content);
  return {
    data: { hash: { algorithm: hash.algorithm, value: hash.value } },
    signature: { content: encodeBase64(content), publicKey: { content: encodeBase64(verifier.canonical) } },
  };
}

function requireHash(spec: JsonObject, signed: boolean): SignedHash {
  const hash = objectMember(objectMember(spec, 'data'), 'hash');
  const algorithm = stringMember(hash, 'algorithm');
  const value = stringMember(hash, 'value');
  const at = 'data.data.hash.data.hash';
  requireValid([
    !hash && 'data in body is required',
    hash !== undefined && algorithm === undefined && `${at}.algorithm in body is required`,
    algorithm !== undefined &&
      !(algorithm in HASHES) &&
      `${at}.algorithm in body should be one of [${Object.keys(HASHES).join(' ')}]`,
    hash !== undefined && value === undefined && `${at}.value in body is required`,
    !signed && 'signature in body is required',
  ]);
  return { algorithm: (algorithm ?? '') as HashName, value: value ?? '' };
}

function requireSignature(verifier: Verifier, hash: SignedHash, signature: Uint8Array): void {
  const { algorithm, value } = hash;
  if (value.length !== HASHES[algorithm]) throw new EntryError('invalid value for hash');
  const bad = /[^0-9a-f]/i.exec(value)?.[0];
  if (bad) throw new EntryError(`encoding/hex: invalid byte: ${codePoint(bad)} '${bad}'`);
  if (signature.length === 0)
    throw new EntryError('verifying signature: X509 signature has not been initialized');
  const digest = new Uint8Array(Buffer.from(value, 'hex'));
  const failure = digestFailure(verifier.key, { algorithm, digest }, signature);
  if (failure) throw new EntryError(`verifying signature: ${failure}`);
  if (!isAllowedAlgorithm(verifier.key, algorithm)) throw new EntryError('entry algorithms are not allowed');
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
