// SPDX-License-Identifier: Apache-2.0
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDist, readCoreMetadata } from '../src/index.ts';
import { DistFolder, METADATA, WHEEL, WHEEL_MEMBERS } from './dist-folder.ts';
import { buildZip, zip64Extra, type ZipFrame, type ZipMember } from './zip-builder.ts';

const MIB = 1024 * 1024;
const [FIRST, ...REST] = WHEEL_MEMBERS as [ZipMember, ...ZipMember[]];
const SOUND = buildZip(WHEEL_MEMBERS);
let folder: DistFolder;

beforeAll(async () => {
  folder = await DistFolder.create();
});
afterAll(() => folder.remove());

const wheelOf = (bytes: Uint8Array) => folder.write(WHEEL, bytes);
/** The sound wheel with its METADATA changed. */
const changed = (change: Partial<ZipMember>, frame?: ZipFrame) =>
  buildZip([{ ...FIRST, ...change }, ...REST], frame);
/** The sound wheel with one more member. */
const withMember = (member: ZipMember) => buildZip([...WHEEL_MEMBERS, member]);

describe('readCoreMetadata of a wheel', () => {
  const SOUND_ZIPS: [title: string, bytes: Buffer][] = [
    ['stored', SOUND],
    ['deflated', changed({ deflate: true })],
    ['in zip64 form', buildZip(WHEEL_MEMBERS, { zip64: true })],
    ['in zip64 form, deflated', changed({ deflate: true }, { zip64: true })],
    ['with a comment at its end', buildZip(WHEEL_MEMBERS, { comment: 'hello' })],
    ['with names in UTF-8', withMember({ name: 'dönnerstag.py', data: 'x' })],
    ['with directories', withMember({ name: 'pkg/' })],
    ['with data descriptors', changed({ flags: 8, local: { crc: 0, size: 0 }, after: Buffer.alloc(16) })],
  ];
  it.each(SOUND_ZIPS)('reads one %s', async (_title, bytes) => {
    const metadata = await readCoreMetadata(await wheelOf(bytes));
    expect(metadata).toMatchObject({ name: 'foo', version: '1.0', fields: { description: ['Hello\n'] } });
  });

  it('reads one that adm-zip wrote', async () => {
    const path = await folder.wheel({ 'foo-1.0.dist-info/METADATA': METADATA });
    expect((await readCoreMetadata(path)).name).toBe('foo');
  });

  it('looks for the member that the file name spells', async () => {
    const bytes = buildZip([{ ...FIRST, name: 'Foo-1.0.dist-info/METADATA' }]);
    await expect(readCoreMetadata(await wheelOf(bytes))).rejects.toMatchObject({
      code: 'ERR_DIST_MISSING_METADATA',
      message: expect.stringContaining('foo-1.0.dist-info/METADATA'),
    });
    const path = await folder.write('Foo-1.0-py3-none-any.whl', bytes);
    expect((await readCoreMetadata(path)).name).toBe('foo');
  });

  const HOSTILE: [title: string, bytes: Buffer, problem: string][] = [
    ['no bytes', Buffer.alloc(0), 'archive-damaged'],
    ['garbage', Buffer.from('not a zip '.repeat(100)), 'archive-damaged'],
    ['a zip cut in its end record', SOUND.subarray(0, -3), 'archive-damaged'],
    ['a zip cut in its directory', SOUND.subarray(0, -60), 'archive-damaged'],
    ['a zip cut in half', SOUND.subarray(0, SOUND.length / 2), 'archive-damaged'],
    ['a zip without its beginning', SOUND.subarray(40), 'archive-damaged'],
    ['trailing bytes', buildZip(WHEEL_MEMBERS, { suffix: Buffer.from('x') }), 'archive-damaged'],
    ['more entries than there are', buildZip(WHEEL_MEMBERS, { entryCount: 9 }), 'archive-damaged'],
    [
      'a directory at 2^60',
      buildZip(WHEEL_MEMBERS, { zip64: true, directoryOffset: 2n ** 60n }),
      'archive-damaged',
    ],
    [
      'a directory at 2^64 - 1',
      buildZip(WHEEL_MEMBERS, { zip64: true, directoryOffset: 2n ** 64n - 1n }),
      'archive-damaged',
    ],
    ['a member beyond the end', changed({ offset: 1 << 30 }), 'archive-damaged'],
    ['a member that is no member', changed({ offset: 20 }), 'archive-damaged'],
    ['a wrong checksum', changed({ crc: 1 }), 'archive-damaged'],
    ['a wrong checksum, deflated', changed({ crc: 1, deflate: true }), 'archive-damaged'],
    ['a size too small', changed({ deflate: true, size: 10 }), 'archive-damaged'],
    ['a size too large', changed({ deflate: true, size: 10_000 }), 'archive-damaged'],
    ['deflated bytes that are not', changed({ method: 8 }), 'archive-damaged'],
    ['metadata over the limit', changed({ data: Buffer.alloc(17 * MIB, 'a') }), 'archive-limit'],
    [
      'metadata that claims 2^50 bytes',
      changed({ method: 8, size: 1, extra: zip64Extra([1]) }),
      'archive-damaged',
    ],
    ['a bomb by its own account', withMember({ name: 'b', method: 8, size: 80 * MIB }), 'archive-bomb'],
    [
      'an encrypted member',
      withMember({ name: 'b', flags: 1, data: Buffer.alloc(12), size: 0 }),
      'archive-encrypted',
    ],
    ['LZMA', withMember({ name: 'b', method: 14 }), 'archive-compression'],
    ['bzip2', withMember({ name: 'b', method: 12 }), 'archive-compression'],
    ['a climbing name', withMember({ name: '../evil.py' }), 'archive-name'],
    ['a name that climbs in the middle', withMember({ name: 'a/../../evil.py' }), 'archive-name'],
    ['an absolute name', withMember({ name: '/etc/passwd' }), 'archive-name'],
    ['a drive', withMember({ name: 'C:evil.py' }), 'archive-name'],
    ['a backslash', withMember({ name: '..\\evil.py' }), 'archive-name'],
    ['a NUL in a name', withMember({ name: 'a\u0000b' }), 'archive-name'],
    ['a line end in a name', withMember({ name: 'a\nb' }), 'archive-name'],
    ['DEL in a name', withMember({ name: 'a\u007f' }), 'archive-name'],
    ['an empty name', withMember({ name: '' }), 'archive-name'],
    [
      'a name that is not UTF-8',
      withMember({ name: Buffer.from([0x61, 0xff]), flags: 0x800 }),
      'archive-name',
    ],
    ['a name in code page 437', withMember({ name: Buffer.from([0x61, 0x81]), flags: 0 }), 'archive-name'],
    ['UTF-8 that is not marked', withMember({ name: 'ü', flags: 0 }), 'archive-name'],
    ['METADATA twice', withMember(FIRST), 'archive-duplicate'],
    ['another member twice', withMember({ name: 'foo.py', data: 'y' }), 'archive-duplicate'],
    ['a directory twice', buildZip([...WHEEL_MEMBERS, { name: 'a/' }, { name: 'a/' }]), 'archive-duplicate'],
    [
      'another name in the local header',
      changed({ local: { name: 'foo-1.0.dist-info/METADATB' } }),
      'archive-ambiguous',
    ],
    ['another method in the local header', changed({ local: { method: 8 } }), 'archive-ambiguous'],
    ['another size in the local header', changed({ local: { size: 3 } }), 'archive-ambiguous'],
    ['another checksum in the local header', changed({ local: { crc: 3 } }), 'archive-ambiguous'],
    [
      'a second zip64 field',
      changed({ extra: Buffer.concat([zip64Extra([1]), zip64Extra([2])]) }),
      'archive-ambiguous',
    ],
    [
      'a second name in an extra field',
      withMember({ name: 'a', extra: unicodePath('b') }),
      'archive-ambiguous',
    ],
    ['an extra field that is cut off', changed({ extra: Buffer.from([1, 0, 99, 0]) }), 'archive-damaged'],
  ];
  it.each(HOSTILE)('refuses %s', async (_title, bytes, problem) => {
    await expect(readCoreMetadata(await wheelOf(bytes))).rejects.toMatchObject({
      code: 'ERR_DIST_ARCHIVE',
      details: { problem },
    });
  });

  it('refuses what cannot be read, as such', async () => {
    await mkdir(join(folder.path, 'dir-1.0-py3-none-any.whl'));
    for (const name of ['dir-1.0-py3-none-any.whl', 'absent-1.0-py3-none-any.whl'])
      await expect(readCoreMetadata(join(folder.path, name))).rejects.toMatchObject({
        code: 'ERR_DIST_READ',
      });
  });

  it('refuses a file name that says nothing', async () => {
    const path = await folder.write('foo.whl', SOUND);
    await expect(readCoreMetadata(path)).rejects.toMatchObject({ code: 'ERR_DIST_FILENAME' });
  });

  it('names the file when its metadata is bad', async () => {
    await expect(readCoreMetadata(await wheelOf(changed({ data: 'Name: foo\n' })))).rejects.toMatchObject({
      code: 'ERR_DIST_METADATA',
      message: expect.stringContaining(WHEEL),
    });
  });

  // A hole in the file: it takes no disk where the file system knows holes, as NTFS by default does not.
  it('reads a wheel of more than 2 GB without holding it', async () => {
    const path = await writeWheelWithHole(process.platform === 'win32' ? 300 * MIB : 2200 * MIB);
    const before = process.memoryUsage.rss();
    expect((await readCoreMetadata(path)).name).toBe('big');
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MIB);
  });
});

describe('checkDist of a wheel', () => {
  const FRAMES: [title: string, bytes: Buffer, code: string][] = [
    [
      'a data descriptor',
      changed({ flags: 8, local: { crc: 0, size: 0 }, after: Buffer.alloc(16) }),
      'zip-data-descriptor',
    ],
    [
      'a data descriptor that only the local header has',
      changed({ local: { flags: 8 } }),
      'zip-data-descriptor',
    ],
    ['a comment on a member', changed({ comment: 'hi' }), 'zip-comment'],
    [
      'bytes before the first member',
      buildZip(WHEEL_MEMBERS, { prefix: Buffer.from('#!/bin/sh\n') }),
      'zip-hidden-data',
    ],
    ['bytes between members', changed({ after: Buffer.from('hidden') }), 'zip-hidden-data'],
    ['a directory that is counted short', buildZip(WHEEL_MEMBERS, { entryCount: 3 }), 'zip-hidden-data'],
    [
      'a member on top of another',
      buildZip([...WHEEL_MEMBERS, { ...FIRST, name: FIRST.name, offset: 0 }]),
      'archive-duplicate',
    ],
    ['a member inside of another', withMember({ name: 'b', data: 'x', offset: 0 }), 'archive-overlap'],
    [
      'local headers that contradict, anywhere',
      withMember({ name: 'b', local: { name: 'c' } }),
      'archive-ambiguous',
    ],
  ];
  it.each(FRAMES)('finds %s', async (_title, bytes, code) => {
    const findings = await checkDist(await wheelOf(bytes));
    expect(findings).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });

  it('has nothing against zip64', async () => {
    expect(await checkDist(await wheelOf(buildZip(WHEEL_MEMBERS, { zip64: true })))).toEqual([]);
  });
});

function unicodePath(name: string): Buffer {
  const data = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from(name)]);
  return Buffer.concat([Buffer.from([0x75, 0x70, data.length, 0]), data]);
}

/** Lays out a zip64 whose first member is a hole of `size` bytes. */
async function writeWheelWithHole(size: number): Promise<string> {
  const path = join(folder.path, 'big-1.0-py3-none-any.whl');
  const hole: ZipMember = { name: 'big.bin', size, packedSize: size };
  const metadata = { name: 'big-1.0.dist-info/METADATA', data: METADATA.replace('foo', 'big') };
  const whole = buildZip([hole, metadata], { zip64: true });
  const dataAt = 30 + 'big.bin'.length + 20;
  const tail = shiftOffsets(whole.subarray(dataAt), size);
  const file = await open(path, 'w');
  await file.write(whole, 0, dataAt, 0);
  await file.write(tail, 0, tail.length, dataAt + size);
  await file.close();
  return path;
}

// The hole moves all that follows it: the second member, the directory and the end records.
function shiftOffsets(tail: Buffer, by: number): Buffer {
  const moved = Buffer.from(tail);
  const end = moved.lastIndexOf(Buffer.from('PK\u0006\u0006', 'latin1'));
  const second = moved.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  const memberOffset = second + 46 + moved.readUInt16LE(second + 28) + 4 + 16;
  for (const at of [memberOffset, end + 48, end + 56 + 8])
    moved.writeBigUInt64LE(moved.readBigUInt64LE(at) + BigInt(by), at);
  return moved;
}
