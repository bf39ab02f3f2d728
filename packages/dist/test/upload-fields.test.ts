// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import { parseCoreMetadata, parseDistFilename, uploadFields } from '../src/index.ts';

const WHEEL = parseDistFilename('foo-1.0-py2.py3-none-any.whl');
const SDIST = parseDistFilename('foo-1.0.tar.gz');
const HEAD = 'Metadata-Version: 2.5\nName: Foo.Bar\nVersion: 1.0\n';

function form(text: string, file = WHEEL): [string, string][] {
  return uploadFields(parseCoreMetadata(encodeUtf8(text)), file);
}

describe('uploadFields', () => {
  // Every header of core metadata with the name of its form field.
  const NAMES: [header: string, field: string][] = [
    ['Summary', 'summary'],
    ['Description', 'description'],
    ['Description-Content-Type', 'description_content_type'],
    ['Keywords', 'keywords'],
    ['Home-page', 'home_page'],
    ['Download-URL', 'download_url'],
    ['Author', 'author'],
    ['Author-email', 'author_email'],
    ['Maintainer', 'maintainer'],
    ['Maintainer-email', 'maintainer_email'],
    ['License', 'license'],
    ['License-Expression', 'license_expression'],
    ['Requires-Python', 'requires_python'],
  ];
  const LISTS: [header: string, field: string][] = [
    ['License-File', 'license_file'],
    ['Platform', 'platform'],
    ['Supported-Platform', 'supported_platform'],
    ['Classifier', 'classifiers'],
    ['Requires-Dist', 'requires_dist'],
    ['Provides-Dist', 'provides_dist'],
    ['Obsoletes-Dist', 'obsoletes_dist'],
    ['Requires-External', 'requires_external'],
    ['Project-URL', 'project_urls'],
    ['Provides-Extra', 'provides_extra'],
    ['Dynamic', 'dynamic'],
    ['Requires', 'requires'],
    ['Provides', 'provides'],
    ['Obsoletes', 'obsoletes'],
    ['Import-Name', 'import_name'],
    ['Import-Namespace', 'import_namespace'],
  ];

  it.each(NAMES)('sends %s as %s', (header, field) => {
    expect(form(`${HEAD}${header}: a, b\n`)).toContainEqual([field, 'a, b']);
  });

  it.each(LISTS)('sends every %s as %s, in order', (header, field) => {
    const sent = form(`${HEAD}${header}: a\n${header}: b\n`).filter(([name]) => name === field);
    expect(sent).toEqual([
      [field, 'a'],
      [field, 'b'],
    ]);
  });

  it('sends nothing but the identity and the kind for the least metadata', () => {
    expect(form(HEAD)).toEqual([
      ['metadata_version', '2.5'],
      ['name', 'Foo.Bar'],
      ['version', '1.0'],
      ['filetype', 'bdist_wheel'],
      ['pyversion', 'py2.py3'],
    ]);
  });

  it('says source for an sdist', () => {
    expect(form(HEAD, SDIST)).toEqual(
      expect.arrayContaining([
        ['filetype', 'sdist'],
        ['pyversion', 'source'],
      ]),
    );
  });

  it('sends the body as the description', () => {
    expect(form(`${HEAD}\nHello\n`)).toContainEqual(['description', 'Hello\n']);
  });

  it.each(['UNKNOWN', ' UNKNOWN  ', '', '   '])('leaves %j out', (value) => {
    const names = form(`${HEAD}Summary: ${value}\nPlatform: ${value}\nPlatform: any\n\n${value}`);
    expect(names.map(([name]) => name)).not.toContain('summary');
    expect(names.filter(([name]) => name === 'platform')).toEqual([['platform', 'any']]);
    expect(names.map(([name]) => name)).not.toContain('description');
  });

  it('keeps an empty Import-Name, which says that there is nothing to import', () => {
    expect(form(`${HEAD}Import-Name:\n`)).toContainEqual(['import_name', '']);
  });

  it.each([
    ['2.1', 0],
    ['2.3', 0],
    ['2.4', 1],
    ['2.6', 1],
  ])('under metadata %s sends %i License-File', (version, count) => {
    const fields = form(`${HEAD.replace('2.5', version)}License-File: LICENSE\n`);
    expect(fields.filter(([name]) => name === 'license_file')).toHaveLength(count);
  });

  it('does not send what core metadata does not know', () => {
    expect(form(`${HEAD}X-Secret: a\n`)).toHaveLength(5);
  });
});
