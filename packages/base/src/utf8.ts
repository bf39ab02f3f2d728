// SPDX-License-Identifier: Apache-2.0
import { EncodingError } from './encoding-error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text to UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** UTF-8 to text; a malformed sequence is refused, never replaced. @throws EncodingError ERR_UTF8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new EncodingError('ERR_UTF8', 'not valid UTF-8', { cause });
  }
}
