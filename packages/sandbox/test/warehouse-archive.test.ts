// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { commonPath } from '../src/warehouse/archive/common-path.ts';
import { sdistMembers, tarballOf, wheelMembers, type ZipChanges, zipOf } from './archive-fixture.ts';
import { answerTo, SETTINGS, startIndex, upload } from './warehouse-fixture.ts';

const WHEEL = 'demo-1.0-py3-none-any.whl';
const SDIST = 'demo-1.0.tar.gz';
const INFO = 'demo-1.0.dist-info';
const MEMBERS = wheelMembers(WHEEL);
const TOKEN = `pypi-AgEIcHlwaS5vcmcCJ${'x'.repeat(160)}`;
const POLICY = 'See https://pypi.org/policy/acceptable-use-policy/ for more information.';

const zip = (more: Record<string, string | null> = {}, changes: ZipChanges = {}): Buffer => {
  const members = { ...MEMBERS, ...more };
  const kept = Object.entries(members).filter((row): row is [string, string] => row[1] !== null);
  return zipOf(kept, changes);
};
const tar = (more: Record<string, string> = {}) => tarballOf({ ...sdistMembers(SDIST), ...more });

type Row = [title: string, filename: string, content: Buffer, words: string];

const ARCHIVES: Row[] = [
  ['text for a wheel', WHEEL, Buffer.from('text'), 'File is not a zipfile'],
  ['a wheel for an sdist', SDIST, zip(), 'File is not a tarfile'],
  ['gzipped text', SDIST, gzipSync('text'), 'File is not a tarfile'],
  ['a tarball for a wheel', WHEEL, tar(), 'File is not a zipfile'],
  [
    'a tarball that is a zip too',
    SDIST,
    Buffer.concat([tar(), Buffer.alloc(1), zip()]),
    'File is both a zip and a tar file',
  ],
  ['a bomb', WHEEL, zip({}, { size: 65 * 1024 * 1024 }), 'File exceeds compression ratio of 50'],
  ['another compression', WHEEL, zip({}, { method: 14 }), 'File does not use a supported compression type'],
  ['a wheel without WHEEL', WHEEL, zip({ [`${INFO}/WHEEL`]: null }), `WHEEL not found at ${INFO}/WHEEL`],
  [
    'a wheel named otherwise than its folder',
    'demo-1.0.0-py3-none-any.whl',
    zip(),
    'WHEEL not found at demo-1.0.0.dist-info/WHEEL',
  ],
  [
    'two folders',
    SDIST,
    tarballOf({ 'a/PKG-INFO': '', 'b/x': '' }),
    'Incorrect number of top-level directories in sdist',
  ],
  [
    'no folder',
    SDIST,
    tarballOf({ 'PKG-INFO': '', 'x.py': '' }),
    'Incorrect number of top-level directories in sdist',
  ],
  [
    'no PKG-INFO',
    SDIST,
    tarballOf({ 'demo-1.0/a': '', 'demo-1.0/b': '' }),
    'PKG-INFO not found at demo-1.0/PKG-INFO',
  ],
  [
    'nothing but PKG-INFO',
    SDIST,
    tarballOf({ 'demo-1.0/PKG-INFO': '' }),
    'PKG-INFO not found at demo-1.0/PKG-INFO/PKG-INFO',
  ],
  ['a sparse member', SDIST, tarballOf(sdistMembers(SDIST), (header) => header.write('S', 156)), 'None'],
  ['a tarball that is cut off', SDIST, tar({ 'demo-1.0/x': 'x'.repeat(9999) }).subarray(0, 150), 'None'],
  [
    'PyArmor',
    WHEEL,
    zip({ 'a.py': '__pyarmor_bcc__' }),
    `PyArmor-encrypted content is not allowed. ${POLICY}`,
  ],
  [
    'SourceDefender',
    SDIST,
    tar({ 'demo-1.0/a.pye': '---BEGIN PYE FILE---\n---END PYE FILE---' }),
    `SourceDefender-encrypted content is not allowed. ${POLICY}`,
  ],
  [
    'a token',
    SDIST,
    tar({ 'demo-1.0/a.py': TOKEN }),
    'We have detected a PyPI API token exposed in the uploaded file. Publishing it would allow anyone to perform actions on your behalf. For your own security, please revoke the token immediately.',
  ],
  ['a damaged source', WHEEL, zip({}, { crc: 1 }), 'None'],
];

const zip64 = Buffer.from([1, 0, 0, 0]);
const framing = (title: string, content: Buffer, words: string): Row => [
  title,
  WHEEL,
  content,
  `ZIP archive not accepted: ${words}. See https://docs.pypi.org/archives for more information`,
];
const FRAMES: Row[] = [
  framing('a data descriptor', zip({}, { localFlags: 8 }), 'ZIP contains a data descriptor'),
  framing('a comment on a member', zip({}, { comment: 'x' }), 'Comment in central directory'),
  framing('trailing bytes', zip({}, { suffix: 'x' }), 'Trailing data'),
  framing('leading bytes', zip({}, { prefix: '#!/bin/sh\n' }), 'Unknown record signature'),
  framing('a member twice', zipOf([...Object.entries(MEMBERS), ['demo.py', '']]), 'Mis-matched data size'),
  framing(
    'a member twice, alike',
    zipOf([...Object.entries(MEMBERS), ['demo.py', MEMBERS['demo.py'] ?? '']]),
    'Duplicate filename in local headers',
  ),
  framing(
    'another name',
    zip({}, { localName: (name) => name.toUpperCase() }),
    'Filename not in central directory',
  ),
  framing('a name that is not UTF-8', zip({ 'é.txt': '' }), 'Filename not unicode'),
  framing('a control character', zip({ 'a\u0001.txt': '' }), 'Invalid character in filename'),
  framing('another size', zip({}, { localSize: 1 }), 'Mis-matched file size'),
  framing(
    'a field twice',
    zip({}, { extra: Buffer.concat([zip64, zip64]) }),
    'Invalid duplicate extra in local file',
  ),
  framing('a field that is cut off', zip({}, { extra: Buffer.from([1, 0, 9, 0]) }), 'Malformed zip file'),
  framing('a wrong count', zip({}, { records: 3 }), 'Mismatched central directory records'),
];

describe.each([
  ['the archive', ARCHIVES],
  ['the framing of a zip', FRAMES],
])('an upload is refused for %s', (_group, rows) => {
  it.each(rows)('%s', async (_title, filename, content, words) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, { filename, content })).toEqual([
      400,
      `Invalid distribution file. ${words}`,
    ]);
    expect(index.warehouse.projects().flatMap(({ releases }) => Array.from(releases))).toEqual([]);
  });
});

const LICENSED = { license_file: ['LICENSE'] };
const MEMBER_ROWS: [title: string, options: Parameters<typeof upload>[1], words: string][] = [
  [
    'a licence file that an sdist lacks',
    { filename: SDIST, fields: LICENSED },
    `License-File LICENSE does not exist in distribution file ${SDIST} at demo-1.0/LICENSE`,
  ],
  [
    'a licence file that a wheel lacks',
    { fields: LICENSED },
    `License-File LICENSE does not exist in distribution file ${WHEEL} at ${INFO}/licenses/LICENSE`,
  ],
  [
    'no RECORD',
    { content: zip({ [`${INFO}/RECORD`]: null }) },
    `Wheel '${WHEEL}' does not contain the required RECORD file: ${INFO}/RECORD`,
  ],
  [
    'no METADATA',
    { content: zip({ [`${INFO}/METADATA`]: null }) },
    `Wheel '${WHEEL}' does not contain the required METADATA file: ${INFO}/METADATA`,
  ],
  [
    'a program with a path for a name',
    { content: zip({ [`${INFO}/entry_points.txt`]: '[console_scripts]\n../x = a:b\n' }) },
    `Wheel '${WHEEL}' contains an invalid entry_points.txt: Invalid entry point name '../x' in 'console_scripts'`,
  ],
  [
    'a group twice',
    { content: zip({ [`${INFO}/entry_points.txt`]: '[a]\n[a]\n' }) },
    `Wheel '${WHEEL}' contains an invalid entry_points.txt: entry_points.txt is not a valid INI file: section 'a' already exists`,
  ],
];

describe('an upload is refused for the members of the archive', () => {
  it.each(MEMBER_ROWS)('%s', async (_title, options, words) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, options ?? {})).toEqual([400, words]);
  });

  it('a name that leaves no room for .metadata', async () => {
    const filename = `demo-1.0-${'1'.repeat(221)}-py3-none-any.whl`;
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, { filename })).toEqual([400, `Filename is too long: '${filename}'`]);
  });
});

const rst = (description: string, type?: string) => ({
  filename: SDIST,
  fields: { description, ...(type === undefined ? {} : { description_content_type: type }) },
});

describe('an upload is taken', () => {
  it.each([
    ['a deflated wheel', { content: zip({}, { deflate: true }) }],
    [
      'a wheel with licence files',
      { fields: LICENSED, content: zip({ [`${INFO}/licenses/LICENSE`]: 'MIT' }) },
    ],
    [
      'an sdist with licence files',
      { filename: SDIST, fields: LICENSED, content: tar({ 'demo-1.0/LICENSE': '' }) },
    ],
    ['a wheel whose RECORD is wrong', { content: zip({ [`${INFO}/RECORD`]: 'nothing,,\n' }) }],
    ['entry points', { content: zip({ [`${INFO}/entry_points.txt`]: '[console_scripts]\na = b:c\n  d\n' }) }],
  ])('%s', async (_title, options) => {
    const index = await startIndex(SETTINGS);
    expect((await upload(index, options)).status).toBe(200);
  });

  it('with a description that the judge renders, and no other', async () => {
    const index = await startIndex({ ...SETTINGS, renderRst: async (text) => text !== 'bad' });
    expect(await answerTo(index, rst('bad'))).toEqual([
      400,
      'The description failed to render in the default format of reStructuredText. See {help}#description-content-type for more information.',
    ]);
    expect(await answerTo(index, rst('bad', 'text/x-rst'))).toEqual([
      400,
      "The description failed to render for 'text/x-rst'. See {help}#description-content-type for more information.",
    ]);
    expect((await upload(index, rst('bad', 'text/plain'))).status).toBe(200);
  });
});

describe('commonPath', () => {
  it.each([
    [['a/b', 'a/c'], 'a'],
    [['a', 'a/b'], 'a'],
    [['a/b/c', './a/b/d'], 'a/b'],
    [['a', 'b'], ''],
    [['/a', '/b'], '/'],
    [[], ''],
  ])('of %j is %j', (paths, common) => {
    expect(commonPath(paths)).toBe(common);
  });
});
