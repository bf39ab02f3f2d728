// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { soundBytes } from './archive-fixture.ts';
import { answerTo, mintedToken, type RefusalRow, SETTINGS, startIndex, upload } from './warehouse-fixture.ts';

const SDIST = { filename: 'demo-1.0.tar.gz' };

describe('a token of a trusted publisher', () => {
  it('uploads to its project, as Basic and as Bearer', async () => {
    const index = await startIndex(SETTINGS);
    const token = await mintedToken(index);
    expect((await upload(index, { token })).status).toBe(200);
    expect((await upload(index, { ...SDIST, authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it.each<RefusalRow>([
    [
      'a project that is not there',
      { fields: { name: 'nowhere' } },
      400,
      "Non-user identities cannot create new projects. This was probably caused by successfully using a pending publisher but specifying the project name incorrectly (either in the publisher or in your project's metadata). Please ensure that both match. See: https://docs.pypi.org/trusted-publishers/troubleshooting/",
    ],
    [
      'a project of others',
      { fields: { name: 'other' } },
      403,
      "Invalid API Token: OIDC scoped token is not valid for project 'other'",
    ],
    [
      'attestations that are none',
      { fields: { attestations: '[]' } },
      400,
      'Invalid attestations supplied during upload: Malformed attestations: an empty attestation set is not permitted',
    ],
  ])('is refused for %s', async (_title, options, status, words) => {
    const index = await startIndex(SETTINGS);
    expect(await answerTo(index, { ...options, token: await mintedToken(index) })).toEqual([status, words]);
  });

  it('expires after 900 seconds', async () => {
    const index = await startIndex(SETTINGS);
    const token = await mintedToken(index);
    index.clock.advance(898_000);
    expect((await upload(index, { token })).status).toBe(200);
    index.clock.advance(3000);
    expect(await answerTo(index, { ...SDIST, token })).toEqual([403, 'Invalid API Token: token is expired']);
  });
});

describe('what is there already', () => {
  it('may be uploaded again as it is, and nothing else may take its place', async () => {
    const index = await startIndex(SETTINGS);
    expect((await upload(index)).status).toBe(200);
    const again = await upload(index);
    expect([again.status, await again.text()]).toEqual([200, '']);
    const other = await upload(index, { content: 'other bytes', accept: 'text/html' });
    expect(other.status).toBe(400);
    expect(other.statusText).toMatch(
      /^File already exists \('demo-1\.0-py3-none-any\.whl', with blake2_256 hash '[0-9a-f]{64}'\)\. See /,
    );
    expect(await other.text()).toContain('<h1>400 File already exists (&#39;demo-1.0');
    const content = soundBytes('demo-1.0-py3-none-any.whl');
    const renamed = await upload(index, { filename: 'demo-1.0-py2-none-any.whl', content });
    expect(renamed.statusText).toMatch(/^File already exists/);
  });

  it('allows one sdist, and equal versions are one release', async () => {
    const index = await startIndex(SETTINGS);
    expect((await upload(index, SDIST)).status).toBe(200);
    const second = { filename: 'demo-1.0.0.tar.gz', content: 'other', fields: { version: '1.0.0' } };
    expect(await answerTo(index, second)).toEqual([400, 'Only one sdist may be uploaded per release.']);
    expect(index.warehouse.projects().find(({ name }) => name === 'demo')?.releases.size).toBe(1);
  });

  it('keeps the name of a deleted file', async () => {
    const index = await startIndex(SETTINGS);
    await upload(index);
    await index.warehouse.removeFile('demo-1.0-py3-none-any.whl');
    const words =
      'This filename was previously used by a file that has since been deleted. Use a different version. See {help}#file-name-reuse for more information.';
    expect(await answerTo(index, {})).toEqual([400, words]);
  });

  it('closes a release after 14 days, though not for what is there', async () => {
    const index = await startIndex(SETTINGS);
    await upload(index);
    index.clock.advance(14 * 86_400_000 + 1000);
    expect((await upload(index)).status).toBe(200);
    expect(await answerTo(index, SDIST)).toEqual([
      400,
      'Uploading new files to releases older than 14 days is not allowed.',
    ]);
  });

  it('takes one of two different files of one name that come at once', async () => {
    const index = await startIndex(SETTINGS);
    const answers = await Promise.all([
      upload(index),
      upload(index, { content: soundBytes('demo-1.0-py2-none-any.whl') }),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });
});

describe('the index as a server', () => {
  it('founds a project for a user who uploads to a new name', async () => {
    const index = await startIndex(SETTINGS);
    const response = await upload(index, { filename: 'brand_new-1.0.tar.gz', fields: { name: 'Brand.New' } });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(index.warehouse.projects().at(-1)).toMatchObject({
      name: 'Brand.New',
      normalizedName: 'brand-new',
    });
  });

  it('sends an upload without slash to the right place', async () => {
    const index = await startIndex(SETTINGS);
    const response = await upload(index, { path: '/legacy?a=b' });
    expect(response.headers.get('location')).toBe(`${index.url}/legacy/?a=b`);
  });

  it('ignores fields that it does not know, and empty ones', async () => {
    const index = await startIndex(SETTINGS);
    const fields = {
      import_names: 'x',
      requires_python: '',
      description: ['a'],
      classifiers: ['Typing :: Typed', 'Programming Language :: Python :: 3'],
    };
    expect((await upload(index, { fields, files: { gpg_signature: 'x' } })).status).toBe(200);
  });

  it('puts latin-1 into the reason phrase, and a question mark for the rest', async () => {
    const index = await startIndex(SETTINGS);
    const response = await upload(index, { fields: { name: 'é→' } });
    // fetch takes the phrase for UTF-8, in which a lone latin-1 byte is nothing.
    expect(response.statusText).toMatch(/^'\ufffd\?' is an invalid value for Name\./);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/^'é→' is/) });
  });

  it('refuses a body that breaks off, and one that is no form', async () => {
    const index = await startIndex(SETTINGS);
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const body = '--x\r\ncontent-disposition: form-data; name="content"; filename="a.whl"\r\n\r\nabc';
    const broken = await fetch(`${index.url}/legacy/`, { method: 'POST', headers, body });
    expect([broken.status, broken.statusText]).toEqual([400, 'The upload is not a readable form.']);
    const plain = await fetch(`${index.url}/legacy/`, { method: 'POST', body: 'x' });
    expect(plain.status).toBe(405);
  });

  it('leaves no file behind for what it refused', async () => {
    const storageDir = await mkdtemp(path.join(tmpdir(), 'colophon-index-test-'));
    const index = await startIndex({ ...SETTINGS, storageDir });
    await upload(index, { token: 'pypi-nobody' });
    await upload(index, { fields: { sha256_digest: '0'.repeat(64) } });
    await upload(index);
    await upload(index);
    expect(await readdir(storageDir)).toHaveLength(1);
    await rm(storageDir, { recursive: true });
  });
});
