// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AdmZip from 'adm-zip';
import { buildTar, type TarMember } from './tar-builder.ts';
import type { ZipMember } from './zip-builder.ts';

export const WHEEL = 'foo-1.0-py3-none-any.whl';
export const SDIST = 'foo-1.0.tar.gz';
export const METADATA = 'Metadata-Version: 2.4\nName: foo\nVersion: 1.0\nSummary: a test\n\nHello\n';

/** The members of a sound wheel, METADATA first. */
export const WHEEL_MEMBERS: readonly ZipMember[] = [
  { name: 'foo-1.0.dist-info/METADATA', data: METADATA },
  { name: 'foo-1.0.dist-info/WHEEL', data: 'Wheel-Version: 1.0\n' },
  { name: 'foo.py', data: 'x = 1\n' },
  {
    name: 'foo-1.0.dist-info/RECORD',
    data:
      ['METADATA', 'WHEEL', 'RECORD'].map((name) => `foo-1.0.dist-info/${name},,\n`).join('') +
      '"foo.py",,\n',
  },
];

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
