// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import AdmZip from 'adm-zip';
import { create } from 'tar';

/** What a rehearsal releases when it is given no dists: a package that says hello. */
const NAME = 'colophon_sample';
const VERSION = '1.0.0';
const METADATA = [
  'Metadata-Version: 2.4',
  'Name: colophon-sample',
  `Version: ${VERSION}`,
  'Summary: What colophon releases when it rehearses without dists',
  'License-Expression: Apache-2.0',
  'Requires-Python: >=3.9',
  'Description-Content-Type: text/markdown',
  '',
  '# colophon-sample',
  '',
  'A package of one module, to rehearse a release with.',
  '',
].join('\n');
const MODULE = '"""A package of one module."""\n\n\ndef hello() -> str:\n    return "hello"\n';
const PYPROJECT = `[project]\nname = "colophon-sample"\nversion = "${VERSION}"\n`;

/** Writes a wheel and an sdist of the sample package into `folder`, and gives their paths, the wheel first. */
export async function writeSampleDists(folder: string): Promise<[wheel: string, sdist: string]> {
  await mkdir(folder, { recursive: true });
  return [await writeSampleWheel(folder), await writeSampleSdist(folder)];
}

async function writeSampleWheel(folder: string): Promise<string> {
  const info = `${NAME}-${VERSION}.dist-info`;
  const members: [path: string, text: string][] = [
    [`${NAME}/__init__.py`, MODULE],
    [`${info}/METADATA`, METADATA],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: colophon\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ];
  members.push([`${info}/RECORD`, [...members.map(recordLine), `${info}/RECORD,,`, ''].join('\n')]);
  const zip = new AdmZip();
  for (const [path, text] of members) zip.addFile(path, Buffer.from(text));
  const path = join(folder, `${NAME}-${VERSION}-py3-none-any.whl`);
  await writeFile(path, zip.toBuffer());
  return path;
}

function recordLine([path, text]: [string, string]): string {
  const digest = createHash('sha256').update(text).digest('base64url');
  return `${path},sha256=${digest},${Buffer.byteLength(text)}`;
}

async function writeSampleSdist(folder: string): Promise<string> {
  const top = `${NAME}-${VERSION}`;
  const members: [path: string, text: string][] = [
    [`${top}/PKG-INFO`, METADATA],
    [`${top}/pyproject.toml`, PYPROJECT],
    [`${top}/src/${NAME}/__init__.py`, MODULE],
  ];
  const staging = await mkdtemp(join(tmpdir(), 'colophon-sample-'));
  try {
    for (const [path, text] of members) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await writeFile(join(staging, path), text);
    }
    const file = join(folder, `${top}.tar.gz`);
    await create({ cwd: staging, file, gzip: true, portable: true }, [top]);
    return file;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
