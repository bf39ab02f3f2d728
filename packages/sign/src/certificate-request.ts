// SPDX-License-Identifier: Apache-2.0
import { encodePem } from '@colophon/pki';
import { encodeDer, encodeOid, encodeSequence, TAG } from './der-encoding.ts';
import type { EphemeralKey } from './ephemeral-key.ts';

const VERSION_1 = encodeDer(TAG.integer, Uint8Array.of(0));
const ECDSA_WITH_SHA256 = encodeSequence(encodeOid('1.2.840.10045.4.3.2'));

/**
 * The one attribute: a request for the critical extension basicConstraints with CA false, which is the default and hence
 * an empty sequence (RFC 2985 §5.4.2, RFC 5280 §4.2.1.9).
 */
const NO_AUTHORITY = encodeDer(
  TAG.context0,
  encodeSequence(
    encodeOid('1.2.840.113549.1.9.14'),
    encodeDer(
      TAG.set,
      encodeSequence(
        encodeSequence(
          encodeOid('2.5.29.19'),
          encodeDer(TAG.boolean, Uint8Array.of(0xff)),
          encodeDer(TAG.octetString, encodeSequence()),
        ),
      ),
    ),
  ),
);

/**
 * Writes a PKCS#10 request (RFC 2986) for a key, in PEM. The subject is empty: Fulcio takes the identity from the token,
 * and the signature shows that the key is ours.
 */
export function encodeCertificateRequest(key: EphemeralKey): string {
  const info = encodeSequence(VERSION_1, encodeSequence(), key.publicKeyInfo, NO_AUTHORITY);
  const signature = encodeDer(TAG.bitString, Uint8Array.of(0), key.sign(info));
  return encodePem(encodeSequence(info, ECDSA_WITH_SHA256, signature), 'CERTIFICATE REQUEST');
}
