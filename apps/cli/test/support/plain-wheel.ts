// SPDX-License-Identifier: Apache-2.0
import AdmZip from 'adm-zip';

/** The bytes of a small wheel that the sandbox's index takes. */
export function plainWheel(name: string, version = '1.0', summary = 'one'): Buffer {
  const info = `${name}-${version}.dist-info`;
  const zip = new AdmZip();
  const add = (path: string, text: string) => zip.addFile(path, Buffer.from(text));
  add(`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: ${summary}\n`);
  add(`${info}/WHEEL`, 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n');
  add(`${info}/RECORD`, `${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`);
  return zip.toBuffer();
}
