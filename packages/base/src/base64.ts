// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';

const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const URL_SAFE = /^[A-Za-z0-9_-]*$/;

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
  if (!STANDARD.test(text)) throw new EncodingError('ERR_BASE64', 'not standard padded base64');
  return canonical(Buffer.from(text, 'base64'), text, 'base64');
}

/** Unpadded base64url (RFC 4648 §5), as JOSE writes it, to bytes. @throws EncodingError ERR_BASE64 */
export function decodeBase64Url(text: string): Uint8Array {
  if (!URL_SAFE.test(text)) throw new EncodingError('ERR_BASE64', 'not unpadded base64url');
  return canonical(Buffer.from(text, 'base64url'), text, 'base64url');
}

// Leftover bits that are not zero would give one value many spellings (RFC 4648 §3.5).
function canonical(bytes: Buffer, text: string, encoding: 'base64' | 'base64url'): Uint8Array {
  if (bytes.toString(encoding) !== text) throw new EncodingError('ERR_BASE64', `not canonical ${encoding}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
