// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistError, parseCoreMetadata } from '../src/index.ts';

const HEAD = 'Metadata-Version: 2.4\nName: Foo\nVersion: 1.0\n';
const parse = (text: string) => parseCoreMetadata(encodeUtf8(text));

describe('parseCoreMetadata', () => {
  it('reads headers and takes the body for the description', () => {
    const metadata = parse(`${HEAD}Classifier: A\nClassifier: B\nX-Tool: 1\n\n# Title\n\n\ttext é\n`);
    expect(metadata).toMatchObject({
      metadataVersion: '2.4',
      name: 'Foo',
      version: '1.0',
      unknown: ['x-tool'],
    });
    expect(metadata.fields.classifier).toEqual(['A', 'B']);
    expect(metadata.fields.description).toEqual(['# Title\n\n\ttext é\n']);
  });

  // Values as CPython's email parser and packaging.metadata.parse_email give them.
  const VALUES: [title: string, lines: string, summary: string][] = [
    ['blanks before a value go, after it they stay', 'Summary: \t a  b  \n', 'a  b  '],
    ['a folded line keeps its line end and indentation', 'Summary: a\n        b\n\tc\n', 'a\n        b\n\tc'],
    ['CRLF ends lines', 'Summary: a\r\n b\r\n', 'a\r\n b'],
    ['a lone CR ends a line', 'Summary: a\rAuthor: b\r', 'a'],
    ['a value may begin on the second line', 'Summary:\n  a\n', 'a'],
    ['no blank is needed after the colon', 'Summary:a:b\n', 'a:b'],
    ['case of the header does not count', 'sUMMARY: a\n', 'a'],
    ['other white space stays', 'Summary: \u000b a\u2028b\u0085\n', '\u000b a\u2028b\u0085'],
    ['a header without name is skipped with its folds', ': x\n y\nSummary: a\n', 'a'],
    ['UNKNOWN is a value here', 'Summary: UNKNOWN\n', 'UNKNOWN'],
  ];
  it.each(VALUES)('reads as Python does: %s', (_title, lines, summary) => {
    expect(parse(HEAD + lines).fields.summary).toEqual([summary]);
  });

  it('reads a description in a header, folded', () => {
    expect(parse(`${HEAD}Description: a\n        b\n       |c\n`).fields.description).toEqual([
      'a\n        b\n       |c',
    ]);
  });

  it('begins the body at a line that is no header', () => {
    expect(parse(`${HEAD}not a header\nSummary: x\n`).fields).toMatchObject({
      description: ['not a header\nSummary: x\n'],
    });
  });

  it('skips a fold before the first header', () => {
    expect(parse(` x\n${HEAD}`).name).toBe('Foo');
  });

  const REFUSED: [title: string, bytes: Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['no metadata version', encodeUtf8('Name: a\nVersion: 1\n')],
    ['no name', encodeUtf8('Metadata-Version: 2.1\nVersion: 1\n')],
    ['an empty version', encodeUtf8('Metadata-Version: 2.1\nName: a\nVersion:\n')],
    ['a name twice', encodeUtf8(`${HEAD}name: Bar\n`)],
    ['a description in header and body', encodeUtf8(`${HEAD}Description: a\n\nb`)],
    ['a major version to come', encodeUtf8(HEAD.replace('2.4', '3.0'))],
    ['a metadata version that is none', encodeUtf8(HEAD.replace('2.4', 'two'))],
    ['a byte order mark', encodeUtf8(`\ufeff${HEAD}`)],
    ['Latin-1 in a header', Buffer.from(`${HEAD}Author: Andr\xe9\n`, 'latin1')],
    ['Latin-1 in the body', Buffer.from(`${HEAD}\nAndr\xe9\n`, 'latin1')],
    ['a flood of headers', encodeUtf8(HEAD + 'a:\n'.repeat(70_000))],
  ];
  it.each(REFUSED)('refuses %s', (_title, bytes) => {
    expect(() => parseCoreMetadata(bytes)).toThrowError(
      expect.objectContaining({ code: 'ERR_DIST_METADATA' }),
    );
  });

  it('takes a minor version that it does not know: the index judges it', () => {
    expect(parse(HEAD.replace('2.4', '2.6')).metadataVersion).toBe('2.6');
  });

  it('reads __proto__ and constructor as headers that nobody knows', () => {
    expect(parse(`${HEAD}__proto__: a\nconstructor: b\n`).unknown).toEqual(['__proto__', 'constructor']);
  });

  it('lets only DistError out, whatever the bytes', () => {
    const lines = fc.array(
      fc.constantFrom('Name: a', ' fold', ':', 'Version: 1', '', 'x', '\r', 'Metadata-Version: 2.1'),
    );
    const text = lines.map((all) => encodeUtf8(all.join('\n')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text), (bytes) => {
        try {
          parseCoreMetadata(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DistError);
        }
      }),
    );
  });
});
