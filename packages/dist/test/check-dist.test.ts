// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { haveVectors, listVectors, vectorPath } from '@colophon/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDist } from '../src/index.ts';
import { isPublicPlatformTag } from '../src/platform-tag.ts';
import { DistFolder, METADATA, SDIST, WHEEL, wheelFiles } from './dist-folder.ts';

let folder: DistFolder;

beforeAll(async () => {
  folder = await DistFolder.create();
});
afterAll(() => folder.remove());

/** Codes of what is found in a wheel with this METADATA, sound otherwise. */
async function codesOf(metadata: string, name = WHEEL, more: Record<string, string> = {}): Promise<string[]> {
  const [stem = '', version = ''] = name.split('-');
  const files = wheelFiles(name, { [`${stem}-${version}.dist-info/METADATA`]: metadata, ...more });
  const path = await folder.wheel(files, name);
  return (await checkDist(path)).map(({ code, severity }) => `${severity} ${code}`);
}

/** The sound metadata with another content type. */
const typed = (type: string) => METADATA.replace('text/plain', type);

/** The sound metadata with these lines in place of its summary. */
const line = (text: string) => METADATA.replace('Summary: a test', text);

describe('checkDist of the core metadata', () => {
  const FLAWS: [title: string, metadata: string, code: string][] = [
    ["a name that is not the file's", METADATA.replace('foo', 'bar'), 'error name-mismatch'],
    ["a version that is not the file's", METADATA.replace('1.0', '1.1'), 'error version-mismatch'],
    ['a name that is none', METADATA.replace('foo', 'foo bar'), 'error name-invalid'],
    ['a name with a dash at its end', METADATA.replace('foo', 'foo-'), 'error name-invalid'],
    ['a version that is none', METADATA.replace('1.0', 'latest'), 'error version-invalid'],
    ['no name', METADATA.replace('Name: foo\n', ''), 'error metadata-required-field'],
    ['the name UNKNOWN', METADATA.replace('foo', 'UNKNOWN'), 'error metadata-required-field'],
    ['no metadata version', METADATA.replace(/^.*\n/, ''), 'error metadata-required-field'],
    ['metadata 2.0', METADATA.replace('2.4', '2.0'), 'error metadata-version'],
    ['metadata 2.6', METADATA.replace('2.4', '2.6'), 'error metadata-version'],
    ['a name twice', line('Name: foo'), 'error metadata-repeated-field'],
    ['a summary twice', line('Summary: a\nSummary: b'), 'error metadata-repeated-field'],
    ['a field of a newer version', line('Import-Name: foo'), 'error metadata-field-too-new'],
    [
      'License-File before it existed',
      line('License-File: LICENSE').replace('2.4', '2.1'),
      'warning metadata-license-file',
    ],
    ['a summary of two lines', line('Summary: a\n  b'), 'error summary-lines'],
    ['a long summary', line(`Summary: ${'é'.repeat(513)}`), 'error summary-length'],
    ['an unknown content type', typed('text/html'), 'error description-content-type'],
    ['another charset', typed('text/x-rst; charset=latin-1'), 'error description-content-type'],
    ['an unknown variant', typed('text/markdown; variant="Pandoc"'), 'error description-content-type'],
    ['two kinds of license', line('License: MIT\nLicense-Expression: MIT'), 'error license-conflict'],
    ['a license file that climbs', line('License-File: ../LICENSE'), 'error license-file-path'],
    ['a license file with a wildcard', line('License-File: LICENSE*'), 'error license-file-path'],
    ['an absolute license file', line('License-File: /LICENSE'), 'error license-file-path'],
    ['a license file of Windows', line('License-File: a\\LICENSE'), 'error license-file-path'],
    ['a license file that is not there', line('License-File: LICENSE'), 'error license-file-missing'],
    ['a project URL without label', line('Project-URL: , https://example.org'), 'error project-url'],
    ['a project URL without URL', line('Project-URL: Home'), 'error project-url'],
    [
      'a project URL with a long label',
      line(`Project-URL: ${'x'.repeat(33)}, https://example.org`),
      'error project-url',
    ],
    ['a dynamic name', line('Dynamic: Name'), 'error dynamic-field'],
    ['a dynamic field that is none', line('Dynamic: Colour'), 'error dynamic-field'],
    ['a field that is none', line('X-Colour: red'), 'warning metadata-unknown-field'],
  ];
  it.each(FLAWS)('finds %s', async (_title, metadata, code) => {
    expect(await codesOf(metadata)).toContain(code);
  });

  const FINE: [title: string, metadata: string][] = [
    ['the least metadata', METADATA],
    ['another spelling of name and version', METADATA.replace('foo', 'FOO').replace('1.0', 'v1.0.0')],
    ['a summary of 512 characters beyond the BMP', line(`Summary: ${'😀'.repeat(512)}`)],
    ['a content type with parameters', typed('text/markdown; charset=UTF-8; variant=GFM')],
    ['a quoted parameter', typed('Text/Markdown;variant="CommonMark"')],
    ['a variant where it means nothing', typed('text/plain; variant=x')],
    ['a dynamic field', line('Dynamic: Classifier')],
    ['a project URL', line(`Project-URL: ${'x'.repeat(32)}, https://example.org/a,b`)],
    ...['2.1', '2.2', '2.3', '2.5'].map((version): [string, string] => [
      `metadata ${version}`,
      METADATA.replace('2.4', version),
    ]),
  ];
  it.each(FINE)('has nothing against %s', async (_title, metadata) => {
    expect(await codesOf(metadata)).toEqual([]);
  });

  it('has nothing against a license file in its place', async () => {
    const more = { 'foo-1.0.dist-info/licenses/a/LICENSE': 'MIT' };
    expect(await codesOf(line('License-File: a/LICENSE'), WHEEL, more)).toEqual([]);
    const sdist = await folder.sdist([
      { name: 'foo-1.0/PKG-INFO', data: line('License-File: LICENSE') },
      { name: 'foo-1.0/LICENSE' },
    ]);
    expect(await checkDist(sdist)).toEqual([]);
  });

  it('reports every flaw, not the first alone', async () => {
    const found = await codesOf(line('Summary: a\n b\nDynamic: x\nX-A: b').replace('foo', 'bar'));
    expect(found.filter((code) => code.startsWith('error'))).toEqual([
      'error dynamic-field',
      'error summary-lines',
      'error name-mismatch',
    ]);
  });

  it('finds metadata that is not UTF-8', async () => {
    const path = await folder.sdist([
      { name: 'foo-1.0/PKG-INFO', data: Buffer.from([0xff]) },
      { name: 'foo-1.0/foo.py' },
    ]);
    expect(await checkDist(path)).toEqual([expect.objectContaining({ code: 'metadata-unreadable' })]);
  });
});

describe('checkDist of the file name', () => {
  const NAMES: [name: string, code: string][] = [
    ['foo-1.0-py3-none-linux_x86_64.whl', 'error platform-tag'],
    ['foo-1.0-py3-none-any.macosx_11_1_arm64.whl', 'error platform-tag'],
    ['Foo-1.0-py3-none-any.whl', 'error wheel-filename'],
    ['foo-1.0+local-py3-none-any.whl', 'error local-version'],
    ['foo-v1.0-py3-none-any.whl', 'warning wheel-version-form'],
  ];
  it.each(NAMES)('finds in %s: %s', async (name, code) => {
    const [, version = ''] = name.split('-');
    expect(await codesOf(METADATA.replace('1.0', version), name)).toEqual([code]);
  });

  it.each([
    ['Foo-1.0.tar.gz', 'foo-1.0.tar.gz'],
    ['foo-bar-1.0.tar.gz', 'foo_bar-1.0.tar.gz'],
    ['foo.bar-1.0.tar.gz', 'foo_bar-1.0.tar.gz'],
    ['foo-1.0b.tar.gz', 'foo-1.0b0.tar.gz'],
    ['foo-1.0.zip', 'foo-1.0.tar.gz'],
  ])('says for %s that PyPI wants %s', async (name, wanted) => {
    const findings = await checkDist(await folder.write(name, Buffer.alloc(3)));
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'sdist-filename', message: expect.stringContaining(wanted) }),
    );
  });

  it('finds a name that no distribution has, without looking inside', async () => {
    expect(await checkDist(join(folder.path, 'absent.whl'))).toEqual([
      expect.objectContaining({ code: 'filename-invalid', severity: 'error' }),
    ]);
  });

  it('throws when there is no file', async () => {
    await expect(checkDist(join(folder.path, 'absent-1.0.tar.gz'))).rejects.toMatchObject({
      code: 'ERR_DIST_READ',
    });
  });
});

describe('isPublicPlatformTag', () => {
  it.each([
    'any win32 win_amd64 win_arm64 win_ia64 manylinux1_i686 manylinux2010_x86_64 manylinux2014_ppc64',
    'manylinux_2_17_x86_64 manylinux_2_39_riscv64 manylinux_2_17_ppc64 musllinux_1_2_aarch64 linux_armv6l linux_armv7l',
    'macosx_10_9_x86_64 macosx_10_13_universal2 macosx_11_0_arm64 macosx_15_0_x86_64 macosx_26_0_arm64',
    'ios_13_0_arm64_iphoneos ios_13_0_x86_64_iphonesimulator android_21_arm64_v8a pyemscripten_2025_0_wasm32',
  ])('takes %s', (tags) => {
    expect(tags.split(' ').filter((tag) => !isPublicPlatformTag(tag))).toEqual([]);
  });

  it.each([
    'linux_x86_64 linux_aarch64 manylinux2010_aarch64 manylinux3_x86_64 musllinux_1_2_ppc64 manylinux_2_17_mips',
    'macosx_11_1_arm64 macosx_16_0_arm64 macosx_9_0_ppc macosx_11_0_riscv64 win_x86 any2 xany ios_13_0_arm64 freebsd_14_amd64',
  ])('refuses %s', (tags) => {
    expect(tags.split(' ').filter(isPublicPlatformTag)).toEqual([]);
  });
});

describe.runIf(haveVectors)('real distributions', () => {
  it.each(listVectors('pep740').filter((name) => /\.(?:whl|tar\.gz)$/.test(name)))(
    '%s has no error',
    async (name) => {
      const findings = await checkDist(vectorPath(`pep740/${name}`));
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );
});

it('finds an sdist with the bytes of a wheel to be damaged', async () => {
  const wheel = await folder.wheel({ 'foo-1.0/PKG-INFO': METADATA }, SDIST);
  expect(await checkDist(wheel)).toEqual([
    expect.objectContaining({ code: 'archive-damaged', severity: 'error' }),
  ]);
});
