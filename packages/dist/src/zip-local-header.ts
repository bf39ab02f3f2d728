// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { archiveError } from './archive-problem.ts';
import type { RegularFile } from './regular-file.ts';
import { hasDataDescriptor, type ZipEntry } from './zip-entry.ts';

const SIGNATURE = 0x04034b50;
const FIXED_SIZE = 30;
const ZIP64 = 0x0001;
const IN_ZIP64 = 0xffffffff;

/** Where a member's bytes begin, and whether its sizes follow them in a data descriptor. */
export interface LocalHeader {
  readonly dataStart: number;
  readonly dataDescriptor: boolean;
}

/**
 * Reads the local header of a member (APPNOTE 4.3.7) and holds it to the central directory: an installer that streams
 * believes the one, an index the other, and two names or sizes would be two archives in one file.
 * @throws DistError ERR_DIST_ARCHIVE
 */
export async function readLocalHeader(file: RegularFile, entry: ZipEntry): Promise<LocalHeader> {
  const fixed = await readAt(file, entry.offset, FIXED_SIZE);
  if (fixed.readUInt32LE(0) !== SIGNATURE)
    throw archiveError('archive-damaged', `${file.path}: member ${quote(entry.name)} has no local header`);
  const [nameLength, extraLength] = [fixed.readUInt16LE(26), fixed.readUInt16LE(28)];
  const rest = await readAt(file, entry.offset + FIXED_SIZE, nameLength + extraLength);
  const dataDescriptor = hasDataDescriptor(fixed.readUInt16LE(6)) || hasDataDescriptor(entry.flags);
  const same =
    rest.subarray(0, nameLength).equals(Buffer.from(entry.name)) &&
    fixed.readUInt16LE(8) === entry.method &&
    (dataDescriptor || sameSizes(fixed, rest.subarray(nameLength), entry));
  if (!same)
    throw archiveError(
      'archive-ambiguous',
      `${file.path}: the local header of member ${quote(entry.name)} contradicts the central directory`,
    );
  const dataStart = entry.offset + FIXED_SIZE + nameLength + extraLength;
  if (dataStart + entry.compressedSize > file.size)
    throw archiveError('archive-damaged', `${file.path}: member ${quote(entry.name)} is cut off`);
  return { dataStart, dataDescriptor };
}

function sameSizes(fixed: Buffer, extra: Buffer, entry: ZipEntry): boolean {
  const crc32 = fixed.readUInt32LE(14);
  const [compressed, uncompressed] = [fixed.readUInt32LE(18), fixed.readUInt32LE(22)];
  // The zip64 field holds, in this order, only those sizes that the fixed part has no room for.
  const large = zip64Values(extra);
  const realUncompressed = uncompressed === IN_ZIP64 ? large.shift() : uncompressed;
  const realCompressed = compressed === IN_ZIP64 ? large.shift() : compressed;
  return (
    crc32 === entry.crc32 &&
    realUncompressed === entry.uncompressedSize &&
    realCompressed === entry.compressedSize
  );
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64) continue;
    const data = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    return Array.from({ length: Math.floor(data.length / 8) }, (_, index) =>
      Number(data.readBigUInt64LE(index * 8)),
    );
  }
  return [];
}

/** Exactly `length` bytes at `position`. @throws DistError ERR_DIST_ARCHIVE when the file ends before */
export async function readAt(file: RegularFile, position: number, length: number): Promise<Buffer> {
  if (!(position >= 0 && position + length <= file.size))
    throw archiveError('archive-damaged', `${file.path}: an offset points beyond the end`);
  const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw archiveError('archive-damaged', `${file.path}: ended while it was read`);
  return buffer;
}
