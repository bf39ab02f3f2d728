// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { assertAudience, resolveIndex, resolveSimpleUrl } from '../src/index.ts';
import { parseServedUrl, resolveServedUrl } from '../src/index-url.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const PYPI = {
  name: 'pypi',
  uploadUrl: 'https://upload.pypi.org/legacy/',
  simpleUrl: 'https://pypi.org/simple/',
  audience: 'pypi',
};

describe('resolveIndex', () => {
  it('knows the real hosts of pypi and testpypi', () => {
    expect(resolveIndex('pypi')).toEqual(PYPI);
    expect(resolveIndex('testpypi')).toEqual({
      name: 'testpypi',
      uploadUrl: 'https://test.pypi.org/legacy/',
      simpleUrl: 'https://test.pypi.org/simple/',
      audience: 'testpypi',
    });
  });

  it.each(['https://upload.pypi.org/legacy/', 'https://UPLOAD.pypi.org:443/legacy'])(
    'recognises PyPI by its upload URL %s',
    (url) => {
      expect(resolveIndex(url)).toEqual(PYPI);
    },
  );

  it('takes an upload URL with its read side', () => {
    expect(resolveIndex('https://pkgs.example/up', { simpleUrl: 'https://pkgs.example/simple' })).toEqual({
      name: 'pkgs.example/up',
      uploadUrl: 'https://pkgs.example/up',
      simpleUrl: 'https://pkgs.example/simple/',
    });
    expect(resolveIndex('http://127.0.0.1:8080/legacy/')).toEqual({
      name: '127.0.0.1:8080/legacy/',
      uploadUrl: 'http://127.0.0.1:8080/legacy/',
    });
  });

  it('gives each index of a host its own name, and none that of PyPI', () => {
    const urls = ['https://pkgs.example/', 'https://pkgs.example/prod/', 'https://pkgs.example/test/'];
    expect(urls.map((url) => resolveIndex(url).name)).toEqual([
      'pkgs.example/',
      'pkgs.example/prod/',
      'pkgs.example/test/',
    ]);
    expect(resolveIndex('https://pypi/').name).toBe('pypi/');
  });

  it.each([
    ['plain http to another machine', 'http://pkgs.example/legacy/'],
    ['another scheme', 'ftp://pkgs.example/'],
    ['a file', 'file:///legacy/'],
    ['an unknown name', 'pipy'],
    ['an empty text', ''],
    ['a query', 'https://pkgs.example/?token=hunter2'],
    ['a fragment', 'https://pkgs.example/#hunter2'],
    ['a password', 'https://me:hunter2@pkgs.example/'],
    ['a user name', 'https://hunter2@pkgs.example/'],
    ['a token in place of a URL', 'pypi-hunter2'],
    ['the read side of PyPI', 'https://pypi.org/simple/'],
    ['PyPI without TLS', 'http://upload.pypi.org/legacy/'],
    ['an old host of PyPI', 'https://pypi.python.org/pypi'],
    ['a host that begins like loopback', 'http://localhost.example/'],
  ])('refuses %s, without repeating a secret', (_title, text) => {
    expect(() => resolveIndex(text)).toThrowError(throwsCode('ERR_INDEX_URL'));
    expect(() => resolveIndex(text)).toThrowError(expect.not.stringContaining('hunter2'));
  });

  it('gives the known indexes no other read side', () => {
    expect(resolveIndex('pypi', { simpleUrl: 'https://pypi.org/simple' })).toEqual(PYPI);
    expect(() => resolveIndex('pypi', { simpleUrl: 'https://evil.example/simple/' })).toThrowError(
      throwsCode('ERR_INDEX_URL'),
    );
  });
});

describe('resolveSimpleUrl', () => {
  it.each([
    ['pypi', 'https://pypi.org/simple/'],
    ['testpypi', 'https://test.pypi.org/simple/'],
    ['https://pkgs.example/a/simple', 'https://pkgs.example/a/simple/'],
    ['http://[::1]:9/simple/', 'http://[::1]:9/simple/'],
  ])('turns %s into %s', (text, root) => {
    expect(resolveSimpleUrl(text)).toBe(root);
  });
});

describe('the guard of audiences', () => {
  it.each([
    ['pypi', 'https://upload.pypi.org/legacy/'],
    ['pypi', 'https://pypi.org/_/oidc/audience'],
    ['testpypi', 'https://test.pypi.org/legacy/'],
    ['pkgs.example', 'https://pkgs.example/legacy/'],
    ['anything', 'http://127.0.0.1:8080/'],
  ])('lets %s go to %s', (audience, url) => {
    expect(() => assertAudience(audience, url)).not.toThrow();
  });

  it.each([
    ['pypi', 'https://pkgs.example/legacy/'],
    ['pypi', 'https://test.pypi.org/legacy/'],
    ['pypi', 'https://upload.pypi.org.evil.example/legacy/'],
    ['pypi', 'https://upload.pypi.org:8443/legacy/'],
    ['pypi', 'http://upload.pypi.org/legacy/'],
    ['pypi', 'http://127.0.0.1:8080/legacy/'],
    ['PyPI', 'https://pkgs.example/'],
    [' pypi\n', 'https://pkgs.example/'],
    ['testpypi', 'https://upload.pypi.org/legacy/'],
    ['testpypi', 'http://localhost:8080/'],
    ['sigstore', 'https://upload.pypi.org/legacy/'],
    ['sigstore', 'https://fulcio.sigstore.dev/'],
    ['sts.amazonaws.com', 'https://pkgs.example/'],
    ['api://AzureADTokenExchange', 'https://pkgs.example/'],
    ['npm:registry.example', 'https://pkgs.example/'],
  ])('stops %j on the way to %s', (audience, url) => {
    expect(() => assertAudience(audience, url)).toThrowError(throwsCode('ERR_INDEX_AUDIENCE'));
  });
});

describe('URLs on the pages of an index', () => {
  const page = new URL('https://pkgs.example/simple/demo/');
  const local = new URL('http://127.0.0.1:8080/simple/demo/');

  it('are resolved against their page', () => {
    expect(resolveServedUrl('../../f/demo.whl', page).href).toBe('https://pkgs.example/f/demo.whl');
    expect(resolveServedUrl('//files.example/demo.whl', page).href).toBe('https://files.example/demo.whl');
    expect(resolveServedUrl('/f/demo.whl', local).href).toBe('http://127.0.0.1:8080/f/demo.whl');
    expect(parseServedUrl('https://files.example/p', local).href).toBe('https://files.example/p');
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:application/json,{}'],
    ['a file', 'file:///etc/passwd'],
    ['plain http', 'http://files.example/demo.whl'],
    ['a password', 'https://me:hunter2@files.example/'],
    ['a service of this machine', 'https://localhost/admin'],
    ['a service of this machine, in the clear', 'http://127.0.0.1:6379/'],
    ['no URL', 'https://['],
  ])('are refused when they are %s', (_title, text) => {
    expect(() => resolveServedUrl(text, page)).toThrowError(throwsCode('ERR_INDEX_URL'));
    expect(() => parseServedUrl(text, page)).toThrowError(throwsCode('ERR_INDEX_URL'));
  });

  it('may be demanded absolute', () => {
    expect(() => parseServedUrl('/integrity/demo', page)).toThrowError(throwsCode('ERR_INDEX_URL'));
  });
});
