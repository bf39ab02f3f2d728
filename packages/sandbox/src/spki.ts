// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
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
