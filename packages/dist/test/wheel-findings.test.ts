// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDist } from '../src/index.ts';
import { DistFolder, METADATA, SDIST, WHEEL, WHEEL_MEMBERS, wheelFiles } from './dist-folder.ts';
import { buildZip } from './zip-builder.ts';

let folder: DistFolder;

beforeAll(async () => {
  folder = await DistFolder.create();
});
afterAll(() => folder.remove());

const INFO = 'foo-1.0.dist-info';

async function codesOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const findings = await checkDist(await folder.wheel(files));
  return findings.map(({ code, severity }) => `${severity} ${code}`);
}

/** A sound wheel whose RECORD is changed. */
function recorded(change: (record: string) => string): Record<string, string> {
  const files = wheelFiles(WHEEL);
  return { ...files, [`${INFO}/RECORD`]: change(files[`${INFO}/RECORD`] ?? '') };
}

describe('checkDist of the members of a wheel', () => {
  it('finds that WHEEL, RECORD and METADATA are missing', async () => {
    expect(await codesOf({ 'foo.py': '' })).toEqual([
      'error metadata-missing',
      'error wheel-file-missing',
      'error wheel-record-missing',
    ]);
  });

  const RECORDS: [title: string, change: (record: string) => string, code: string][] = [
    ['does not list a file', (record) => record.replace(/^foo\.py[^\n]*\n/, ''), 'warning wheel-record'],
    ['lists a file that is absent', (record) => `${record}a.py,,\r\n`, 'warning wheel-record'],
    ['lists a file twice', (record) => record + record.split('\r\n')[0], 'warning wheel-record'],
    ['lists a folder', (record) => `${record}foo/,,\r\n`, 'warning wheel-record'],
    ['is no table', () => '"unclosed\n', 'warning wheel-record'],
    ['has a column too many', (record) => record.replace(',,', ',,,'), 'warning wheel-record'],
    ['has a wrong hash', (record) => record.replace(/sha256=./, 'sha256=~'), 'warning wheel-record-hash'],
    ['has a wrong size', (record) => record.replace(/,1\r/, ',2\r'), 'warning wheel-record-hash'],
    ['has no hash', (record) => record.replace(/sha256=[^,]*/, ''), 'warning wheel-record-hash'],
    ['has a weak hash', (record) => record.replace(/sha256=[^,]*/, 'md5=abc'), 'warning wheel-record-hash'],
  ];
  it.each(RECORDS)('warns when RECORD %s', async (_title, change, code) => {
    expect(await codesOf(recorded(change))).toEqual([code]);
  });

  it('reads the paths of a RECORD as Windows writes them', async () => {
    expect(await codesOf(recorded((record) => record.replaceAll('/', '\\')))).toEqual([]);
  });

  it('warns of a second .dist-info', async () => {
    expect(await codesOf(wheelFiles(WHEEL, { 'bar-1.0.dist-info/METADATA': '' }))).toEqual([
      'warning second-dist-info',
    ]);
  });

  it('finds that RECORD is not UTF-8', async () => {
    const path = await folder.write(
      WHEEL,
      buildZip([...WHEEL_MEMBERS.slice(0, -1), { name: `${INFO}/RECORD`, data: Buffer.from([0xff]) }]),
    );
    expect(await checkDist(path)).toEqual([
      expect.objectContaining({ code: 'wheel-record-missing', severity: 'error' }),
    ]);
  });

  it.each([
    ['another tag', 'Wheel-Version: 1.0\nTag: py2-none-any\n', 'warning wheel-tags'],
    [
      'a tag that stands for millions',
      `Wheel-Version: 1.0\nTag: ${['py', 'abi', 'any'].map((word) => Array.from({ length: 2000 }, (_, at) => `${word}${at}`).join('.')).join('-')}\n`,
      'warning wheel-tags',
    ],
    ['a tag too few', 'Wheel-Version: 1.0\n', 'warning wheel-tags'],
    ['an unknown version', 'Wheel-Version: 2.0\nTag: py3-none-any\n', 'warning wheel-version'],
  ])('warns when WHEEL has %s', async (_title, text, code) => {
    expect(await codesOf(wheelFiles(WHEEL, { [`${INFO}/WHEEL`]: text }))).toEqual([code]);
  });

  it('finds a member whose checksum is wrong, and the metadata all the same', async () => {
    const [metadata, wheel, source, record] = WHEEL_MEMBERS;
    if (!metadata || !wheel || !source || !record) throw new TypeError('four members are needed');
    const bytes = buildZip([
      { ...metadata, data: METADATA.replace('Summary: a test', 'Dynamic: Name') },
      wheel,
      { ...source, crc: 1 },
      record,
    ]);
    const codes = (await checkDist(await folder.write(WHEEL, bytes))).map(({ code }) => code);
    expect(codes).toEqual(['dynamic-field', 'archive-damaged', 'wheel-record-hash']);
  });
});

const judge = async (text: string) => codesOf(wheelFiles(WHEEL, { [`${INFO}/entry_points.txt`]: text }));

describe('checkDist of entry_points.txt', () => {
  const FINE = [
    '',
    '# comment\n[console_scripts]\nfoo = foo.cli:main\nbar=foo\n\n[gui_scripts]\nfoo = foo : a.b [extra, more]\n',
    '[other]\nany name at all = foo:main\n',
    '[console_scripts]\nfoo = foo:main\n  \n',
  ];
  const REFUSED = [
    'foo = foo:main\n',
    '[console_scripts]\nfoo\n',
    '[console_scripts]\n= foo:main\n',
    '[console_scripts]\n../foo = foo:main\n',
    '[gui_scripts]\na b = foo:main\n',
    '[console_scripts]\nfoo = a:b\nfoo = a:c\n',
    '[a]\n[a]\n',
    '[a\nfoo = a:b\n',
  ];
  it.each(FINE)('has nothing against %j', async (text) => {
    expect(await judge(text)).toEqual([]);
  });

  it.each(REFUSED)('finds a flaw in %j', async (text) => {
    expect(await judge(text)).toEqual(['error entry-points']);
  });

  it('warns of a value that is no object of Python', async () => {
    expect(await judge('[console_scripts]\nfoo = os.system("x")\nbar = !\n')).toEqual([
      'warning entry-point-reference',
    ]);
  });
});

describe('checkDist of what PyPI scans sources for', () => {
  const token = `pypi-AgEIcHlwaS5vcmcCJ${'a'.repeat(150)}`;
  const SOURCES: [text: string, code: string][] = [
    [`TOKEN = '${token}'`, 'error leaked-token'],
    ["__pyarmor__(__name__, __file__, b'...')", 'error forbidden-content'],
    ['__pyarmor_enter__()', 'error forbidden-content'],
    ['---BEGIN PYE FILE---\nabc\n---END PYE FILE---', 'error forbidden-content'],
  ];

  it.each(SOURCES)('finds it in a wheel: %s', async (source, code) => {
    expect(await codesOf(wheelFiles(WHEEL, { 'foo.py': source }))).toEqual([code]);
    expect(await codesOf(wheelFiles(WHEEL, { 'foo.txt': source }))).toEqual([]);
  });

  it.each(SOURCES)('finds it in an sdist: %s', async (source, code) => {
    const members = [
      { name: 'foo-1.0/PKG-INFO', data: METADATA },
      { name: 'foo-1.0/foo.PYE', data: source },
      { name: 'foo-1.0/foo.txt', data: source },
    ];
    const [finding] = await checkDist(await folder.sdist(members, SDIST));
    expect(`${finding?.severity} ${finding?.code}`).toBe(code);
  });

  it('does not look into sources of more than 5 MiB', async () => {
    const source = `${token}\n${'#'.repeat(5 * 1024 * 1024)}`;
    expect(await codesOf(wheelFiles(WHEEL, { 'foo.py': source }))).toEqual([]);
  });
});
