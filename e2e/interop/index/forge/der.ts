// SPDX-License-Identifier: Apache-2.0

/** One element of DER (ITU-T X.690), whole. */
export type Der = Uint8Array;

/** An element from its tag byte and what it holds. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Der {
  const content = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]));
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...parts: readonly Uint8Array[]): Der => element(0x30, ...parts);
export const octetString = (bytes: Uint8Array): Der => element(0x04, bytes);
export const bitString = (bytes: Uint8Array, unused = 0): Der =>
  element(0x03, new Uint8Array([unused]), bytes);
export const utf8String = (text: string): Der => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Der => element(0x01, new Uint8Array([value ? 0xff : 0]));
/** `bytes` are two's complement, as they stand: nothing is made shorter. */
export const integer = (bytes: Uint8Array): Der => element(0x02, bytes);
/** Explicitly tagged, constructed. */
export const tagged = (tag: number, ...parts: readonly Uint8Array[]): Der => element(0xa0 | tag, ...parts);
/** Implicitly tagged, primitive. */
export const implicit = (tag: number, bytes: Uint8Array): Der => element(0x80 | tag, bytes);

export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, new Uint8Array([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, section 4.1.2.5). */
export function time(date: Date): Der {
  const text = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(text.slice(2)))
    : element(0x18, Buffer.from(text));
}

/** A distinguished name of a common name; empty without one. */
export function distinguishedName(commonName?: string): Der {
  if (commonName === undefined) return sequence();
  return sequence(element(0x31, sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))));
}
