// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import AdmZip from 'adm-zip';

/** The bytes of a small sound wheel of any project, by default of pure Python. */
export function sampleWheel(name: string, version: string, tag = 'py3-none-any'): Buffer {
  const info = `${name}-${version}.dist-info`;
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: made for a test\n`;
  const members: [string, string][] = [
    [`${name}.py`, 'ANSWER = 42\n'],
    [`${info}/METADATA`, metadata],
    [
      `${info}/WHEEL`,
      `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: ${tag.endsWith('-any')}\nTag: ${tag}\n`,
    ],
  ];
  const lines = members.map(([path, text]) => {
    const digest = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${digest},${Buffer.byteLength(text)}`;
  });
  members.push([`${info}/RECORD`, `${[...lines, `${info}/RECORD,,`].join('\n')}\n`]);
  const zip = new AdmZip();
  for (const [path, text] of members) zip.addFile(path, Buffer.from(text));
  return zip.toBuffer();
}
