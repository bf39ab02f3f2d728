// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { BitString, fromBER, Sequence } from 'asn1js';

/** The DER SubjectPublicKeyInfo of a key (RFC 5280 §4.1.2.7). */
export function spkiOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

/** The bits of the key alone, without their algorithm. */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  const { result } = fromBER(spki);
  const bits = result instanceof Sequence ? result.valueBlock.value[1] : undefined;
  if (!(bits instanceof BitString)) throw new TypeError('not a SubjectPublicKeyInfo');
  return new Uint8Array(bits.valueBlock.valueHexView);
}

// The curves that Go's x509 can read.
const CURVES = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'];

/** A public key from its DER SubjectPublicKeyInfo; throws where Go's x509 could not read it. */
export function publicKeyOfDer(der: Uint8Array): KeyObject {
  requireOneElement(der);
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined && !CURVES.includes(namedCurve))
    throw new TypeError('unsupported elliptic curve');
  return key;
}

/** Throws unless the bytes are one element of BER and nothing after it, which OpenSSL would not mind. */
export function requireOneElement(bytes: Uint8Array): void {
  if (fromBER(bytes).offset !== bytes.length) throw new TypeError('not one element');
}
