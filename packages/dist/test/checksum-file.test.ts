// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChecksums } from '../src/index.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('parseChecksums', () => {
  it.each([
    ['text mode of GNU', `${A}  a-1.0.tar.gz\n`],
    ['binary mode of GNU', `${A} *a-1.0.tar.gz\n`],
    ['the tagged form', `SHA256 (a-1.0.tar.gz) = ${A}\n`],
    ['a last line without its end', `${A}  a-1.0.tar.gz`],
  ])('reads %s', (_name, text) =>
    expect(parseChecksums(encodeUtf8(text))).toEqual([{ path: 'a-1.0.tar.gz', sha256Hex: A }]),
  );

  it('reads several lines, of both forms, with folders and blanks in names', () => {
    expect(parseChecksums(`${A}  dist/a b.whl\nSHA256 (dist/c (1).whl) = ${B}\n`)).toEqual([
      { path: 'dist/a b.whl', sha256Hex: A },
      { path: 'dist/c (1).whl', sha256Hex: B },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['an empty line', `${A}  a\n\n${B}  b\n`],
    ['one blank for two', `${A} a\n`],
    ['a digest in upper case', `${A.toUpperCase()}  a\n`],
    ['a shorter digest', `${A.slice(2)}  a\n`],
    ['another algorithm', `SHA512 (a) = ${A}${B}\n`],
    ['the line end of Windows', `${A}  a\r\n`],
    ['an escaped name', `\\${A}  a\\nb\n`],
    ['a comment', `# digests\n${A}  a\n`],
    ['a byte order mark', `\ufeff${A}  a\n`],
    ['a name that stands twice', `${A}  a\n${A}  a\n`],
    ['a control character', `${A}  a\u001b[2J\n`],
  ])('refuses %s', (_name, text) =>
    expect(() => parseChecksums(text)).toThrow(expect.objectContaining({ code: 'ERR_CHECKSUMS' })),
  );

  it('names the line, and shows no control character of it', () => {
    expect(() => parseChecksums(`${A}  a\n\u001b[2Jx\n`)).toThrow(
      'line 2 of the checksum file: "\\u001b[2Jx" is not a SHA-256 checksum',
    );
  });

  it('reads back what sha256sum would write of any plain names', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9._ ()/+-]{1,40}$/);
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
    const entries = fc.uniqueArray(fc.record({ path: name, sha256Hex: digest }), {
      selector: ({ path }) => path,
      minLength: 1,
    });
    fc.assert(
      fc.property(entries, fc.boolean(), (checksums, tagged) => {
        const lines = checksums.map(({ path, sha256Hex }) =>
          tagged ? `SHA256 (${path}) = ${sha256Hex}\n` : `${sha256Hex}  ${path}\n`,
        );
        expect(parseChecksums(lines.join(''))).toEqual(checksums);
      }),
    );
  });

  it('refuses all other bytes by its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => parseChecksums(bytes)).toThrow(expect.objectContaining({ code: 'ERR_CHECKSUMS' }));
      }),
    );
  });
});
