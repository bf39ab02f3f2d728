// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Person } from '../src/person.ts';
import { dists, publishIn, SECRET } from './support/publishing.ts';
import { startUploadIndex } from './support/upload-index.ts';

/** Somebody at a terminal who types these lines. */
function typing(...typed: string[]): Person & { readonly asked: () => number } {
  let count = 0;
  const next = async () => typed[count++];
  return {
    atTerminal: true,
    hasBrowser: false,
    canHide: true,
    openBrowser: async () => undefined,
    readLine: next,
    readHidden: next,
    asked: () => count,
  };
}

describe('publish at a terminal', () => {
  it('asks for user name and password where it has none, and shows neither', async () => {
    const index = await startUploadIndex();
    const person = typing('ci', SECRET);
    const run = await publishIn(await dists(), ['--index', index.uploadUrl], {}, person);
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(
      /^User name for 127\.0\.0\.1:\d+\/legacy\/ \(__token__ for an API token\): Password of ci for /,
    );
    expect(index.uploads[0]).toMatchObject({ user: 'ci', password: SECRET });
    expect(run.report['credential']).toEqual({
      kind: 'password',
      username: 'ci',
      source: 'a password typed here',
    });
  });

  it('asks for the password alone where the user is named, and takes it as it is', async () => {
    const index = await startUploadIndex();
    const argv = ['--index', index.uploadUrl, '--username', 'ci'];
    const run = await publishIn(await dists(), argv, {}, typing(` ${SECRET} `));
    expect(run.status).toBe(0);
    expect(index.uploads[0]).toMatchObject({ user: 'ci', password: ` ${SECRET} ` });
  });

  it('takes no name for an API token, without the space that was pasted with it', async () => {
    const index = await startUploadIndex();
    const run = await publishIn(await dists(), ['--index', index.uploadUrl], {}, typing('', ` ${SECRET} `));
    expect(index.uploads[0]).toMatchObject({ user: '__token__', password: SECRET });
    expect(run.stderr).toContain('API token for');
  });

  it.each([
    ['--non-interactive', ['--non-interactive'], {}],
    ['CI', [], { CI: 'true' }],
    ['TWINE_NON_INTERACTIVE', [], { TWINE_NON_INTERACTIVE: '1' }],
  ])('asks nothing where %s forbids it', async (_title, argv, environment) => {
    const index = await startUploadIndex();
    const person = typing('ci', SECRET);
    const run = await publishIn(await dists(), ['--index', index.uploadUrl, ...argv], environment, person);
    expect(run.status).toBe(40);
    expect(person.asked()).toBe(0);
  });

  it('asks nothing in a dry run, nor where a password is given', async () => {
    const index = await startUploadIndex();
    const folder = await dists();
    const person = typing('ci', SECRET);
    expect((await publishIn(folder, ['--index', index.uploadUrl, '--dry-run'], {}, person)).status).toBe(0);
    const given = await publishIn(folder, ['--index', index.uploadUrl], { TWINE_PASSWORD: SECRET }, person);
    expect(given.status).toBe(0);
    expect(person.asked()).toBe(0);
  });

  it('is without a credential where nothing is typed', async () => {
    const index = await startUploadIndex();
    const run = await publishIn(await dists(), ['--index', index.uploadUrl], {}, typing('ci', ''));
    expect(run.status).toBe(40);
    expect(run.report).toMatchObject({ error: { code: 'ERR_PASSWORD_MISSING' } });
  });
});
