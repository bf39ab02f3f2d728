// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';

/** Bytes to standard, padded base64 (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * Standard, padded, canonical base64 (RFC 4648 §4) to bytes. Node's own decoder skips what it does not
 * know, so that two texts could stand for one signature; here a text has one reading or none.
 * @throws EncodingError ERR_BASE64
 */
export function decodeBase64(text: string): Uint8Array {
  return canonical(Buffer.from(text, 'base64'), text, 'standard padded base64');
}

/** Unpadded base64url (RFC 4648 §5), as JOSE writes it, to bytes. @throws EncodingError ERR_BASE64 */
export function decodeBase64Url(text: string): Uint8Array {
  return canonical(Buffer.from(text, 'base64url'), text, 'unpadded base64url');
}

// What is encoded again has one spelling: another alphabet, a missing pad, white space and leftover bits that are not zero
// (RFC 4648 §3.5) all come back as another text.
function canonical(
  bytes: Buffer,
  text: string,
  form: 'standard padded base64' | 'unpadded base64url',
): Uint8Array {
  if (bytes.toString(form === 'unpadded base64url' ? 'base64url' : 'base64') !== text)
    throw new EncodingError('ERR_BASE64', `not ${form}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
