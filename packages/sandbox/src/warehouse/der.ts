// SPDX-License-Identifier: Apache-2.0
import { WarehouseError } from './warehouse-error.ts';

/** One element of DER (X.690). */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly raw: Uint8Array;
}

export const DER_TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  utcTime: 0x17,
} as const;

/**
 * Reads bytes that are one DER element and nothing else. Lengths have their shortest form and are definite: a certificate that
 * can be written in two ways has two hashes for one signature.
 * @throws WarehouseError ERR_WAREHOUSE_DER
 */
export function readDer(bytes: Uint8Array, tag?: number): DerElement {
  const [element, ...more] = readDerSequence(bytes);
  if (!element || more.length > 0) throw malformed('not one element');
  if (tag !== undefined && element.tag !== tag) throw malformed(`tag ${element.tag} where ${tag} belongs`);
  return element;
}

/** Reads the elements that stand one after the other in `bytes`. @throws WarehouseError ERR_WAREHOUSE_DER */
export function readDerSequence(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readElement(bytes.subarray(at));
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
}

function readElement(bytes: Uint8Array): DerElement {
  const [tag = 0, first = 0x80] = bytes;
  if ((tag & 0x1f) === 0x1f) throw malformed('a tag of several bytes');
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || size > 4) throw malformed('an indefinite or huge length');
  const length = size === 0 ? first : Buffer.from(bytes.subarray(2, 2 + size)).readUIntBE(0, size);
  if (size > 0 && (length < 0x80 || length < 256 ** (size - 1)))
    throw malformed('a length that is not in its shortest form');
  const start = 2 + size;
  const content = bytes.subarray(start, start + length);
  if (content.length !== length) throw malformed('an element beyond the end');
  return { tag, content, raw: bytes.subarray(0, start + length) };
}

/** An object identifier in dotted form. @throws WarehouseError ERR_WAREHOUSE_DER */
export function readOid(element: DerElement | undefined): string {
  if (element?.tag !== DER_TAGS.oid || element.content.length === 0) throw malformed('no object identifier');
  const arcs: bigint[] = [];
  let arc: bigint | undefined;
  for (const byte of element.content) {
    if (arc === undefined && byte === 0x80) throw malformed('an object identifier with a padded arc');
    arc = ((arc ?? 0n) << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = undefined;
  }
  if (arc !== undefined) throw malformed('a truncated object identifier');
  const [head = 0n, ...rest] = arcs;
  const top = head < 80n ? head / 40n : 2n;
  return [top, head - top * 40n, ...rest].join('.');
}

/** Whether bit `index` of a BIT STRING is set; bit 0 comes first. @throws WarehouseError ERR_WAREHOUSE_DER */
export function readBit(bitString: DerElement, index: number): boolean {
  const byte = bitString.content[1 + Math.floor(index / 8)] ?? 0;
  return (byte & (0x80 >> (index % 8))) !== 0;
}

function malformed(what: string): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_DER', `malformed DER: ${what}`);
}
