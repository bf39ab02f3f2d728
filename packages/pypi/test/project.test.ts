// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { AppError, parseJson } from '@colophon/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetchProject, fileOnIndex, readProjectPage, releaseFiles, type Project } from '../src/index.ts';
import { sendJson, startIndex } from './support/index-server.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const SIMPLE = 'application/vnd.pypi.simple.v1+json';
const SHA256 = 'ab'.repeat(32);
const WHEEL = { filename: 'demo-1.0-py3-none-any.whl', url: '/f/demo.whl', hashes: { sha256: SHA256 } };
const PAGE = { meta: { 'api-version': '1.4' }, name: 'demo', files: [WHEEL] };

function pageWith(file: object): object {
  return { ...PAGE, files: [{ ...WHEEL, ...file }] };
}

async function fetched(
  body: unknown,
  { status = 200, type = SIMPLE, project = 'demo' } = {},
): Promise<Project> {
  await using server = await startIndex((_request, response) => sendJson(response, status, body, type));
  return await fetchProject({ simpleUrl: `${server.url}/simple/`, project, http: server.http });
}

describe('fetchProject', () => {
  it('asks for the JSON form under the normalised name', async () => {
    await using server = await startIndex((_request, response) =>
      sendJson(response, 200, { ...PAGE, name: 'my-demo' }, SIMPLE),
    );
    const options = { simpleUrl: `${server.url}/root/simple/`, http: server.http };
    await fetchProject({ ...options, project: 'My__Demo' });
    expect(server.seen).toMatchObject([
      { method: 'GET', url: '/root/simple/my-demo/', headers: { accept: SIMPLE } },
    ]);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('reads all that a file says of itself, and passes over what it does not know', async () => {
    const full = {
      ...WHEEL,
      url: 'https://files.example/demo.whl?a=1',
      hashes: { sha256: SHA256.toUpperCase(), md5: 'x' },
      size: 7,
      'requires-python': '>=3.9',
      'upload-time': '2026-01-02T03:04:05.678901Z',
      yanked: 'broken',
      provenance: 'https://pkgs.example/integrity/demo/1.0/demo-1.0-py3-none-any.whl/provenance',
      'core-metadata': { sha256: SHA256 },
      later: [1],
    };
    const project = await fetched({
      ...PAGE,
      meta: { 'api-version': '1.99', '_last-serial': 1 },
      versions: ['1.0'],
      'project-status': { status: 'archived', reason: 'done' },
      later: {},
      files: [full],
    });
    expect(project).toEqual({
      name: 'demo',
      versions: ['1.0'],
      status: 'archived',
      statusReason: 'done',
      files: [
        {
          filename: full.filename,
          url: full.url,
          sha256: SHA256,
          size: 7,
          requiresPython: '>=3.9',
          uploadTime: new Date('2026-01-02T03:04:05.678Z'),
          yanked: true,
          yankedReason: 'broken',
          provenanceUrl: full.provenance,
        },
      ],
    });
  });

  it('reads a page that says the least', async () => {
    const file = { ...WHEEL, hashes: {}, provenance: null, size: null, yanked: false };
    const project = await fetched({ ...PAGE, files: [file] });
    expect(project).toMatchObject({ name: 'demo', status: 'active', files: [{ yanked: false }] });
    expect(project.files[0]).not.toHaveProperty('sha256');
    expect(project.files[0]).not.toHaveProperty('provenanceUrl');
    expect(project.files[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/f\/demo\.whl$/);
  });

  const hostile: [string, unknown][] = [
    ['no JSON', '<html>'],
    ['a key twice', JSON.stringify(PAGE).replace('"name"', '"name":"other","name"')],
    ['another project', { ...PAGE, name: 'other' }],
    ['no files', { meta: PAGE.meta, name: 'demo' }],
    ['files that are no list', { ...PAGE, files: {} }],
    ['a version 2 page', { ...PAGE, meta: { 'api-version': '2.0' } }],
    ['no version', { ...PAGE, meta: {} }],
    ['a version that is a number', { ...PAGE, meta: { 'api-version': 1.4 } }],
    ['one filename twice', { ...PAGE, files: [WHEEL, { ...WHEEL, hashes: { sha256: 'cd'.repeat(32) } }] }],
    ['a filename that climbs', pageWith({ filename: '../../etc/passwd' })],
    ['a filename that climbs in Windows', pageWith({ filename: '..\\demo-1.0.tar.gz' })],
    ['a filename on another drive', pageWith({ filename: 'C:demo-1.0.tar.gz' })],
    ['a hidden filename', pageWith({ filename: '.netrc' })],
    ['the folder itself', pageWith({ filename: '..' })],
    ['an empty filename', pageWith({ filename: '' })],
    ['a filename with a terminal escape', pageWith({ filename: 'demo\u001b[2J.whl' })],
    ['a short digest', pageWith({ hashes: { sha256: 'abcd' } })],
    ['a digest that is a list', pageWith({ hashes: { sha256: [SHA256] } })],
    ['no hashes', pageWith({ hashes: null })],
    ['a negative size', pageWith({ size: -1 })],
    ['a size that is text', pageWith({ size: '7' })],
    ['a size beyond all numbers', pageWith({ size: 1e300 })],
    ['a yank that is a number', pageWith({ yanked: 1 })],
    ['a time without a zone', pageWith({ 'upload-time': '2026-01-02T03:04:05' })],
    ['a file URL that is a script', pageWith({ url: 'javascript:alert(1)' })],
    ['a file URL without TLS', pageWith({ url: 'http://files.example/demo.whl' })],
    ['a file URL with a password', pageWith({ url: 'https://me:hunter2@files.example/demo.whl' })],
    ['a provenance URL that is a script', pageWith({ provenance: 'javascript:alert(1)' })],
    ['a relative provenance URL', pageWith({ provenance: '/integrity/demo' })],
    ['a provenance URL without TLS', pageWith({ provenance: 'http://pkgs.example/p' })],
    ['a provenance URL with a password', pageWith({ provenance: 'https://me:hunter2@pkgs.example/p' })],
    ['a provenance that is an object', pageWith({ provenance: {} })],
    ['a status that is a number', { ...PAGE, 'project-status': { status: 1 } }],
  ];
  it.each(hostile)('refuses %s', async (_title, body) => {
    const error: unknown = await fetched(body).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_INDEX_RESPONSE' });
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
    expect(inspect(error)).not.toContain('hunter2');
  });

  it.each([
    ['an unknown project', { status: 404 }, 'ERR_PROJECT_NOT_FOUND'],
    ['an index that wants a log-in', { status: 401 }, 'ERR_INDEX_FORBIDDEN'],
    ['an index that only speaks HTML', { type: 'text/html; charset=utf-8' }, 'ERR_INDEX_HTML'],
    [
      'an index that only has the HTML form',
      { type: 'application/vnd.pypi.simple.v1+html' },
      'ERR_INDEX_HTML',
    ],
    ['an index that does not know the form', { status: 406 }, 'ERR_INDEX_HTML'],
    ['an index that is down', { status: 503 }, 'ERR_INDEX_UNAVAILABLE'],
    ['another kind of JSON', { type: 'application/json' }, 'ERR_INDEX_RESPONSE'],
    ['a later version of the form', { type: 'application/vnd.pypi.simple.v2+json' }, 'ERR_INDEX_RESPONSE'],
    ['no content', { status: 204 }, 'ERR_INDEX_RESPONSE'],
    ['a name that climbs', { project: '../legacy' }, 'ERR_PROJECT_NAME'],
    ['an empty name', { project: '' }, 'ERR_PROJECT_NAME'],
  ])('tells of %s', async (_title, answer, code) => {
    await expect(fetched(PAGE, answer)).rejects.toThrowError(throwsCode(code));
  });

  it('follows a redirect within the index, and none out of it', async () => {
    await using elsewhere = await startIndex((_request, response) => sendJson(response, 200, PAGE, SIMPLE));
    await using server = await startIndex(({ url }, response) => {
      if (url === '/new/demo/') sendJson(response, 200, PAGE, SIMPLE);
      else response.writeHead(301, { location: url === '/old/demo/' ? '/new/demo/' : elsewhere.url }).end();
    });
    const options = { project: 'demo', http: server.http };
    await expect(fetchProject({ ...options, simpleUrl: `${server.url}/old/` })).resolves.toMatchObject({
      name: 'demo',
    });
    const left = fetchProject({ ...options, simpleUrl: `${server.url}/out/` });
    await expect(left).rejects.toThrowError(throwsCode('ERR_INDEX_RESPONSE'));
    expect(elsewhere.seen).toEqual([]);
  });

  it('reports a connection that is cut again and again', async () => {
    await using server = await startIndex((_request, response) => {
      response.writeHead(200, { 'content-type': SIMPLE, 'content-length': '1000' });
      response.write('{"meta":', () => response.socket?.destroy());
    });
    const asked = fetchProject({ simpleUrl: `${server.url}/simple/`, project: 'demo', http: server.http });
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_INDEX_UNAVAILABLE',
      details: { uncertain: false },
    });
    expect(server.seen.length).toBeGreaterThan(1);
  });

  it('lets only typed errors out of a page, whatever stands in it', () => {
    const key = fc.constantFrom(
      'meta',
      'name',
      'files',
      'filename',
      'url',
      'hashes',
      'sha256',
      'provenance',
      'size',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, fc.string(), fc.double(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('any'), { maxKeys: 6 }),
    })).object;
    fc.assert(
      fc.property(value, (document) => {
        try {
          readProjectPage(
            parseJson(JSON.stringify({ ...PAGE, ...document })),
            new URL('https://pkgs.example/'),
          );
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe('fileOnIndex', () => {
  it('finds a file by its exact name', async () => {
    await using server = await startIndex(({ url }, response) => {
      sendJson(response, url === '/simple/demo/' ? 200 : 404, PAGE, SIMPLE);
    });
    const options = { simpleUrl: `${server.url}/simple/`, project: 'demo', http: server.http };
    await expect(fileOnIndex({ ...options, filename: WHEEL.filename })).resolves.toMatchObject({
      sha256: SHA256,
    });
    await expect(fileOnIndex({ ...options, filename: 'demo-2.0.tar.gz' })).resolves.toBeUndefined();
    await expect(
      fileOnIndex({ ...options, project: 'new', filename: 'new-1.tar.gz' }),
    ).resolves.toBeUndefined();
    expect(server.seen[0]?.headers['cache-control']).toBe('no-cache');
  });

  it('does not take a broken index for an empty one', async () => {
    await using server = await startIndex((_request, response) => response.writeHead(500).end());
    const options = { simpleUrl: `${server.url}/simple/`, project: 'demo', http: server.http };
    const found = fileOnIndex({ ...options, filename: WHEEL.filename });
    await expect(found).rejects.toThrowError(throwsCode('ERR_INDEX_UNAVAILABLE'));
  });
});

describe('releaseFiles', () => {
  it('takes the wheels and sdists of an equal version and of this project', () => {
    const names = [
      'demo-1.0-py3-none-any.whl',
      'Demo-1.0.0.tar.gz',
      'demo-1.0.1.tar.gz',
      'demo-1.0-py2.7.egg',
      'other-1.0.tar.gz',
      'demo-nonsense.tar.gz',
      'demo-1.0.whl',
    ];
    const files = names.map((filename) => ({ filename, url: 'https://files.example/f', yanked: false }));
    const found = releaseFiles({ name: 'demo', status: 'active', files }, '1');
    expect(found.map(({ filename }) => filename)).toEqual(names.slice(0, 2));
  });
});
