// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';

/** The SHA-256 digest (32 bytes) of the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(), ...rest] = parts;
  // In one call and by way of text: several times as fast as a stream or a Buffer, for the short inputs that are usual here.
  const hex = sha256Hex(rest.length === 0 ? first : Buffer.concat(parts));
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** The SHA-256 digest of bytes as lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** Equality of two byte strings. Not constant-time: nothing compared here is secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
