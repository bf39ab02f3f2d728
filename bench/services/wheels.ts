// SPDX-License-Identifier: Apache-2.0
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';

/** Writes small sound wheels, each another project of the same release train; gives their paths. */
export async function writeWheels(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: count }, (_, index) =>
    join(folder, `octo_pkg_${index + 1}-1.0.0-py3-none-any.whl`),
  );
  await Promise.all(paths.map((path, index) => writeFile(path, wheel(`octo_pkg_${index + 1}`))));
  return paths;
}

function wheel(name: string): Buffer {
  const info = `${name}-1.0.0.dist-info`;
  const members: [path: string, text: string][] = [
    [`${name}.py`, `text = '${randomUUID()}'\n`],
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`],
    [`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
  ];
  const lines = members.map(([path, text]) => `${path},sha256=${digest(text)},${Buffer.byteLength(text)}`);
  const zip = new AdmZip();
  for (const [path, text] of [
    ...members,
    [`${info}/RECORD`, [...lines, `${info}/RECORD,,\n`].join('\n')],
  ] as const)
    zip.addFile(path, Buffer.from(text));
  return zip.toBuffer();
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
