// SPDX-License-Identifier: Apache-2.0
import { AttestationError } from '@colophon/attestation';

const MAX_PREAMBLE_BYTES = 5;
/** Lengths of a literal from here on stand in bytes of their own. */
const LONG_LITERAL = 60;

/**
 * Expands one block of snappy's raw format (google/snappy, format_description.txt), which has neither frames nor checksums.
 * @param maxBytes the most that the block may claim to hold; memory for a claim beyond it is never taken.
 * @throws AttestationError ERR_BUNDLE
 */
export function expandSnappy(block: Uint8Array, maxBytes: number): Uint8Array {
  const [size, start] = readSize(block);
  if (size > maxBytes) throw malformed(`it claims to hold ${size} bytes`);
  const output = new Uint8Array(size);
  let [at, written] = [start, 0];
  while (at < block.length) {
    const { length, offset, next } = readElement(block, at);
    if (length > size - written) throw malformed('it holds more than it says');
    if (offset === undefined) output.set(block.subarray(next, next + length), written);
    else repeat(output, written, { length, offset });
    at = offset === undefined ? next + length : next;
    written += length;
  }
  if (written !== size || at !== block.length) throw malformed('it holds less than it says');
  return output;
}

interface Element {
  readonly length: number;
  /** How far back the bytes to copy begin; undefined for a literal, whose bytes begin at `next`. */
  readonly offset: number | undefined;
  readonly next: number;
}

function readElement(block: Uint8Array, at: number): Element {
  const tag = block[at] ?? 0;
  const upper = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const more = Math.max(0, upper - LONG_LITERAL + 1);
      const next = at + 1 + more;
      return { length: (more === 0 ? upper : readNumber(block, at + 1, more)) + 1, offset: undefined, next };
    }
    case 1:
      return {
        length: (upper & 7) + 4,
        offset: ((tag >> 5) << 8) | readNumber(block, at + 1, 1),
        next: at + 2,
      };
    case 2:
      return { length: upper + 1, offset: readNumber(block, at + 1, 2), next: at + 3 };
    default:
      return { length: upper + 1, offset: readNumber(block, at + 1, 4), next: at + 5 };
  }
}

// A copy may reach into what it writes itself: then it repeats.
function repeat(
  output: Uint8Array,
  written: number,
  { length, offset }: { length: number; offset: number },
): void {
  if (offset === 0 || offset > written) throw malformed('it copies from where nothing is');
  for (let at = written; at < written + length; at += 1) output[at] = output[at - offset] ?? 0;
}

function readSize(block: Uint8Array): [size: number, next: number] {
  let size = 0;
  for (let at = 0; at < Math.min(MAX_PREAMBLE_BYTES, block.length); at += 1) {
    const byte = block[at] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return [size, at + 1];
  }
  throw malformed('it does not say how much it holds');
}

function readNumber(block: Uint8Array, at: number, length: number): number {
  if (at + length > block.length) throw malformed('it is cut off');
  let value = 0;
  for (let index = length - 1; index >= 0; index -= 1) value = value * 256 + (block[at + index] ?? 0);
  return value;
}

function malformed(reason: string): AttestationError {
  return new AttestationError('ERR_BUNDLE', `not a bundle compressed by snappy: ${reason}`);
}
