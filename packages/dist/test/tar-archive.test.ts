// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDist, readCoreMetadata } from '../src/index.ts';
import { DistFolder, METADATA, SDIST, SDIST_MEMBERS } from './dist-folder.ts';
import { buildTar, paxHeader, TAR_END, type TarMember } from './tar-builder.ts';
import { buildZip } from './zip-builder.ts';

const MIB = 1024 * 1024;
const PKG_INFO = 'foo-1.0/PKG-INFO';
const SOUND = gzipSync(buildTar(SDIST_MEMBERS));
let folder: DistFolder;

beforeAll(async () => {
  folder = await DistFolder.create();
});
afterAll(() => folder.remove());

const withMembers = (...members: TarMember[]) => gzipSync(buildTar([...SDIST_MEMBERS, ...members]));
const read = async (bytes: Uint8Array) => readCoreMetadata(await folder.write(SDIST, bytes));

describe('readCoreMetadata of an sdist', () => {
  const LONG = `foo-1.0/${'d/'.repeat(100)}x`;
  const SOUND_TARS: [title: string, bytes: Buffer][] = [
    ['plain', SOUND],
    [
      'with a global extended header, as git writes it',
      gzipSync(buildTar([{ ...paxHeader({ comment: 'c0ffee' }), type: 'g' }, ...SDIST_MEMBERS])),
    ],
    [
      'with a long name in an extended header',
      withMembers(paxHeader({ path: LONG }), { name: 'short', data: 'x' }),
    ],
    [
      'with a long name in GNU form',
      withMembers({ name: '././@LongLink', type: 'L', data: `${LONG}\0` }, { name: 'short' }),
    ],
    [
      'with links inside',
      withMembers(
        { name: 'foo-1.0/a', type: '2', link: 'foo.py' },
        { name: 'foo-1.0/d/b', type: '2', link: '../foo.py' },
        { name: 'foo-1.0/c', type: '1', link: 'foo-1.0/foo.py' },
      ),
    ],
    [
      'with a folder whose name is slashes for the most part',
      withMembers(paxHeader({ path: `foo-1.0/a${'/'.repeat(1_000_000)}b` }), { name: 'short', type: '5' }),
    ],
    ['with a directory twice', withMembers({ name: 'foo-1.0/', type: '5' })],
    ['padded with zeros', gzipSync(buildTar(SDIST_MEMBERS, Buffer.alloc(20_480)))],
    ['without its end', gzipSync(buildTar(SDIST_MEMBERS, Buffer.alloc(0)))],
    [
      'in two gzip members',
      Buffer.concat([gzipSync(buildTar(SDIST_MEMBERS, Buffer.alloc(0))), gzipSync(TAR_END)]),
    ],
    ['without compression inside gzip', gzipSync(buildTar(SDIST_MEMBERS), { level: 0 })],
  ];
  it.each(SOUND_TARS)('reads one %s', async (_title, bytes) => {
    expect(await read(bytes)).toMatchObject({
      name: 'foo',
      version: '1.0',
      fields: { description: ['Hello\n'] },
    });
  });

  it('reads a zip', async () => {
    const path = await folder.write(
      'foo-1.0.zip',
      buildZip([{ name: PKG_INFO, data: METADATA, deflate: true }]),
    );
    expect((await readCoreMetadata(path)).name).toBe('foo');
  });

  it('reads metadata larger than the buffers on its way', async () => {
    const text = METADATA + 'é'.repeat(MIB);
    const members = [
      { name: PKG_INFO, data: text },
      { name: 'foo-1.0/x', data: Buffer.alloc(3 * MIB, 'a') },
    ];
    const metadata = await read(gzipSync(buildTar(members), { level: 1 }));
    expect(metadata.fields.description?.[0]).toHaveLength('Hello\n'.length + MIB);
  });

  it('lets go zeros after the gzip, as Python does', async () => {
    expect((await read(Buffer.concat([SOUND, Buffer.alloc(512)]))).name).toBe('foo');
  });

  const HOSTILE: [title: string, bytes: Uint8Array, problem: string][] = [
    ['no bytes', Buffer.alloc(0), 'archive-damaged'],
    ['garbage', Buffer.from('not a gzip '.repeat(100)), 'archive-damaged'],
    ['a tar that is not compressed', buildTar(SDIST_MEMBERS), 'archive-damaged'],
    ['a gzip cut in its header', SOUND.subarray(0, 5), 'archive-damaged'],
    ['a gzip cut in half', SOUND.subarray(0, SOUND.length / 2), 'archive-damaged'],
    ['a gzip cut in its checksum', SOUND.subarray(0, -4), 'archive-damaged'],
    [
      'a gzip with a flipped bit',
      SOUND.map((byte, at) => (at === SOUND.length - 6 ? byte ^ 1 : byte)),
      'archive-damaged',
    ],
    ['bytes after the gzip', Buffer.concat([SOUND, Buffer.from('PK')]), 'archive-damaged'],
    ['a gzip of nothing', gzipSync(''), 'archive-damaged'],
    ['a gzip of a gzip', gzipSync(SOUND), 'archive-damaged'],
    ['a gzip of text', gzipSync('text '.repeat(500)), 'archive-damaged'],
    ['a tar cut in a member', gzipSync(buildTar(SDIST_MEMBERS).subarray(0, 1200)), 'archive-damaged'],
    ['a bad checksum', withMembers({ name: 'foo-1.0/x', checksum: 1 }), 'archive-damaged'],
    ['a member larger than the file', withMembers({ name: 'foo-1.0/x', size: 2 ** 32 }), 'archive-damaged'],
    [
      'a size without an end',
      withMembers(paxHeader({ size: 'Infinity' }), { name: 'foo-1.0/x' }),
      'archive-damaged',
    ],
    ['a bomb', withMembers({ name: 'foo-1.0/x', data: Buffer.alloc(66 * MIB) }), 'archive-bomb'],
    ['a bomb after the end', gzipSync(buildTar(SDIST_MEMBERS, Buffer.alloc(66 * MIB))), 'archive-bomb'],
    [
      'metadata over the limit',
      gzipSync(buildTar([{ name: PKG_INFO, data: Buffer.alloc(17 * MIB) }])),
      'archive-limit',
    ],
    [
      'an extended header over the limit',
      withMembers(paxHeader({ path: 'x'.repeat(2 * MIB) }), { name: 'y' }),
      'archive-limit',
    ],
    ['a climbing name', withMembers({ name: 'foo-1.0/../../evil' }), 'archive-name'],
    [
      'a climbing name in an extended header',
      withMembers(paxHeader({ path: '../evil' }), { name: 'x' }),
      'archive-name',
    ],
    ['an absolute name', withMembers({ name: '/etc/passwd' }), 'archive-name'],
    ['a backslash', withMembers({ name: 'foo-1.0\\..\\..\\evil' }), 'archive-name'],
    ['a line end in a name', withMembers({ name: 'foo-1.0/a\nb' }), 'archive-name'],
    [
      'a name that is not UTF-8',
      withMembers({ name: Buffer.from('foo-1.0/\xff', 'latin1') }),
      'archive-name',
    ],
    ['PKG-INFO twice', withMembers({ name: PKG_INFO, data: METADATA }), 'archive-duplicate'],
    ['another file twice', withMembers({ name: 'foo-1.0/foo.py' }), 'archive-duplicate'],
    [
      'PKG-INFO as a symbolic link',
      gzipSync(buildTar([{ name: PKG_INFO, type: '2', link: 'foo.py' }])),
      'archive-link',
    ],
    [
      'PKG-INFO as a hard link',
      gzipSync(buildTar([{ name: PKG_INFO, type: '1', link: 'foo-1.0/x' }])),
      'archive-link',
    ],
    [
      'a link to an absolute path',
      withMembers({ name: 'foo-1.0/l', type: '2', link: '/etc/passwd' }),
      'archive-link',
    ],
    [
      'a link that climbs out',
      withMembers({ name: 'foo-1.0/l', type: '2', link: '../../x' }),
      'archive-link',
    ],
    [
      'a hard link to the outside',
      withMembers({ name: 'foo-1.0/l', type: '1', link: 'bar/x' }),
      'archive-link',
    ],
    ['a device', withMembers({ name: 'foo-1.0/null', type: '3' }), 'archive-member-type'],
    ['a FIFO', withMembers({ name: 'foo-1.0/fifo', type: '6' }), 'archive-member-type'],
    ['a sparse file', withMembers({ name: 'foo-1.0/s', type: 'S' }), 'archive-member-type'],
    [
      'a sparse file in pax form',
      withMembers(paxHeader({ 'GNU.sparse.major': '1' }), { name: 'foo-1.0/s' }),
      'archive-member-type',
    ],
    ['a type that nobody knows', withMembers({ name: 'foo-1.0/s', type: 'Q' }), 'archive-member-type'],
    [
      'a member after one empty block',
      gzipSync(
        Buffer.concat([buildTar(SDIST_MEMBERS, Buffer.alloc(512)), buildTar([{ name: 'foo-1.0/y' }])]),
      ),
      'archive-trailing-data',
    ],
    ['a second directory', withMembers({ name: 'bar/x' }), 'sdist-top-level'],
    ['a file beside the directory', withMembers({ name: 'setup.py' }), 'sdist-top-level'],
  ];
  it.each(HOSTILE)('refuses %s', async (_title, bytes, problem) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'ERR_DIST_ARCHIVE', details: { problem } });
  });

  it('misses PKG-INFO in a directory of another spelling', async () => {
    const bytes = gzipSync(buildTar([{ name: 'Foo-1.0/PKG-INFO', data: METADATA }]));
    await expect(read(bytes)).rejects.toMatchObject({ code: 'ERR_DIST_MISSING_METADATA' });
  });

  it('does not hold a large sdist', async () => {
    const noise = Buffer.from(Buffer.alloc(8 * MIB).map((_, at) => (at * 2654435761) >>> 13));
    const members = Array.from({ length: 12 }, (_, index) => ({ name: `foo-1.0/${index}`, data: noise }));
    const path = await folder.write(SDIST, gzipSync(buildTar([...SDIST_MEMBERS, ...members]), { level: 1 }));
    const before = process.memoryUsage.rss();
    await readCoreMetadata(path);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MIB);
  });
});

describe('checkDist of an sdist', () => {
  it('has nothing against a sound one', async () => {
    expect(await checkDist(await folder.write(SDIST, SOUND))).toEqual([]);
  });

  it.each([
    ['nothing but PKG-INFO', ['foo-1.0/PKG-INFO']],
    ['everything in a deeper folder', ['foo-1.0/a/x', 'foo-1.0/a/y']],
  ])('finds %s', async (_title, names) => {
    const path = await folder.sdist(names.map((name) => ({ name, data: METADATA })));
    expect(await checkDist(path)).toContainEqual(expect.objectContaining({ code: 'sdist-top-level' }));
  });

  it('finds a tar that is a zip too', async () => {
    const path = await folder.write(
      SDIST,
      Buffer.concat([SOUND, Buffer.alloc(1), buildZip([{ name: 'a' }])]),
    );
    expect(await checkDist(path)).toContainEqual(expect.objectContaining({ code: 'archive-polyglot' }));
  });

  it('finds a name that PyPI does not take, and a zip', async () => {
    const members = [{ name: PKG_INFO, data: METADATA }, { name: 'foo-1.0/foo.py' }];
    const zip = await folder.write('foo-1.0.zip', buildZip(members));
    expect(await checkDist(zip)).toEqual([
      expect.objectContaining({ code: 'sdist-filename', severity: 'error' }),
    ]);
  });
});
