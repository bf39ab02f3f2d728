// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AdmZip from 'adm-zip';
import { buildTar, type TarMember } from './tar-builder.ts';
import type { ZipMember } from './zip-builder.ts';

export const WHEEL = 'foo-1.0-py3-none-any.whl';
export const SDIST = 'foo-1.0.tar.gz';
export const METADATA =
  'Metadata-Version: 2.4\nName: foo\nVersion: 1.0\nSummary: a test\nDescription-Content-Type: text/plain\n\nHello\n';
const WHEEL_FILE = 'Wheel-Version: 1.0\nTag: py3-none-any\n';

/** The members of a sound wheel, METADATA first. */
export const WHEEL_MEMBERS: readonly ZipMember[] = Object.entries(
  withRecord({
    'foo-1.0.dist-info/METADATA': METADATA,
    'foo-1.0.dist-info/WHEEL': WHEEL_FILE,
    'foo.py': 'x = 1\n',
  }),
).map(([name, data]) => ({ name, data }));

/** These texts with the RECORD of a wheel that holds them. */
export function withRecord(
  files: Readonly<Record<string, string>>,
  folder = 'foo-1.0.dist-info',
): Record<string, string> {
  const rows = Object.entries(files).map(([path, text]) => {
    const hash = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${hash},${Buffer.byteLength(text)}\r\n`;
  });
  return { ...files, [`${folder}/RECORD`]: `${rows.join('')}${folder}/RECORD,,\r\n` };
}

/** The texts of a sound wheel of this name, with more or other ones; WHEEL has the tags of the name. */
export function wheelFiles(
  name: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [project = '', version = '', ...rest] = name.slice(0, -'.whl'.length).split('-');
  const folder = `${project}-${version}.dist-info`;
  const wheel = `Wheel-Version: 1.0\nTag: ${rest.slice(-3).join('-')}\n`;
  return withRecord(
    { 'foo.py': 'x', [`${folder}/METADATA`]: METADATA, [`${folder}/WHEEL`]: wheel, ...more },
    folder,
  );
}

/** The members of a sound sdist, PKG-INFO in the middle. */
export const SDIST_MEMBERS: readonly TarMember[] = [
  { name: 'foo-1.0/', type: '5' },
  { name: 'foo-1.0/PKG-INFO', data: METADATA },
  { name: 'foo-1.0/foo.py', data: 'x = 1\n' },
];

/** A temporary folder for distributions. */
export class DistFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<DistFolder> {
    return new DistFolder(await mkdtemp(join(tmpdir(), 'dist-test-')));
  }

  async write(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, bytes);
    return path;
  }

  /** A wheel as adm-zip writes it, with these texts. */
  async wheel(files: Readonly<Record<string, string>>, name = WHEEL): Promise<string> {
    const zip = new AdmZip();
    for (const [member, text] of Object.entries(files)) zip.addFile(member, Buffer.from(text));
    return this.write(name, zip.toBuffer());
  }

  async sdist(members: readonly TarMember[], name = SDIST): Promise<string> {
    return this.write(name, gzipSync(buildTar(members)));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
