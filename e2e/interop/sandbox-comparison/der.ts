// SPDX-License-Identifier: Apache-2.0

/** Tags of DER that are written here. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  sequence: 0x30,
  context0: 0xa0,
} as const;

const CONSTRUCTED = 0x20;
const TEXT_TAGS = new Set([0x0c, 0x13, 0x16]);
/** No digest is as long, no token's content as short. */
const LARGEST_DIGEST = 64;

/** One element of DER. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

/** An object identifier of arcs below 128 but for those in base 128 already. */
export function oid(...content: readonly number[]): Buffer {
  return der(TAG.oid, Buffer.from(content));
}

/**
 * Tags, object identifiers and nesting of DER, without lengths and values: what two tokens of two authorities share.
 * A certificate is one word, for authorities have different ones.
 */
export function derShape(bytes: Uint8Array): string {
  return childrenOf(bytes).map(elementShape).join(' ');
}

/** Tells DER from bytes that merely begin like it, as one hash in 256 does. */
export function isOneElement(bytes: Uint8Array): boolean {
  try {
    return childrenOf(bytes).length === 1;
  } catch {
    return false;
  }
}

export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

function elementShape({ tag, content }: Element): string {
  const name = tag.toString(16).padStart(2, '0');
  if (TEXT_TAGS.has(tag)) return 'text';
  if (tag === TAG.oid) return `oid:${Buffer.from(content).toString('hex')}`;
  if (tag === TAG.octetString && content.length > LARGEST_DIGEST && content[0] === TAG.sequence)
    return `${name}<${derShape(content)}>`;
  if ((tag & CONSTRUCTED) === 0) return name;
  const children = childrenOf(content);
  if (tag === TAG.sequence && children[2]?.tag === TAG.bitString) return 'certificate';
  return `${name}(${children.map(elementShape).join(' ')})`;
}

export function childrenOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let rest = Buffer.from(bytes); rest.length > 0; ) {
    const [tag = 0, first = 0] = rest;
    const size = first < 0x80 ? 0 : first & 0x7f;
    const length = size === 0 ? first : rest.readUIntBE(2, size);
    const end = 2 + size + length;
    if (end > rest.length) throw new RangeError('an element beyond the end');
    elements.push({ tag, content: rest.subarray(2 + size, end) });
    rest = rest.subarray(end);
  }
  return elements;
}
