// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

interface Member {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

const NAME = 'colophon_large';
const INFO = `${NAME}-1.0.dist-info`;
const CHUNK = 1_000_000;

/** Writes a sound wheel around one stored member of `size` bytes (fewer than 4 GiB), and gives its path. */
export async function writeLargeWheel(folder: string, size: number): Promise<string> {
  const path = join(folder, `${NAME}-1.0-py3-none-any.whl`);
  const file = await open(path, 'w');
  try {
    await writeMembers(file, size);
  } finally {
    await file.close();
  }
  return path;
}

async function writeMembers(file: FileHandle, size: number): Promise<void> {
  const chunk = randomBytes(CHUNK);
  const count = Math.ceil(size / CHUNK);
  let crc = 0;
  const hash = createHash('sha256');
  for (let index = 0; index < count; index += 1) {
    crc = crc32(chunk, crc);
    hash.update(chunk);
  }
  const members: Member[] = [];
  const data = `${NAME}/data.bin`;
  let offset = await writeHeader(file, members, { name: data, size: count * CHUNK, crc, offset: 0 });
  for (let index = 0; index < count; index += 1) offset += (await file.write(chunk)).bytesWritten;
  const record = [`${data},sha256=${hash.digest('base64url')},${count * CHUNK}`];
  for (const [name, text] of texts()) {
    record.push(`${name},sha256=${createHash('sha256').update(text).digest('base64url')},${text.length}`);
    offset = await writeText(file, members, { name, text, offset });
  }
  const text = `${[...record, `${INFO}/RECORD,,`].join('\n')}\n`;
  offset = await writeText(file, members, { name: `${INFO}/RECORD`, text, offset });
  await file.write(directory(members, offset));
}

function texts(): [name: string, text: string][] {
  return [
    [`${INFO}/METADATA`, `Metadata-Version: 2.1\nName: ${NAME}\nVersion: 1.0\nSummary: large\n`],
    [`${INFO}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ];
}

async function writeText(
  file: FileHandle,
  members: Member[],
  { name, text, offset }: { name: string; text: string; offset: number },
): Promise<number> {
  const next = await writeHeader(file, members, { name, size: text.length, crc: crc32(text), offset });
  return next + (await file.write(text)).bytesWritten;
}

/** A local file header; gives where the data begins. */
async function writeHeader(file: FileHandle, members: Member[], member: Member): Promise<number> {
  members.push(member);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, member);
  const { bytesWritten } = await file.write(Buffer.concat([header, Buffer.from(member.name)]));
  return member.offset + bytesWritten;
}

function writeCommon(header: Buffer, at: number, { crc, size, name }: Member): void {
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(0x21, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(name.length, at + 22);
}

function directory(members: readonly Member[], offset: number): Buffer {
  const entries = members.map((member) => {
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    writeCommon(entry, 6, member);
    entry.writeUInt32LE(member.offset, 42);
    return Buffer.concat([entry, Buffer.from(member.name)]);
  });
  const all = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(all.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([all, end]);
}
