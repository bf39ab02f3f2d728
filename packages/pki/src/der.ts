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

/** What elements are places in: bytes, and the same once as Latin-1 text, of which short parts cost less than views of bytes. */
class DerSource {
  readonly bytes: Uint8Array;
  #text: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get text(): string {
    const { buffer, byteOffset, length } = this.bytes;
    this.#text ??= Buffer.from(buffer, byteOffset, length).toString('latin1');
    return this.#text;
  }
}

/** One DER element: a place in the input. Its views are made when they are asked for, and never copy. */
export class DerElement {
  readonly tag: number;
  readonly source: DerSource;
  readonly start: number;
  readonly contentAt: number;
  readonly end: number;

  constructor(source: DerSource, start: number, contentAt: number, end: number) {
    this.tag = source.bytes[start] ?? 0;
    this.source = source;
    this.start = start;
    this.contentAt = contentAt;
    this.end = end;
  }

  /** The whole element, tag and length included. */
  get bytes(): Uint8Array {
    return this.source.bytes.subarray(this.start, this.end);
  }

  /** Its content only. */
  get value(): Uint8Array {
    return this.source.bytes.subarray(this.contentAt, this.end);
  }

  /** Its content, each octet as the character of that number. */
  get text(): string {
    return this.source.text.slice(this.contentAt, this.end);
  }

  /** How many octets its content has. */
  get size(): number {
    return this.end - this.contentAt;
  }

  /** The octet at a place of its content. */
  at(index: number): number {
    return this.contentAt + index < this.end ? (this.source.bytes[this.contentAt + index] ?? 0) : 0;
  }

  /** The elements that follow each other inside it. @throws PkiError ERR_CERTIFICATE */
  get children(): DerElement[] {
    const children: DerElement[] = [];
    for (let at = this.contentAt; at < this.end; ) {
      const child = readElement(this.source, at, this.end);
      children.push(child);
      at = child.end;
    }
    return children;
  }

  /** The same content under another tag, where one stands for it (X.690 §8.14.3, IMPLICIT). */
  as(tag: number): DerElement {
    const element = new DerElement(this.source, this.start, this.contentAt, this.end);
    (element as { tag: number }).tag = tag;
    return element;
  }

  /** The one element that the content is, such as an extension's in its OCTET STRING. @throws PkiError ERR_CERTIFICATE */
  get inner(): DerElement {
    return readWhole(this.source, this.contentAt, this.end);
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
  return readWhole(new DerSource(bytes), 0, bytes.length);
}

function readWhole(source: DerSource, start: number, end: number): DerElement {
  const element = readElement(source, start, end);
  if (element.end !== end) throw derError('bytes stand after the end of a DER element');
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

function readElement(source: DerSource, start: number, limit: number): DerElement {
  const { bytes } = source;
  const tag = start < limit ? bytes[start] : undefined;
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw derError('a DER tag is missing or too large');
  const first = start + 1 < limit ? bytes[start + 1] : undefined;
  if (first === undefined) throw derError('a DER length is missing');
  const count = first < 0x80 ? 0 : first & 0x7f;
  const contentAt = start + 2 + count;
  const end = contentAt + (first < 0x80 ? first : readLongLength(bytes, contentAt - count, count));
  if (end > limit) throw derError('a DER element is longer than what holds it');
  return new DerElement(source, start, contentAt, end);
}

// An octet beyond the end of what holds the element counts as 0 at most: the element's own end lies beyond it then.
function readLongLength(bytes: Uint8Array, at: number, count: number): number {
  if (count === 0 || count > 3) throw derError('a DER length has a form that is not allowed');
  let length = 0;
  for (let index = at; index < at + count; index += 1) length = length * 256 + (bytes[index] ?? 0);
  if (length < 0x80 || bytes[at] === 0) throw derError('a DER length is not in its shortest form');
  return length;
}

/** Writes an element around content: the header is in its shortest form. */
export function encodeDer(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return new Uint8Array(Buffer.concat([encodeDerHeader(tag, length), ...content]));
}

/** Writes the tag and the length of an element, in the shortest form. */
export function encodeDerHeader(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(tag, 0x80 + octets.length, ...octets);
}
