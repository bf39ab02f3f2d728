// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistError, isDistFilename, parseDistFilename, sameDistribution } from '../src/index.ts';

const WHEELS: [filename: string, parsed: Record<string, unknown>][] = [
  ['foo-1.0-py3-none-any.whl', { name: 'foo', version: '1.0', pythonTag: 'py3', rawName: 'foo' }],
  [
    'Foo_Bar-1.0.RC1-1abc-py2.py3-none-any.whl',
    { name: 'foo-bar', version: '1.0rc1', rawVersion: '1.0.RC1', build: '1abc', pythonTag: 'py2.py3' },
  ],
  [
    'a.b-1.0+cu12.1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    { name: 'a-b', version: '1.0+cu12.1', rawName: 'a.b' },
  ],
  ['_foo_-1.0-py3-none-any.whl', { name: '-foo-' }],
  ['bücher-1-py3-none-any.whl', { name: 'bücher' }],
  ['foo-1.0-07-py3-none-any.whl', { build: '07' }],
  ['foo- 1.0 -py3-none-any.whl', { version: '1.0', rawVersion: ' 1.0 ' }],
];

const SDISTS: [filename: string, parsed: Record<string, unknown>][] = [
  ['foo-1.0.tar.gz', { name: 'foo', version: '1.0', extension: '.tar.gz' }],
  ['Foo_Bar-1.0Beta1.zip', { name: 'foo-bar', version: '1.0b1', extension: '.zip', rawVersion: '1.0Beta1' }],
  ['foo-bar-1.0.tar.gz', { name: 'foo-bar', rawName: 'foo-bar' }],
  ['foo-1.0-1.tar.gz', { name: 'foo-1-0', version: '1' }],
  ['foo__bar-1.0.tar.gz', { name: 'foo-bar' }],
  ['foo-v1.tar.gz', { version: '1', rawVersion: 'v1' }],
];

const REFUSED = [
  '',
  'foo',
  'foo-1.0',
  'foo-1.0.tar',
  'foo-1.0.tgz',
  'foo-1.0.egg',
  '.whl',
  '.zip',
  '-1.0.tar.gz',
];
REFUSED.push('foo-1.0.TAR.GZ', 'foo-1.0-py3-none-any.WHL', 'foo-1.0-py3-none-any.whl ', 'foo-1.0.tar.gz.zip');
REFUSED.push('foo-1.0-py3-none.whl', 'foo-1.0-1-2-py3-none-any.whl', 'foo__bar-1.0-py3-none-any.whl');
REFUSED.push('foo bar-1.0-py3-none-any.whl', 'fo\u0301o-1.0-py3-none-any.whl', '-1.0-py3-none-any.whl');
REFUSED.push('foo-1.0-x1-py3-none-any.whl', 'foo-1.0--py3-none-any.whl', 'foo-1.0-٣-py3-none-any.whl');
REFUSED.push('foo-latest-py3-none-any.whl', 'foo-.tar.gz', 'foo-bar.tar.gz', 'foo_1.0.tar.gz');
REFUSED.push(
  '../foo-1.0.tar.gz',
  'a/foo-1.0.tar.gz',
  'a\\foo-1.0.tar.gz',
  'foo\u0000-1.0.tar.gz',
  'foo\n-1.0.zip',
);
REFUSED.push(`${'f'.repeat(250)}-1.0.tar.gz`);

describe('parseDistFilename', () => {
  it.each(WHEELS)('reads the wheel %s', (filename, parsed) => {
    expect(parseDistFilename(filename)).toMatchObject({ kind: 'wheel', filename, ...parsed });
  });

  it.each(SDISTS)('reads the sdist %s', (filename, parsed) => {
    expect(parseDistFilename(filename)).toMatchObject({ kind: 'sdist', filename, ...parsed });
  });

  it.each(REFUSED)('refuses %j', (filename) => {
    expect(() => parseDistFilename(filename)).toThrowError(
      expect.objectContaining({ code: 'ERR_DIST_FILENAME' }),
    );
  });

  it('expands compressed tag sets to every triple, in lower case', () => {
    expect(parseDistFilename('foo-1.0-py2.PY3-none.abi3-any.whl')).toMatchObject({
      tags: new Set(['py2-none-any', 'py2-abi3-any', 'py3-none-any', 'py3-abi3-any']),
    });
  });

  it('has no build where the name has none', () => {
    expect(parseDistFilename('foo-1.0-py3-none-any.whl')).not.toHaveProperty('build');
  });

  it('quotes a hostile name in its message, bounded and without control characters', () => {
    const hostile = `\u001b[2J\u202e${'x'.repeat(5000)}.whl`;
    expect(() => parseDistFilename(hostile)).toThrowError(/^file name "\\u001b\[2J\\u202ex{1,100}…": /);
  });

  it('lets only DistError out, whatever the text', () => {
    const pieces = fc.constantFrom(
      'foo',
      '-',
      '_',
      '.',
      '1.0',
      'py3',
      'none',
      'any',
      '.whl',
      '.tar.gz',
      '.zip',
      '/',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (filename) => {
          try {
            expect(sameDistribution(parseDistFilename(filename), parseDistFilename(filename))).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(DistError);
          }
        },
      ),
    );
  });
});

describe('isDistFilename', () => {
  it.each([
    ['foo-1.0.tar.gz', true],
    ['x.zip', true],
    ['x.whl', true],
    ['foo-1.0.tar.gz.publish.attestation', false],
    ['FOO.WHL', false],
  ])('says of %s: %s', (filename, expected) => {
    expect(isDistFilename(filename)).toBe(expected);
  });
});

describe('sameDistribution', () => {
  it.each([
    ['foo-1.0.tar.gz', 'foo-1.0.zip', true],
    ['Foo_bar-1.0beta1.tar.gz', 'foo-bar-1.0b1.tar.gz', true],
    ['foo-1.0.tar.gz', 'foo-1.0.0.tar.gz', true],
    ['foo-1.0-py3-none-any.whl', 'FOO-1.0.0-PY3-none-any.whl', true],
    ['foo-1.0-cp39-cp39-a.b.whl', 'foo-1.0-cp39-cp39-b.a.whl', true],
    ['foo-1.0-01a-py3-none-any.whl', 'foo-1.0-1a-py3-none-any.whl', true],
    ['foo-1.0-1a-py3-none-any.whl', 'foo-1.0-1b-py3-none-any.whl', false],
    ['foo-1.0-1-py3-none-any.whl', 'foo-1.0-py3-none-any.whl', false],
    ['foo-1.0-py3-none-any.whl', 'foo-1.0-py2.py3-none-any.whl', false],
    ['foo-1.0-py3-none-any.whl', 'foo-1.0.tar.gz', false],
    ['foo-1.0.tar.gz', 'foo-1.1.tar.gz', false],
    ['foo-1.0.tar.gz', 'fop-1.0.tar.gz', false],
  ])('compares %s and %s: %s', (a, b, same) => {
    expect(sameDistribution(parseDistFilename(a), parseDistFilename(b))).toBe(same);
    expect(sameDistribution(parseDistFilename(b), parseDistFilename(a))).toBe(same);
  });
});
