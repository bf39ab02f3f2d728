// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateRawSync } from 'node:zlib';

/** One member of a zip under construction. What is set here stands in the file, right or wrong. */
export interface ZipMember {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  readonly deflate?: boolean;
  /** Written in the central directory and, unless `local` says otherwise, in the local header. */
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly packedSize?: number;
  readonly extra?: Buffer;
  readonly comment?: string;
  readonly offset?: number;
  /** The local header, where it parts from the directory. */
  readonly local?: Partial<Pick<ZipMember, 'name' | 'flags' | 'method' | 'crc' | 'size' | 'extra'>>;
  /** Bytes before the local header and after the data. */
  readonly before?: Buffer;
  readonly after?: Buffer;
}

export interface ZipFrame {
  readonly zip64?: boolean;
  readonly comment?: string;
  readonly prefix?: Buffer;
  readonly suffix?: Buffer;
  readonly entryCount?: number;
  readonly directoryOffset?: bigint;
}

interface Laid {
  readonly local: Buffer;
  readonly central: (offset: number) => Buffer;
  readonly headerAt: number;
}

/** Writes a zip (APPNOTE 6.3) of any soundness. */
export function buildZip(members: readonly ZipMember[], frame: ZipFrame = {}): Buffer {
  const parts = [frame.prefix ?? Buffer.alloc(0)];
  const central: Buffer[] = [];
  let position = parts[0]?.length ?? 0;
  for (const member of members) {
    const laid = layMember(member, frame.zip64 ?? false);
    central.push(laid.central(position + laid.headerAt));
    parts.push(laid.local);
    position += laid.local.length;
  }
  const directory = Buffer.concat(central);
  const count = frame.entryCount ?? members.length;
  const end = endRecords({ count, size: directory.length, offset: position }, frame);
  return Buffer.concat([...parts, directory, end, frame.suffix ?? Buffer.alloc(0)]);
}

function layMember(member: ZipMember, zip64: boolean): Laid {
  const name = Buffer.from(member.name as string);
  const data = Buffer.from((member.data ?? '') as string);
  const packed = member.deflate ? deflateRawSync(data) : data;
  const flags = member.flags ?? (name.some((byte) => byte > 127) ? 0x800 : 0);
  const values = {
    flags,
    method: member.method ?? (member.deflate ? 8 : 0),
    crc: member.crc ?? crc32(data),
    size: member.size ?? data.length,
    packed: member.packedSize ?? packed.length,
    extra: member.extra ?? Buffer.alloc(0),
  };
  const localValues = { ...values, ...member.local };
  const before = member.before ?? Buffer.alloc(0);
  const head = header(0x04034b50, localValues, zip64);
  const localName = Buffer.from((member.local?.name ?? name) as string);
  head.fixed.writeUInt16LE(localName.length, 26);
  const local = Buffer.concat([
    before,
    head.fixed,
    localName,
    head.extra,
    packed,
    member.after ?? Buffer.alloc(0),
  ]);
  const central = (offset: number): Buffer => centralHeader({ ...member, name }, values, [offset, zip64]);
  return { local, central, headerAt: before.length };
}

type Values = { flags: number; method: number; crc: number; size: number; packed: number; extra: Buffer };

function header(signature: number, values: Values, zip64: boolean): { fixed: Buffer; extra: Buffer } {
  const fixed = Buffer.alloc(30);
  const extra = zip64
    ? Buffer.concat([zip64Extra([values.size, values.packed]), values.extra])
    : values.extra;
  fixed.writeUInt32LE(signature, 0);
  fixed.writeUInt16LE(zip64 ? 45 : 20, 4);
  fixed.writeUInt16LE(values.flags, 6);
  fixed.writeUInt16LE(values.method, 8);
  fixed.writeUInt32LE(values.crc, 14);
  fixed.writeUInt32LE(zip64 ? 0xffffffff : values.packed, 18);
  fixed.writeUInt32LE(zip64 ? 0xffffffff : values.size, 22);
  fixed.writeUInt16LE(extra.length, 28);
  return { fixed, extra };
}

function centralHeader(
  member: ZipMember & { name: Buffer },
  values: Values,
  [offset, zip64]: [number, boolean],
): Buffer {
  const at = member.offset ?? offset;
  const extra = zip64
    ? Buffer.concat([zip64Extra([values.size, values.packed, at]), values.extra])
    : values.extra;
  const { fixed } = header(0, values, zip64);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(zip64 ? 45 : 20, 4);
  fixed.copy(head, 6, 4, 28);
  head.writeUInt16LE(member.name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt16LE(Buffer.byteLength(member.comment ?? ''), 32);
  head.writeUInt32LE(zip64 ? 0xffffffff : at, 42);
  return Buffer.concat([head, member.name, extra, Buffer.from(member.comment ?? '')]);
}

export function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return extra;
}

function endRecords(at: { count: number; size: number; offset: number }, frame: ZipFrame): Buffer {
  const comment = Buffer.from(frame.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(frame.zip64 ? 0xffff : at.count, 8);
  end.writeUInt16LE(frame.zip64 ? 0xffff : at.count, 10);
  end.writeUInt32LE(frame.zip64 ? 0xffffffff : at.size, 12);
  end.writeUInt32LE(frame.zip64 ? 0xffffffff : at.offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([frame.zip64 ? zip64End(at, frame) : Buffer.alloc(0), end, comment]);
}

function zip64End(at: { count: number; size: number; offset: number }, frame: ZipFrame): Buffer {
  const records = Buffer.alloc(76);
  records.writeUInt32LE(0x06064b50, 0);
  records.writeBigUInt64LE(44n, 4);
  records.writeUInt16LE(45, 12);
  records.writeUInt16LE(45, 14);
  records.writeBigUInt64LE(BigInt(at.count), 24);
  records.writeBigUInt64LE(BigInt(at.count), 32);
  records.writeBigUInt64LE(BigInt(at.size), 40);
  records.writeBigUInt64LE(frame.directoryOffset ?? BigInt(at.offset), 48);
  records.writeUInt32LE(0x07064b50, 56);
  records.writeBigUInt64LE(BigInt(at.offset + at.size), 64);
  records.writeUInt32LE(1, 72);
  return records;
}
