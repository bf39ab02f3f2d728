// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import type { FileView } from './file-view.ts';

/** A member as the central directory states it. */
export interface ZipMember {
  /** As Python's zipfile names it: UTF-8 where flagged, else code page 437 (here its bytes one by one). */
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** What Python's zipfile says of a file that it cannot open. */
export class BadZip extends Error {}

const END = Buffer.from('PK\x05\x06', 'latin1');
const END_SIZE = 22;
const FULL = 0xffffffff;
const unpack = promisify(inflateRaw);

interface EndRecord {
  readonly at: number;
  readonly size: number;
  readonly offset: number;
}

/** Where Python's zipfile finds the end of a zip, or nothing: it searches the last 64 KiB and minds no bytes behind it. */
export async function findEnd(view: FileView): Promise<EndRecord | undefined> {
  const start = Math.max(0, view.size - END_SIZE - 0xffff);
  const tail = await view.read(start, END_SIZE + 0xffff);
  const found = tail.lastIndexOf(END);
  if (found < 0 || found + END_SIZE > tail.length) return undefined;
  const record = {
    at: start + found,
    size: tail.readUInt32LE(found + 12),
    offset: tail.readUInt32LE(found + 16),
  };
  return record.offset === FULL || record.size === FULL
    ? ((await findEnd64(view, record.at)) ?? record)
    : record;
}

async function findEnd64(view: FileView, end: number): Promise<EndRecord | undefined> {
  const locator = await view.read(end - 20, 20);
  const at = end - 20 - 56;
  const record = await view.read(at, 56);
  if (locator.length < 20 || locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50) return undefined;
  return { at, size: Number(record.readBigUInt64LE(40)), offset: Number(record.readBigUInt64LE(48)) };
}

/** Reads the central directory as Python's zipfile does: what stands before the zip shifts its offsets. @throws BadZip */
export async function readZipDirectory(view: FileView): Promise<ZipMember[]> {
  const end = await findEnd(view);
  if (!end) throw new BadZip('File is not a zip file');
  const shift = end.at - end.size - end.offset;
  const directory = await view.read(end.offset + shift, end.size);
  if (end.offset + shift < 0) throw new BadZip('Bad offset for central directory');
  const members: ZipMember[] = [];
  for (let at = 0; at < end.size; ) {
    if (at + 46 > directory.length) throw new BadZip('Truncated central directory');
    if (directory.readUInt32LE(at) !== 0x02014b50) throw new BadZip('Bad magic number for central directory');
    const lengths = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const length = 46 + lengths.reduce((sum, one) => sum + one, 0);
    members.push(memberOf(directory.subarray(at, at + length), lengths, shift));
    at += length;
  }
  return members;
}

function memberOf(
  header: Buffer,
  [nameLength = 0, extraLength = 0]: readonly number[],
  shift: number,
): ZipMember {
  const name = header.subarray(46, 46 + nameLength);
  const sizes = [header.readUInt32LE(24), header.readUInt32LE(20), header.readUInt32LE(42)];
  const large = zip64Values(header.subarray(46 + nameLength, 46 + nameLength + extraLength));
  const [size = 0, packedSize = 0, offset = 0] = sizes.map((value) =>
    value === FULL ? (large.shift() ?? value) : value,
  );
  return {
    name: name.toString((header.readUInt16LE(8) & 0x800) === 0 ? 'latin1' : 'utf8'),
    method: header.readUInt16LE(10),
    crc: header.readUInt32LE(16),
    packedSize,
    size,
    offset: offset + shift,
  };
}

function zip64Values(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const data = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    if (extra.readUInt16LE(at) === 1)
      return Array.from({ length: data.length >> 3 }, (_, index) => Number(data.readBigUInt64LE(index * 8)));
  }
  return [];
}

/** The content of a member. @throws BadZip where it cannot be unpacked, or is not what the directory states */
export async function readZipMember(view: FileView, member: ZipMember): Promise<Buffer> {
  const header = await view.read(member.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw new BadZip('Bad magic number for file header');
  const start = member.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await view.read(start, member.packedSize);
  const content = member.method === 0 ? packed : await unpacked(packed, member);
  if (content.length !== member.size || crc32(content) !== member.crc)
    throw new BadZip(`Bad CRC-32 for file ${member.name}`);
  return content;
}

async function unpacked(packed: Buffer, { name, size }: ZipMember): Promise<Buffer> {
  try {
    return await unpack(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw new BadZip(`${name} does not unpack`);
  }
}
