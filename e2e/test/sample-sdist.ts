// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** The bytes of a small sound sdist of a project of one module. */
export function sampleSdist(name: string, version: string): Buffer {
  const top = `${name}-${version}`;
  const metadata = `Metadata-Version: 2.2\nName: ${name}\nVersion: ${version}\nSummary: made for a test\n`;
  const members: [path: string, text: string][] = [
    [`${top}/PKG-INFO`, metadata],
    [`${top}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "${version}"\n`],
    [`${top}/${name}.py`, 'ANSWER = 42\n'],
  ];
  const blocks = members.flatMap(([path, text]) => [header(path, text), padded(Buffer.from(text))]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A ustar header of a plain file (POSIX.1-1988). */
function header(path: string, text: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 'latin1');
  block.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1');
  block.write(`${octal(Buffer.byteLength(text), 11)}\0${octal(1_700_000_000, 11)}\0`, 124, 'latin1');
  block.write('        0', 148, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}
