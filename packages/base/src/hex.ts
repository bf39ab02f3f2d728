// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';

/** Bytes to lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Lower-case hexadecimal, two digits a byte, to bytes. @throws EncodingError ERR_HEX */
export function decodeHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new EncodingError('ERR_HEX', 'not lower-case hexadecimal');
  return new Uint8Array(Buffer.from(text, 'hex'));
}
