// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfigFile, parsePypirc } from '../src/index.ts';

function sectionsOf(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries([...parseConfigFile(text)].map(([name, all]) => [name, Object.fromEntries(all)]));
}

describe('a configuration file', () => {
  const readings: [title: string, text: string, sections: Record<string, Record<string, string>>][] = [
    ['a value with ; and # in it', '[a]\npassword = x;y#z ; w\n', { a: { password: 'x;y#z ; w' } }],
    ['a colon as delimiter', '[a]\nurl: https://h/\n', { a: { url: 'https://h/' } }],
    ['the first delimiter', '[a]\nk = a=b:c\n', { a: { k: 'a=b:c' } }],
    ['a section with dots', '[a.b]\nk=v\n', { 'a.b': { k: 'v' } }],
    ['a section with a bracket', '[a]b] x\nk=v\n', { 'a]b': { k: 'v' } }],
    ['options without their case', '[A]\nPassWord = v\n', { A: { password: 'v' } }],
    [
      'a value over several lines',
      '[a]\nk = one\n  two\n\n  three\nl=4\n',
      { a: { k: 'one\ntwo\n\nthree', l: '4' } },
    ],
    ['a comment inside such a value', '[a]\nk = one\n# no\n  two\n', { a: { k: 'one\ntwo' } }],
    ['indented options', '[a]\n  k = v\n  l = w\n', { a: { k: 'v', l: 'w' } }],
    ['quotes as they are', '[a]\nk = "v"\n', { a: { k: '"v"' } }],
    ['percent signs as they are', '[a]\nk = %(home)s %\n', { a: { k: '%(home)s %' } }],
    ['an empty value', '[a]\nk =\n', { a: { k: '' } }],
    ['names that objects have', '[__proto__]\nconstructor = v\n', { ['__proto__']: { constructor: 'v' } }],
    ['the lines of Windows and of old Macs', '[a]\r\nk = v\rl = w\r\n', { a: { k: 'v', l: 'w' } }],
    ['defaults in every section', '[DEFAULT]\nk = v\n[a]\n[b]\nk = w\n', { a: { k: 'v' }, b: { k: 'w' } }],
    ['white space that only Python knows', '[a]\nk\x1c=\x85v\x1f\n', { a: { k: 'v' } }],
  ];

  it.each(readings)('holds %s', (_title, text, sections) => {
    expect(sectionsOf(text)).toEqual(sections);
  });

  it.each([
    ['an option before the first section', 'k = v\n[a]\n', 1],
    ['a byte order mark', '\ufeff[a]\nk = v\n', 1],
    ['a section that is there already', '[a]\n[b]\n[a]\n', 3],
    ['an option that is there already', '[a]\nk = v\nK = w\n', 3],
    ['a line without a delimiter', '[a]\nhunter2\n', 2],
    ['a value without a name', '[a]\n= hunter2\n', 2],
  ])('is refused for %s, by its line and nothing of it', (_title, text, line) => {
    const reading = () => parseConfigFile(text);
    expect(reading).toThrow(expect.objectContaining({ code: 'ERR_PYPIRC', details: { line } }));
    expect(reading).not.toThrow(/hunter2/);
  });

  it('never fails otherwise', () => {
    const pieces = fc.constantFrom(
      '[a]',
      '[',
      ']',
      '=',
      ':',
      ' ',
      '\t',
      '\n',
      '\r',
      '#',
      ';',
      'k',
      'v',
      '\ufeff',
    );
    fc.assert(
      fc.property(fc.string({ unit: pieces }), (text) => {
        try {
          parseConfigFile(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_PYPIRC' });
        }
      }),
    );
  });
});

describe('a .pypirc', () => {
  it('has the indexes that index-servers lists, with all that is said of them', () => {
    const { indexes, unlisted } = parsePypirc(`
[distutils]
index-servers =
    pypi
    corp
[pypi]
password = pypi-token
[corp]
repository = https://corp.example/legacy/
username = ci
password = p;w#d
ca_cert = corp.pem
client_cert = me.pem
[other]
repository = https://other.example/
`);
    expect([...indexes.keys()]).toEqual(['pypi', 'corp']);
    expect(indexes.get('pypi')?.password?.reveal()).toBe('pypi-token');
    const { password, ...corp } = indexes.get('corp') ?? { name: '' };
    expect(corp).toEqual({
      name: 'corp',
      repository: 'https://corp.example/legacy/',
      username: 'ci',
      caCert: 'corp.pem',
      clientCert: 'me.pem',
    });
    expect(password?.reveal()).toBe('p;w#d');
    expect(unlisted).toEqual(['other']);
  });

  it('lists pypi and testpypi where it lists none', () => {
    const { indexes } = parsePypirc('[testpypi]\nusername = __token__\n');
    expect([...indexes.values()]).toEqual([{ name: 'pypi' }, { name: 'testpypi', username: '__token__' }]);
  });

  it('takes the old login where an index has none', () => {
    const { indexes } = parsePypirc(
      '[distutils]\nindex-servers = a b\n[server-login]\nusername = u\npassword = p\n[a]\n[b]\nusername = w\n',
    );
    expect([...indexes.keys()]).toEqual(['pypi', 'a', 'b']);
    expect(indexes.get('pypi')).toMatchObject({ username: 'u' });
    expect(indexes.get('a')).toMatchObject({ username: 'u' });
    expect(indexes.get('b')).toMatchObject({ username: 'w' });
    expect(indexes.get('b')?.password?.reveal()).toBe('p');
  });

  it('knows pypi where it is not listed, but not what its section says', () => {
    const { indexes, unlisted } = parsePypirc('[distutils]\nindex-servers = corp\n[pypi]\npassword = p\n');
    expect(indexes.get('pypi')).toEqual({ name: 'pypi' });
    expect(unlisted).toEqual(['pypi']);
  });

  it('takes an option without a value for one that is not there', () => {
    expect(parsePypirc('[pypi]\nusername =\npassword =\n').indexes.get('pypi')).toEqual({ name: 'pypi' });
  });
});
