// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { derError, expectTag, TAG, type DerElement } from './der.ts';

/** Certificates repeat some thirty names; those of hostile ones are not kept beyond this many. */
const MAX_OIDS = 256;
const oids = new Map<string, string>();

/** Reads an OBJECT IDENTIFIER to dotted decimals. @throws PkiError ERR_CERTIFICATE */
export function readOid(element: DerElement | undefined, what: string): string {
  const named = expectTag(element, TAG.oid, what);
  const { text } = named;
  const known = oids.get(text);
  if (known !== undefined) return known;
  const oid = decodeOid(named.value, what);
  // A copy: a part of a text would keep the whole of it.
  if (oids.size < MAX_OIDS) oids.set(Buffer.from(text, 'latin1').toString('latin1'), oid);
  return oid;
}

function decodeOid(value: Uint8Array, what: string): string {
  const arcs: number[] = [];
  let arc = 0;
  let begun = false;
  for (const octet of value) {
    if ((!begun && octet === 0x80) || arc > 2 ** 40) throw derError(`${what} is not a DER object identifier`);
    begun = octet >= 0x80;
    arc = arc * 128 + (octet & 0x7f);
    if (!begun) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first, ...rest] = arcs;
  if (begun || first === undefined) throw derError(`${what} is not a DER object identifier`);
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** Reads a BOOLEAN, which DER writes as 00 or FF. @throws PkiError ERR_CERTIFICATE */
export function readBoolean(element: DerElement, what: string): boolean {
  const octet = expectTag(element, TAG.boolean, what).at(0);
  if (element.size !== 1 || (octet !== 0 && octet !== 0xff)) throw derError(`${what} is not a DER boolean`);
  return octet === 0xff;
}

/** Reads an INTEGER's content in its shortest form, sign bit included. @throws PkiError ERR_CERTIFICATE */
export function readInteger(element: DerElement | undefined, what: string): Uint8Array {
  const integer = expectTag(element, TAG.integer, what);
  const [first, second] = [integer.at(0), integer.at(1)];
  const padded = integer.size > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (integer.size === 0 || padded) throw derError(`${what} is not a DER integer`);
  return integer.value;
}

/** Reads a non-negative INTEGER below 2^31. @throws PkiError ERR_CERTIFICATE */
export function readSmallInteger(element: DerElement | undefined, what: string): number {
  const value = readInteger(element, what);
  if (value.length > 4 || (value[0] ?? 0) >= 0x80) throw derError(`${what} is out of range`);
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Reads a BIT STRING whose length is a whole number of octets. @throws PkiError ERR_CERTIFICATE */
export function readOctetAlignedBits(element: DerElement | undefined, what: string): Uint8Array {
  const bits = expectTag(element, TAG.bitString, what);
  if (bits.size === 0 || bits.at(0) !== 0) throw derError(`${what} is not a whole number of octets`);
  return bits.source.bytes.subarray(bits.contentAt + 1, bits.end);
}

/**
 * Reads a named bit list to the numbers of the bits that are set. DER drops trailing zero bits (X.690 §11.2.2).
 * @throws PkiError ERR_CERTIFICATE
 */
export function readNamedBits(element: DerElement, what: string): Set<number> {
  const list = expectTag(element, TAG.bitString, what);
  const [unused, last] = [list.at(0), list.at(list.size - 1)];
  // The lowest bit that is in use must be set, and those below it must not be.
  if (list.size < 2 || last % 2 ** (unused + 1) !== 2 ** unused)
    throw derError(`${what} is not a DER list of named bits`);
  const bits = new Set<number>();
  for (let bit = 0; bit < 8 * (list.size - 1); bit += 1)
    if (list.at(1 + (bit >> 3)) & (0x80 >> (bit % 8))) bits.add(bit);
  return bits;
}

/** Reads a UTF8String. @throws PkiError ERR_CERTIFICATE */
export function readUtf8String(element: DerElement | undefined, what: string): string {
  return readText(expectTag(element, TAG.utf8String, what), what);
}

/** Decodes an element's content: UTF-8 text that must hold no control characters. @throws PkiError ERR_CERTIFICATE */
export function readText(element: DerElement, what: string): string {
  const ascii = element.text;
  if (PRINTABLE_ASCII.test(ascii)) return ascii;
  let text: string;
  try {
    text = decodeUtf8(element.value);
  } catch (cause) {
    throw derError(`${what} is not UTF-8 text`, cause);
  }
  if (/\p{Cc}/u.test(text)) throw derError(`${what} holds control characters`);
  return text;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const UTC_TIME = /^\d{12}Z$/;
const GENERALIZED_TIME = /^\d{14}Z$/;

/** Reads a Time as RFC 5280 §4.1.2.5 narrows it: UTC, with seconds, UTCTime up to 2049. @throws PkiError ERR_CERTIFICATE */
export function readTime(element: DerElement | undefined, what: string): Date {
  const short = element?.tag === TAG.utcTime;
  const text = element?.text ?? '';
  if (!short && element?.tag !== TAG.generalizedTime) throw derError(`${what} is missing or no time`);
  if (!(short ? UTC_TIME : GENERALIZED_TIME).test(text))
    throw derError(`${what} is not a time as certificates write it`);
  const two = (at: number) => Number(text.slice(at, at + 2));
  const at = short ? 2 : 4;
  const year = short ? two(0) + (two(0) < 50 ? 2000 : 1900) : Number(text.slice(0, 4));
  const [month, day, hour, minute, second] = [two(at), two(at + 2), two(at + 4), two(at + 6), two(at + 8)];
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const rolledOver = time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day || second > 59;
  if (rolledOver || hour > 23 || minute > 59 || (!short && year < 2050))
    throw derError(`${what} is not a valid time`);
  return time;
}
