// SPDX-License-Identifier: Apache-2.0
import { PkiError } from './pki-error.ts';

/** Universal and context tags of X.690 that certificates use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One DER element: views into the input, never copies. */
export interface DerElement {
  readonly tag: number;
  /** The whole element, tag and length included. */
  readonly bytes: Uint8Array;
  /** Its content only. */
  readonly value: Uint8Array;
}

export function derError(message: string, cause?: unknown): PkiError {
  return new PkiError('ERR_CERTIFICATE', message, cause === undefined ? {} : { cause });
}

/**
 * Reads the one element that `bytes` holds. Only DER is taken (X.690 §10.1): definite lengths in their shortest form,
 * low tag numbers, nothing after the element. BER would give one certificate many encodings.
 * @throws PkiError ERR_CERTIFICATE
 */
export function readDer(bytes: Uint8Array): DerElement {
  const element = readElement(bytes, 0);
  if (element.bytes.length !== bytes.length) throw derError('bytes stand after the end of a DER element');
  return element;
}

/** Reads the elements that follow each other inside a constructed one. @throws PkiError ERR_CERTIFICATE */
export function readChildren(parent: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let at = 0; at < parent.value.length; ) {
    const child = readElement(parent.value, at);
    children.push(child);
    at += child.bytes.length;
  }
  return children;
}

/** Gives the element if it is there and has the tag. @throws PkiError ERR_CERTIFICATE */
export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) throw derError(`${what} is missing or of another ASN.1 type`);
  return element;
}

function readElement(source: Uint8Array, start: number): DerElement {
  const tag = source[start];
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw derError('a DER tag is missing or too large');
  const { length, contentAt } = readLength(source, start + 1);
  const end = contentAt + length;
  if (end > source.length) throw derError('a DER element is longer than what holds it');
  return { tag, bytes: source.subarray(start, end), value: source.subarray(contentAt, end) };
}

function readLength(source: Uint8Array, at: number): { length: number; contentAt: number } {
  const first = source[at];
  if (first === undefined) throw derError('a DER length is missing');
  if (first < 0x80) return { length: first, contentAt: at + 1 };
  const count = first & 0x7f;
  const octets = source.subarray(at + 1, at + 1 + count);
  if (count === 0 || count > 3 || octets.length !== count)
    throw derError('a DER length has a form that is not allowed');
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (length < 0x80 || octets[0] === 0) throw derError('a DER length is not in its shortest form');
  return { length, contentAt: at + 1 + count };
}

/** Writes an element around content: the header is in its shortest form. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 + octets.length, ...octets];
  return new Uint8Array(Buffer.concat([Uint8Array.from(header), ...content]));
}
