// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Blake2b256 } from '../src/warehouse/blake2b.ts';
import { parseDistributionFilename, sameDistribution } from '../src/warehouse/distribution-filename.ts';
import { isSupportedPlatform } from '../src/warehouse/platform-tag.ts';
import { pythonQuoted } from '../src/warehouse/python-text.ts';
import { parsePythonVersion } from '../src/warehouse/python-version.ts';

describe('versions (PEP 440)', () => {
  it.each([
    ['1.0', '1.0', '1'],
    ['v1.0.0', '1.0.0', '1'],
    ['1.0beta1', '1.0b1', '1b1'],
    ['1.0-ALPHA.02', '1.0a2', '1a2'],
    ['1.0c', '1.0rc0', '1rc0'],
    ['1.0-1', '1.0.post1', '1.post1'],
    ['1.0r4', '1.0.post4', '1.post4'],
    ['1.0_dev', '1.0.dev0', '1.dev0'],
    ['1!2.0.post1.dev3', '1!2.0.post1.dev3', '1!2.post1.dev3'],
    ['1.0+Ubuntu-01', '1.0+ubuntu.1', '1+ubuntu.1'],
    ['0.0', '0.0', '0'],
    ['007.10', '7.10', '7.10'],
  ])('reads %s as %s, equal to all that are %s', (written, text, canonical) => {
    expect(parsePythonVersion(written)).toMatchObject({ text, canonical });
  });

  it.each(['', '1.0 ', 'one', '1..0', '1.0+', '1.0-', '١.0', '1.0+a+b', `1.${'0'.repeat(300)}`])(
    'refuses %j',
    (written) => {
      expect(() => parsePythonVersion(written)).toThrowError(
        expect.objectContaining({ code: 'ERR_WAREHOUSE_VERSION' }),
      );
    },
  );

  it('gives a normal form that is its own normal form', () => {
    const part = fc.nat(30);
    const suffix = fc.constantFrom('', 'a1', '-beta.2', 'rc', '.post3', '-4', '.dev', '+l.01');
    fc.assert(
      fc.property(part, part, suffix, (major, minor, end) => {
        const { text, canonical } = parsePythonVersion(`${major}.${minor}${end}`);
        expect(parsePythonVersion(text)).toMatchObject({ text, canonical });
        expect(parsePythonVersion(canonical).canonical).toBe(canonical);
      }),
    );
  });
});

describe('file names', () => {
  it.each([
    ['foo-1.0.tar.gz', 'Foo-1.0.0.zip'],
    ['foo_bar-1.0beta1.tar.gz', 'foo-bar-1.0b1.tar.gz'],
    ['Foo_bar-1.0beta1-py3-none-any.whl', 'foo.bar-1.0b1-py3-none-any.whl'],
    ['a-1-py2.py3-none-any.whl', 'a-1-py3.py2-none-any.whl'],
    ['a-1-01x-py3-none-any.whl', 'a-1-1x-py3-none-any.whl'],
    [
      'a-1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      'a-1-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    ],
  ])('%s and %s are one distribution', (a, b) => {
    expect(sameDistribution(parseDistributionFilename(a), parseDistributionFilename(b))).toBe(true);
  });

  it.each([
    ['foo-1.0.tar.gz', 'foo-1.0-py3-none-any.whl'],
    ['foo-1.0.tar.gz', 'foo-1.0.post0.tar.gz'],
    ['foo-1.0.tar.gz', 'bar-1.0.tar.gz'],
    ['a-1-py3-none-any.whl', 'a-1-1-py3-none-any.whl'],
    ['a-1-py3-none-any.whl', 'a-1-py2.py3-none-any.whl'],
    ['a-1-py3-abi3-any.whl', 'a-1-py3-any-abi3.whl'],
  ])('%s and %s are two distributions', (a, b) => {
    expect(sameDistribution(parseDistributionFilename(a), parseDistributionFilename(b))).toBe(false);
  });

  it.each([
    'foo-1.0.WHL',
    'foo-1.0.tar.GZ',
    'foo-1.0.tar.bz2',
    'foo.tar.gz',
    '-1.0.tar.gz',
    'foo-one.tar.gz',
    'foo-1.2.3.tar.gz.zip',
    'foo-1.0-none-any.whl',
    'foo-1.0-1-2-py3-none-any.whl',
    'foo__bar-1.0-py3-none-any.whl',
    'fo+o-1.0-py3-none-any.whl',
    'foo-1.x.x-py3-none-any.whl',
    'foo-1.0-abc-py3-none-any.whl',
    'foo-1.0-py3..py2-none-any.whl',
    'foo-1.0-3-none-any.whl',
    '-1.0-py3-none-any.whl',
    'føo-1.0-py3-none-any.whl',
  ])('refuses %s', (filename) => {
    expect(() => parseDistributionFilename(filename)).toThrowError(
      expect.objectContaining({ code: 'ERR_WAREHOUSE_FILENAME' }),
    );
  });
});

describe('platforms', () => {
  it.each([
    'any',
    'win_arm64',
    'manylinux1_x86_64',
    'manylinux2014_ppc64',
    'manylinux_2_17_riscv64',
    'musllinux_1_2_aarch64',
    'macosx_10_9_universal2',
    'macosx_26_0_arm64',
    'ios_13_0_arm64_iphoneos',
    'android_21_arm64_v8a',
    'pyemscripten_2025_0_wasm32',
    'linux_armv7l',
  ])('%s is supported', (tag) => {
    expect(isSupportedPlatform(tag)).toBe(true);
  });

  it.each([
    'linux_x86_64',
    'manylinux_2_17_mips',
    'musllinux_1_2_ppc64',
    'macosx_11_1_arm64',
    'macosx_27_0_arm64',
    'win32x',
    '',
  ])('%j is not', (tag) => {
    expect(isSupportedPlatform(tag)).toBe(false);
  });
});

describe('small helpers of the index', () => {
  it.each([
    ['', '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8'],
    ['abc', 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319'],
    ['\0'.repeat(128), '378d0caaaa3855f1b38693c1d6ef004fd118691c95c959d4efa950d6d6fcf7c1'],
  ])('BLAKE2b-256 of %j', (text, hex) => {
    expect(new Blake2b256().update(Buffer.from(text)).hex()).toBe(hex);
    const pieces = new Blake2b256();
    for (const byte of Buffer.from(text)) pieces.update(Uint8Array.of(byte));
    expect(pieces.hex()).toBe(hex);
  });

  it.each([
    ['a', "'a'"],
    ["it's", '"it\'s"'],
    [`'"`, `'\\'"'`],
    ['a\n\\', "'a\\n\\\\'"],
    ['\u0000\u00a0é\u2028', "'\\x00\\xa0é\\u2028'"],
  ])('quotes %j as Python does', (text, quoted) => {
    expect(pythonQuoted(text)).toBe(quoted);
  });
});
