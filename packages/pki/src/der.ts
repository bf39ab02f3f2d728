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

/** One DER element: a place in the input. Its views are made when they are asked for, and never copy. */
export class DerElement {
  readonly tag: number;
  readonly #source: Uint8Array;
  readonly #start: number;
  readonly #contentAt: number;
  readonly #end: number;

  constructor(source: Uint8Array, tag: number, at: readonly [start: number, contentAt: number, end: number]) {
    this.tag = tag;
    this.#source = source;
    [this.#start, this.#contentAt, this.#end] = at;
  }

  /** The whole element, tag and length included. */
  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end);
  }

  /** Its content only. */
  get value(): Uint8Array {
    return this.#source.subarray(this.#contentAt, this.#end);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** The elements that follow each other inside it. @throws PkiError ERR_CERTIFICATE */
  get children(): DerElement[] {
    const children: DerElement[] = [];
    for (let at = this.#contentAt; at < this.#end; ) {
      const child = readElement(this.#source, at, this.#end);
      children.push(child);
      at += child.length;
    }
    return children;
  }

  /** The same content under another tag, where one stands for it (X.690 §8.14.3, IMPLICIT). */
  as(tag: number): DerElement {
    return new DerElement(this.#source, tag, [this.#start, this.#contentAt, this.#end]);
  }
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
  const element = readElement(bytes, 0, bytes.length);
  if (element.length !== bytes.length) throw derError('bytes stand after the end of a DER element');
  return element;
}

/** Reads the elements that follow each other inside a constructed one. @throws PkiError ERR_CERTIFICATE */
export function readChildren(parent: DerElement): DerElement[] {
  return parent.children;
}

/** Gives the element if it is there and has the tag. @throws PkiError ERR_CERTIFICATE */
export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element?.tag !== tag) throw derError(`${what} is missing or of another ASN.1 type`);
  return element;
}

function readElement(source: Uint8Array, start: number, limit: number): DerElement {
  const tag = start < limit ? source[start] : undefined;
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw derError('a DER tag is missing or too large');
  const first = start + 1 < limit ? source[start + 1] : undefined;
  if (first === undefined) throw derError('a DER length is missing');
  const count = first < 0x80 ? 0 : first & 0x7f;
  const contentAt = start + 2 + count;
  const end = contentAt + (first < 0x80 ? first : readLongLength(source, contentAt - count, count));
  if (end > limit) throw derError('a DER element is longer than what holds it');
  return new DerElement(source, tag, [start, contentAt, end]);
}

// An octet beyond the end of what holds the element counts as 0 at most: the element's own end lies beyond it then.
function readLongLength(source: Uint8Array, at: number, count: number): number {
  if (count === 0 || count > 3) throw derError('a DER length has a form that is not allowed');
  let length = 0;
  for (let index = at; index < at + count; index += 1) length = length * 256 + (source[index] ?? 0);
  if (length < 0x80 || source[at] === 0) throw derError('a DER length is not in its shortest form');
  return length;
}

/** Writes an element around content: the header is in its shortest form. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 + octets.length, ...octets];
  return new Uint8Array(Buffer.concat([Uint8Array.from(header), ...content]));
}
