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
  const pads = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = decodeDigits(text, text.length - pads, 'base64');
  if (bytes === undefined || text.length % 4 !== 0 || text.includes('-') || text.includes('_'))
    throw new EncodingError('ERR_BASE64', 'not standard padded base64');
  return bytes;
}

/** Unpadded base64url (RFC 4648 §5), as JOSE writes it, to bytes. @throws EncodingError ERR_BASE64 */
export function decodeBase64Url(text: string): Uint8Array {
  const bytes = decodeDigits(text, text.length, 'base64url');
  if (bytes === undefined || text.length % 4 === 1 || text.includes('+') || text.includes('/'))
    throw new EncodingError('ERR_BASE64', 'not unpadded base64url');
  return bytes;
}

/** Characters of which Node's decoder would look at the lower byte alone. Where a string has none, V8 knows that without a search. */
const WIDE = /[\u0100-\uffff]/;

// The decoder takes either alphabet and passes over all else, padding that stands before the end included. Each character that it
// passes over makes the result shorter than the digits would; so length and alphabet tell what encoding it all again would.
function decodeDigits(
  text: string,
  digits: number,
  encoding: 'base64' | 'base64url',
): Uint8Array | undefined {
  if (WIDE.test(text)) return undefined;
  const bytes = Buffer.from(text, encoding);
  const tail = bytes.length % 3;
  if (bytes.length !== Math.floor((digits * 3) / 4)) return undefined;
  // Bits of the last digit that stand for nothing must be zero (RFC 4648 §3.5).
  if (tail > 0 && !text.endsWith(bytes.toString(encoding, bytes.length - tail))) return undefined;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
