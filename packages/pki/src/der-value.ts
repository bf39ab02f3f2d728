// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { derError, expectTag, TAG, type DerElement } from './der.ts';

/** Reads an OBJECT IDENTIFIER to dotted decimals. @throws PkiError ERR_CERTIFICATE */
export function readOid(element: DerElement | undefined, what: string): string {
  const { value } = expectTag(element, TAG.oid, what);
  const name = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1');
  const known = oids.get(name);
  if (known !== undefined) return known;
  const oid = decodeOid(value, what);
  if (oids.size < MAX_OIDS) oids.set(name, oid);
  return oid;
}

/** Certificates repeat some thirty names; those of hostile ones are not kept beyond this many. */
const MAX_OIDS = 256;
const oids = new Map<string, string>();

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
  const { value } = expectTag(element, TAG.boolean, what);
  if (value.length !== 1 || (value[0] !== 0 && value[0] !== 0xff))
    throw derError(`${what} is not a DER boolean`);
  return value[0] === 0xff;
}

/** Reads an INTEGER's content in its shortest form, sign bit included. @throws PkiError ERR_CERTIFICATE */
export function readInteger(element: DerElement | undefined, what: string): Uint8Array {
  const { value } = expectTag(element, TAG.integer, what);
  const [first, second] = value;
  const padded =
    second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || padded) throw derError(`${what} is not a DER integer`);
  return value;
}

/** Reads a non-negative INTEGER below 2^31. @throws PkiError ERR_CERTIFICATE */
export function readSmallInteger(element: DerElement | undefined, what: string): number {
  const value = readInteger(element, what);
  if (value.length > 4 || (value[0] ?? 0) >= 0x80) throw derError(`${what} is out of range`);
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** Reads a BIT STRING whose length is a whole number of octets. @throws PkiError ERR_CERTIFICATE */
export function readOctetAlignedBits(element: DerElement | undefined, what: string): Uint8Array {
  const { value } = expectTag(element, TAG.bitString, what);
  if (value[0] !== 0) throw derError(`${what} is not a whole number of octets`);
  return value.subarray(1);
}

/**
 * Reads a named bit list to the numbers of the bits that are set. DER drops trailing zero bits (X.690 §11.2.2).
 * @throws PkiError ERR_CERTIFICATE
 */
export function readNamedBits(element: DerElement, what: string): Set<number> {
  const [unused, ...octets] = expectTag(element, TAG.bitString, what).value;
  const last = octets.at(-1);
  // The lowest bit that is in use must be set, and those below it must not be.
  if (unused === undefined || last === undefined || last % 2 ** (unused + 1) !== 2 ** unused)
    throw derError(`${what} is not a DER list of named bits`);
  const bits = new Set<number>();
  for (const [index, octet] of octets.entries())
    for (let bit = 0; bit < 8; bit += 1) if (octet & (0x80 >> bit)) bits.add(index * 8 + bit);
  return bits;
}

/** Reads a UTF8String. @throws PkiError ERR_CERTIFICATE */
export function readUtf8String(element: DerElement | undefined, what: string): string {
  return decodeText(expectTag(element, TAG.utf8String, what).value, what);
}

/** Decodes UTF-8 text that must hold no control characters. @throws PkiError ERR_CERTIFICATE */
export function decodeText(bytes: Uint8Array, what: string): string {
  const ascii = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (PRINTABLE_ASCII.test(ascii)) return ascii;
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch (cause) {
    throw derError(`${what} is not UTF-8 text`, cause);
  }
  if (/\p{Cc}/u.test(text)) throw derError(`${what} holds control characters`);
  return text;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** Reads a Time as RFC 5280 §4.1.2.5 narrows it: UTC, with seconds, UTCTime up to 2049. @throws PkiError ERR_CERTIFICATE */
export function readTime(element: DerElement | undefined, what: string): Date {
  const text = Buffer.from(element?.value ?? []).toString('latin1');
  const match = element?.tag === TAG.utcTime ? UTC_TIME.exec(text) : GENERALIZED_TIME.exec(text);
  if (match === null || (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime))
    throw derError(`${what} is not a time as certificates write it`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const short = element.tag === TAG.utcTime;
  const fullYear = short ? year + (year < 50 ? 2000 : 1900) : year;
  const time = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
  const rolledOver =
    time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day || time.getUTCSeconds() !== second;
  if (rolledOver || hour > 23 || minute > 59 || (!short && fullYear < 2050))
    throw derError(`${what} is not a valid time`);
  return time;
}
