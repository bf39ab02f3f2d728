// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import { ObjectIdentifier } from 'asn1js';
import { DER_TAGS } from '../warehouse/der.ts';

const SET = 0x31;
const NULL = Uint8Array.of(0x05, 0x00);
const GENERALIZED_TIME = 0x18;
const FIRST_YEAR_OF_GENERALIZED_TIME = 2050;

/** One element of DER (X.690): its tag, its length, and its content in one or more parts. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Uint8Array.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Uint8Array.of(tag, 0x80 | length.length), length, content]);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(DER_TAGS.sequence, ...parts);
}

/** A SET OF: its elements are sorted by their encoding (X.690 §11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return element(SET, ...parts.toSorted((a, b) => Buffer.compare(a, b)));
}

/** A constructed element with a context-specific tag. */
export function context(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | tag, ...parts);
}

/** An INTEGER of the content that it has in DER. */
export function integer(...content: readonly number[]): Uint8Array {
  return element(DER_TAGS.integer, Uint8Array.from(content));
}

/** An INTEGER of the number that these bytes are, which is not negative. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : bytes.subarray(start);
  return (digits[0] ?? 0) < 0x80 ? integer(...digits) : integer(0, ...digits);
}

export function octetString(content: Uint8Array): Uint8Array {
  return element(DER_TAGS.octetString, content);
}

export function objectIdentifier(dotted: string): Uint8Array {
  return new Uint8Array(new ObjectIdentifier({ value: dotted }).toBER());
}

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2), with NULL for parameters or with none. */
export function algorithmIdentifier(dotted: string, withNull = false): Uint8Array {
  return sequence(objectIdentifier(dotted), ...(withNull ? [NULL] : []));
}

/** A time of whole seconds as GeneralizedTime. */
export function generalizedTime(time: Date): Uint8Array {
  return element(GENERALIZED_TIME, encodeUtf8(`${digitsOf(time)}Z`));
}

/** A time of whole seconds as CMS wants it: UTCTime through 2049, then GeneralizedTime (RFC 5652 §11.3). */
export function signingTime(time: Date): Uint8Array {
  if (time.getUTCFullYear() >= FIRST_YEAR_OF_GENERALIZED_TIME) return generalizedTime(time);
  return element(DER_TAGS.utcTime, encodeUtf8(`${digitsOf(time).slice(2)}Z`));
}

function digitsOf(time: Date): string {
  return time.toISOString().replaceAll(/\D/g, '').slice(0, 14);
}
