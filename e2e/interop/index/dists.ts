// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AdmZip from 'adm-zip';

/** A release of a small package: a wheel and an sdist, as files. */
export interface Dists {
  /** Normalised, with dashes. */
  readonly project: string;
  readonly version: string;
  readonly wheel: string;
  readonly sdist: string;
}

type Member = readonly [path: string, text: string];

/** Writes a sound wheel and sdist of `project` into a folder; `word` is what its one module says. */
export async function writeDists(
  folder: string,
  project: string,
  { version = '1.0.0', word = project }: { version?: string; word?: string } = {},
): Promise<Dists> {
  await mkdir(folder, { recursive: true });
  const name = project.replaceAll('-', '_');
  const wheel = join(folder, `${name}-${version}-py3-none-any.whl`);
  const sdist = join(folder, `${name}-${version}.tar.gz`);
  await writeFile(wheel, wheelBytes(name, version, word));
  await writeFile(sdist, sdistBytes(name, version, word));
  return { project, version, wheel, sdist };
}

/** The bytes of a pure wheel. */
export function wheelBytes(name: string, version: string, word: string): Buffer {
  const info = `${name}-${version}.dist-info`;
  const members: Member[] = [
    [`${name}.py`, moduleText(word)],
    [`${info}/METADATA`, metadata(name, version)],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: interop\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ];
  const record = [...members.map(recordLine), `${info}/RECORD,,\n`].join('');
  const zip = new AdmZip();
  for (const [path, text] of [...members, [`${info}/RECORD`, record] as const])
    zip.addFile(path, Buffer.from(text));
  return zip.toBuffer();
}

function sdistBytes(name: string, version: string, word: string): Buffer {
  const top = `${name}-${version}`;
  const members: Member[] = [
    [`${top}/PKG-INFO`, metadata(name, version)],
    [`${top}/pyproject.toml`, `[project]\nname = "${name.replaceAll('_', '-')}"\nversion = "${version}"\n`],
    [`${top}/${name}.py`, moduleText(word)],
  ];
  return gzipSync(Buffer.concat([...members.map(tarMember), Buffer.alloc(1024)]));
}

function metadata(name: string, version: string): string {
  return `Metadata-Version: 2.1\nName: ${name.replaceAll('_', '-')}\nVersion: ${version}\nSummary: A small package\n`;
}

function moduleText(word: string): string {
  return `WORD = ${JSON.stringify(word)}\n`;
}

function recordLine([path, text]: Member): string {
  const digest = createHash('sha256').update(text).digest('base64url');
  return `${path},sha256=${digest},${Buffer.byteLength(text)}\n`;
}

/** One plain file as a member of a tar archive (POSIX ustar). */
function tarMember([path, text]: Member): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(512);
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, path],
    [100, '0000644\0'],
    [108, '0000000\0'],
    [116, '0000000\0'],
    [124, `${bytes.length.toString(8).padStart(11, '0')}\0`],
    [136, '00000000000\0'],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\x0000'],
  ];
  for (const [offset, field] of fields) header.write(field, offset, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
