// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { acceptedMediaType } from '../src/warehouse/accepted-media-type.ts';
import { soundBytes } from './archive-fixture.ts';
import { SETTINGS, startIndex, type TestIndex, upload } from './warehouse-fixture.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const WHEEL = 'demo-1.0-py3-none-any.whl';

interface SimpleProject {
  readonly name: string;
  readonly versions: string[];
  readonly files: { filename: string; url: string; size: number; hashes: { sha256: string } }[];
}

async function indexWithWheel(): Promise<TestIndex> {
  const index = await startIndex(SETTINGS);
  index.clock.set(new Date('2030-01-02T03:04:05.678Z'));
  const response = await upload(index, { fields: { requires_python: '>=3.10', summary: 'A <demo>' } });
  expect(response.status).toBe(200);
  return index;
}

async function get(index: TestIndex, path: string, accept?: string): Promise<Response> {
  return fetch(index.url + path, { redirect: 'manual', headers: accept === undefined ? {} : { accept } });
}

async function simple(index: TestIndex): Promise<SimpleProject> {
  return (await (await get(index, '/simple/demo/', JSON_TYPE)).json()) as SimpleProject;
}

describe('the simple index', () => {
  it('lists the files of a project as JSON (PEP 691)', async () => {
    const index = await indexWithWheel();
    const response = await get(index, '/simple/demo/', JSON_TYPE);
    expect(response.headers.get('content-type')).toBe(JSON_TYPE);
    const { files, ...rest } = (await response.json()) as SimpleProject;
    expect(rest).toEqual({
      meta: { '_last-serial': expect.any(Number), 'api-version': '1.4' },
      'project-status': { status: 'active' },
      name: 'demo',
      versions: ['1.0'],
    });
    const sha256 = files[0]?.hashes.sha256;
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(files).toEqual([
      {
        filename: WHEEL,
        url: expect.stringMatching(
          /^http:\/\/localhost:\d+\/packages\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{60}\/demo-1\.0-py3-none-any\.whl$/,
        ),
        hashes: { sha256 },
        'requires-python': '>=3.10',
        size: soundBytes(WHEEL).length,
        'upload-time': expect.stringMatching(/^2030-01-02T03:04:\d\d\.\d{3}Z$/),
        yanked: false,
        'core-metadata': false,
        'data-dist-info-metadata': false,
        provenance: null,
      },
    ]);
  });

  it('lists them as HTML for everybody else (PEP 503)', async () => {
    const index = await indexWithWheel();
    const [file] = (await simple(index)).files;
    const response = await get(index, '/simple/demo/');
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    const line = `<a href="${file?.url}#sha256=${file?.hashes.sha256}" data-requires-python="&gt;=3.10">${WHEEL}</a><br />`;
    expect(await response.text()).toContain(line);
  });

  it('lists the projects', async () => {
    const index = await indexWithWheel();
    const projects = await get(index, '/simple/', JSON_TYPE);
    expect(await projects.json()).toMatchObject({ projects: [{ name: 'demo' }, { name: 'other' }] });
    expect(await (await get(index, '/simple/')).text()).toContain('<a href="/simple/demo/">demo</a>');
  });

  it.each([
    ['/simple', '/simple/'],
    ['/simple/demo', '/simple/demo/'],
    ['/simple/De_mo/', '/simple/de-mo/'],
  ])('sends %s to %s', async (path, location) => {
    const index = await startIndex(SETTINGS);
    const response = await get(index, path);
    expect([response.status, response.headers.get('location')]).toEqual([301, index.url + location]);
  });

  it.each(['/simple/nobody/', '/pypi/nobody/json', '/packages/a/b/c/d.whl', '/elsewhere', '/%zz'])(
    'has no %s',
    async (path) => {
      const index = await startIndex(SETTINGS);
      expect((await get(index, path, 'application/json')).status).toBe(404);
      expect(await (await get(index, path)).text()).toContain('<h1>404 Not Found</h1>');
    },
  );

  it.each([
    ['DELETE', '/simple/demo/'],
    ['POST', '/simple/'],
    ['GET', '/legacy/'],
  ])('does not know %s %s', async (method, path) => {
    const index = await startIndex(SETTINGS);
    expect((await fetch(index.url + path, { method })).status).toBe(405);
  });
});

describe('a file', () => {
  it('is served with its length, whole or in part', async () => {
    const index = await indexWithWheel();
    const bytes = soundBytes(WHEEL);
    const { length } = bytes;
    const url = (await simple(index)).files[0]?.url ?? '';
    const whole = await fetch(url);
    expect(whole.headers.get('content-length')).toBe(String(length));
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    const range = async (value: string) => {
      const response = await fetch(url, { headers: { range: value } });
      const part = Buffer.from(await response.arrayBuffer()).toString('hex');
      return [response.status, response.headers.get('content-range'), part];
    };
    const tail = bytes.subarray(-4).toString('hex');
    const last = `bytes ${length - 4}-${length - 1}/${length}`;
    expect(await range('bytes=4-8')).toEqual([206, `bytes 4-8/${length}`, bytes.toString('hex', 4, 9)]);
    expect(await range('bytes=-4')).toEqual([206, last, tail]);
    expect(await range(`bytes=${length - 4}-99999`)).toEqual([206, last, tail]);
    expect(await range(`bytes=${length}-`)).toEqual([416, `bytes */${length}`, '']);
    expect((await range('pages=1'))[0]).toBe(200);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual([String(length), '']);
  });

  it('is in the legacy JSON that twine looks at', async () => {
    const index = await indexWithWheel();
    const body = await (await get(index, '/pypi/demo/json')).json();
    expect(body).toMatchObject({
      info: { name: 'demo', version: '1.0' },
      releases: { '1.0': [{ filename: WHEEL, packagetype: 'bdist_wheel', python_version: 'py3' }] },
    });
  });
});

describe('the Integrity API, for a file without attestations', () => {
  const path = `/integrity/Demo/1.0.0/${WHEEL}/provenance`;

  it.each([
    ['nothing asked for', undefined, 404, `No provenance available for ${WHEEL}`],
    ['its own type', 'application/vnd.pypi.integrity.v1+json', 404, `No provenance available for ${WHEEL}`],
    ['a page', 'text/html', 406, 'Request not acceptable'],
  ])('with %s', async (_title, accept, status, message) => {
    const response = await get(await indexWithWheel(), path, accept);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('can be switched off', async () => {
    const index = await indexWithWheel();
    index.warehouse.flags.disableAttestations = true;
    const response = await get(index, path);
    expect([response.status, await response.json()]).toEqual([
      403,
      { message: 'Attestations temporarily disabled' },
    ]);
  });

  it.each([
    '/integrity/none/1.0/x/provenance',
    '/integrity/demo/2.0/x/provenance',
    '/integrity/demo/x/x/provenance',
  ])('knows no %s', async (unknown) => {
    const response = await get(await indexWithWheel(), unknown, 'application/json');
    expect(response.status).toBe(404);
  });
});

describe('content negotiation', () => {
  it.each([
    [undefined, 'a/a'],
    ['', 'a/a'],
    ['*/*', 'a/a'],
    ['b/b', 'b/b'],
    ['a/a;q=0.1, b/b', 'b/b'],
    ['a/a;q=0, b/*;q=0.2', 'b/b'],
    ['A/A', 'a/a'],
    ['c/c', undefined],
    ['a/a;q=x', undefined],
  ])('%j takes %j', (accept, expected) => {
    expect(acceptedMediaType(accept, ['a/a', 'b/b'])).toBe(expected);
  });
});
