// SPDX-License-Identifier: Apache-2.0
import { readBase64, readDecimal, shapeMismatch, type JsonValue } from '@colophon/base';

/** Reads an int64 that counts something: plain decimal digits in a string, from 0 to 2^63-1. */
export function readCount(value: JsonValue | undefined, at: string): bigint {
  const count = readDecimal(value, at);
  if (count >= 1n << 63n) throw shapeMismatch(at, 'a number below 2^63');
  return count;
}

/** Reads bytes that mean nothing when they are empty: signatures, certificates, bodies. */
export function readBytes(value: JsonValue | undefined, at: string): Uint8Array {
  const bytes = readBase64(value, at);
  if (bytes.length === 0) throw shapeMismatch(at, 'bytes that are not empty');
  return bytes;
}

/** Reads a SHA-256 digest, 32 bytes in base64. */
export function readSha256(value: JsonValue | undefined, at: string): Uint8Array {
  const bytes = readBase64(value, at);
  if (bytes.length !== 32) throw shapeMismatch(at, 'a SHA-256 digest');
  return bytes;
}
