// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistError, normalizeName, parseVersion, sameVersion } from '../src/index.ts';

// What packaging 26.2 answers, for the spellings on which readers part.
const CANONICAL: [text: string, canonical: string][] = [
  ['1.0', '1.0'],
  ['1.0.0', '1.0.0'],
  ['v1.0', '1.0'],
  ['V01.002', '1.2'],
  ['1.0-Beta.2', '1.0b2'],
  ['1.0alpha', '1.0a0'],
  ['1.0.c1', '1.0rc1'],
  ['1.0_preview_3', '1.0rc3'],
  ['1.0PRE', '1.0rc0'],
  ['1.0a-', '1.0a0'],
  ['1.0-1', '1.0.post1'],
  ['1.0rev2', '1.0.post2'],
  ['1.0.r', '1.0.post0'],
  ['1.0a1.post2.dev3', '1.0a1.post2.dev3'],
  ['1.0-DEV', '1.0.dev0'],
  ['0!1.0', '1.0'],
  ['02!1.0', '2!1.0'],
  ['1.0+Ubuntu-1', '1.0+ubuntu.1'],
  ['1.0+001.00a', '1.0+1.00a'],
  ['1.0+1e5', '1.0+1e5'],
  ['1.0+0x10', '1.0+0x10'],
  ['9007199254740993.0', '9007199254740993.0'],
  ['1.0rc18446744073709551617', '1.0rc18446744073709551617'],
  [' 1.0\n', '1.0'],
  ['\u00851.0\x1c', '1.0'],
];

const REFUSED = [
  '',
  '1.',
  '.1',
  '1..0',
  '1.0-',
  '1.0x',
  '1.0+',
  '1.0+a+b',
  '1.0+ü',
  '1.0 .dev1',
  '\ufeff1.0',
];
REFUSED.push('1.0--1', '!1.0', '1!', '1.0.po\u017ft1', '1.0+a..b', '١.0');

describe('parseVersion', () => {
  it.each(CANONICAL)('reads %j as %s', (text, canonical) => {
    expect(parseVersion(text)).toBe(canonical);
  });

  it.each(REFUSED)('refuses %j', (text) => {
    expect(() => parseVersion(text)).toThrowError(expect.objectContaining({ code: 'ERR_DIST_VERSION' }));
  });

  it('refuses a text of thousands of digits', () => {
    expect(() => parseVersion('1'.repeat(5000))).toThrowError(
      expect.objectContaining({ code: 'ERR_DIST_VERSION' }),
    );
  });

  it('takes its own answer for canonical, whatever the text', () => {
    const text = fc.stringMatching(
      /^[vV]?[0-9]{1,3}(\.[0-9]{1,3}){0,3}[-_.]?(a|rc|post|dev)?[0-9]{0,2}(\+[a-z0-9]{1,4})?$/,
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (version) => {
        try {
          const canonical = parseVersion(version);
          expect(parseVersion(canonical)).toBe(canonical);
          expect(sameVersion(version, canonical)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DistError);
        }
      }),
    );
  });
});

describe('sameVersion', () => {
  it.each([
    ['1.0', '1.0.0', true],
    ['1', '1.0.0.0', true],
    ['0', '0.0', true],
    ['0!1', '1', true],
    ['1.0+a', '1.0.0+A', true],
    ['1.0+01', '1+1', true],
    ['1.0rc1', '1c1', true],
    ['1.0', '1.0+a', false],
    ['1.0', '1.0.post0', false],
    ['1.0.1', '1.0.10', false],
    ['10', '1', false],
    ['1!1', '1', false],
    ['1.0a0', '1.0', false],
  ])('compares %s and %s: %s', (a, b, same) => {
    expect(sameVersion(a, b)).toBe(same);
    expect(sameVersion(b, a)).toBe(same);
  });
});

describe('normalizeName', () => {
  it.each([
    ['Foo._-Bar', 'foo-bar'],
    ['foo', 'foo'],
    ['FOO__bar', 'foo-bar'],
    ['_foo.', '-foo-'],
  ])('gives %s the normal form %s', (name, normal) => {
    expect(normalizeName(name)).toBe(normal);
  });
});
