// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { equalBytes } from '@colophon/base';
import { derError } from './der.ts';

const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const MIN_RSA_BITS = 2048;

/**
 * Imports a SubjectPublicKeyInfo. Taken are P-256, P-384, P-521, Ed25519 and RSA of 2048 bits or more, in the one encoding
 * that OpenSSL writes itself: a second encoding of a key would have a second digest.
 * @throws PkiError ERR_CERTIFICATE
 */
export function importPublicKey(spki: Uint8Array): KeyObject {
  const key = importSpki(spki);
  if (!isSupported(key)) throw derError('the public key is of a type that is not supported');
  if (!equalBytes(key.export({ type: 'spki', format: 'der' }), spki))
    throw derError('the public key is not DER');
  return key;
}

function importSpki(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    throw derError('the public key cannot be read', cause);
  }
}

function isSupported(key: KeyObject): boolean {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return CURVES.has(namedCurve);
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS;
  return key.asymmetricKeyType === 'ed25519';
}
