// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8, EncodingError, quote } from '@colophon/base';
import { DistError } from './dist-error.ts';

/** One line of a checksum file. */
export interface Checksum {
  /** As it is written, folders included. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256Hex: string;
}

const MAX_LINES = 100_000;
/** `sha256sum`: the digest, a blank, a blank or `*` for how the file was read, the name. */
const GNU = /^(?<digest>[0-9a-f]{64}) [ *](?<path>.+)$/;
/** `sha256sum --tag`, and the BSDs: the algorithm, the name in brackets, the digest. */
const BSD = /^SHA256 \((?<path>.+)\) = (?<digest>[0-9a-f]{64})$/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Reads a checksum file as `sha256sum` writes it, in either form, strictly: SHA-256 in lower case, each name once, nothing
 * else. A line with the escapes of unusual names is refused, for it starts with a backslash.
 * @throws DistError ERR_CHECKSUMS
 */
export function parseChecksums(source: string | Uint8Array): Checksum[] {
  const lines = textOf(source).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new DistError('ERR_CHECKSUMS', 'the checksum file is empty');
  if (lines.length > MAX_LINES)
    throw new DistError('ERR_CHECKSUMS', `the checksum file has more than ${MAX_LINES} lines`);
  const checksums = lines.map(parseLine);
  const seen = new Set<string>();
  for (const [index, { path }] of checksums.entries()) {
    if (seen.has(path)) throw malformed(index, `${quote(path)} stands in it twice`);
    seen.add(path);
  }
  return checksums;
}

function textOf(source: string | Uint8Array): string {
  if (typeof source === 'string') return source;
  try {
    return decodeUtf8(source);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new DistError('ERR_CHECKSUMS', 'the checksum file is not UTF-8', { cause });
  }
}

function parseLine(line: string, index: number): Checksum {
  const { digest, path } = (GNU.exec(line) ?? BSD.exec(line))?.groups ?? {};
  if (digest === undefined || path === undefined || CONTROL.test(line))
    throw malformed(index, `${quote(line)} is not a SHA-256 checksum`);
  return { path, sha256Hex: digest };
}

function malformed(index: number, what: string): DistError {
  return new DistError('ERR_CHECKSUMS', `line ${index + 1} of the checksum file: ${what}`);
}
