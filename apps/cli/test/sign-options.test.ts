// SPDX-License-Identifier: Apache-2.0
import { existsSync, watch } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

let stage: SigningStage;

beforeAll(async () => {
  stage = await openSigningStage();
});
afterAll(() => stage.close());
afterEach(async () => {
  for (const name of await stage.names()) await rm(stage.path(name), { recursive: true });
  stage.taken();
});

const signed = () => stage.taken().filter((line) => /^(?:fulcio|rekor|rekorV2|tsa) /.test(line));

describe('the outputs of sign, as sigstore-python names them', () => {
  const cases: readonly {
    title: string;
    argv: string[];
    environment?: Record<string, string>;
    files: string[];
  }[] = [
    { title: 'a bundle beside the file', argv: [], files: ['a.txt.sigstore.json'] },
    {
      title: 'signature and certificate too',
      argv: ['--signature', 's', '--certificate', 'c'],
      files: ['a.txt.sigstore.json', 'c', 's'],
    },
    {
      title: 'the longer names',
      argv: ['--output-signature', 's', '--output-certificate', 'c'],
      files: ['a.txt.sigstore.json', 'c', 's'],
    },
    {
      title: 'signature and certificate alone',
      argv: ['--signature', 's', '--certificate', 'c', '--no-default-files'],
      files: ['c', 's'],
    },
    {
      title: 'all three, named',
      argv: ['--signature', 's', '--certificate', 'c', '--bundle', 'b'],
      files: ['b', 'c', 's'],
    },
    {
      title: 'detached alone',
      argv: ['--detached', '--no-default-files'],
      files: ['a.txt.crt', 'a.txt.sig'],
    },
    { title: 'the bundle by its variable', argv: [], environment: { SIGSTORE_BUNDLE: 'b' }, files: ['b'] },
    {
      title: 'the others by their variables',
      argv: [],
      environment: {
        SIGSTORE_OUTPUT_SIGNATURE: 's',
        SIGSTORE_OUTPUT_CERTIFICATE: 'c',
        SIGSTORE_NO_DEFAULT_FILES: 'yes',
      },
      files: ['c', 's'],
    },
    {
      title: 'a folder by its variable',
      argv: [],
      environment: { SIGSTORE_OUTPUT_DIRECTORY: 'o' },
      files: ['o'],
    },
    {
      title: 'the flag before its variable',
      argv: ['--bundle', 'flag'],
      environment: { SIGSTORE_BUNDLE: 'variable' },
      files: ['flag'],
    },
  ];
  it.each(cases)('are $title', async ({ argv, environment = {}, files }) => {
    await stage.write('a.txt', 'hello');
    expect(await stage.run(['sign', 'a.txt', ...argv], { environment })).toMatchObject({ status: 0 });
    expect((await stage.names()).filter((name) => name !== 'a.txt')).toEqual(files);
  });

  const refusals: readonly { title: string; argv: string[]; environment?: Record<string, string> }[] = [
    { title: 'a signature without its certificate', argv: ['a.txt', '--signature', 's'] },
    { title: 'a certificate without its signature', argv: ['a.txt', '--certificate', 'c'] },
    {
      title: 'one signature for two files',
      argv: ['a.txt', 'b.txt', '--signature', 's', '--certificate', 'c'],
    },
    {
      title: 'one bundle, by its variable, for two files',
      argv: ['a.txt', 'b.txt'],
      environment: { SIGSTORE_BUNDLE: 'b' },
    },
    {
      title: 'a signature and a folder',
      argv: ['a.txt', '--signature', 's', '--certificate', 'c', '--output-directory', 'o'],
    },
    { title: 'no default files, and a bundle', argv: ['a.txt', '--no-default-files', '--bundle', 'b'] },
    { title: 'no files at all', argv: ['a.txt', '--no-default-files'] },
    {
      title: 'two places for the signature',
      argv: ['a.txt', '--detached', '--signature', 's', '--certificate', 'c'],
    },
    {
      title: 'signature and certificate in one file',
      argv: ['a.txt', '--signature', 's', '--certificate', 's'],
    },
    {
      title: 'a word that is neither yes nor no',
      argv: ['a.txt'],
      environment: { SIGSTORE_OVERWRITE: 'perhaps' },
    },
    {
      title: 'an old option for a part of an instance',
      argv: ['a.txt', '--fulcio-url', 'https://fulcio.example'],
    },
  ];
  it.each(refusals)('are not $title', async ({ argv, environment = {} }) => {
    for (const name of ['a.txt', 'b.txt']) await stage.write(name, name);
    const run = await stage.run(['sign', ...argv], { environment });
    expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
    expect(signed()).toEqual([]);
  });

  it('are kept when they are there, unless SIGSTORE_OVERWRITE says otherwise', async () => {
    await stage.write('a.txt', 'hello');
    await stage.write('s', 'there');
    const argv = ['sign', 'a.txt', '--signature', 's', '--certificate', 'c'];
    expect(await stage.run(argv)).toMatchObject({
      status: 2,
      report: { error: { code: 'ERR_OUTPUT_EXISTS' } },
    });
    expect(signed()).toEqual([]);
    expect(await stage.run(argv, { environment: { SIGSTORE_OVERWRITE: 'on' } })).toMatchObject({ status: 0 });
    expect(await stage.read('s')).not.toBe('there');
  });

  it('never take the place of a folder, which is found before anything is signed', async () => {
    await stage.write('a.txt', 'hello');
    await writeSampleDists(stage.path('dist'));
    await mkdir(stage.path('taken'));
    for (const words of [
      ['sign', 'a.txt'],
      ['attest', 'dist/*.whl', '--format', 'bundle'],
    ]) {
      const run = await stage.run([...words, '--bundle', 'taken', '--overwrite']);
      expect(run).toMatchObject({ status: 21, report: { error: { code: 'ERR_OUTPUT_WRITE' } } });
    }
    expect(signed()).toEqual([]);
  });

  it('an old option is refused with the one that serves now', async () => {
    await stage.write('a.txt', 'hello');
    const { stderr } = await stage.run(['sign', 'a.txt', '--rekor-url', 'https://rekor.example']);
    expect(stderr).toContain('--trust-config FILE');
  });
});

describe('an interruption', () => {
  it('between the outputs leaves whole files alone, and starts no further one', async () => {
    await writeSampleDists(stage.path('dist'));
    const names = Array.from({ length: 12 }, (_, index) => `f${index}.txt`);
    for (const name of names) await stage.write(name, name);
    await mkdir(stage.path('o'));
    const interruption = new AbortController();
    // The moment at which the first of all outputs is there.
    const watcher = watch(stage.path('o'), () => interruption.abort(new Error('stop')));
    const argv = ['sign', ...names, '--detached', '--output-directory', 'o'];
    const run = await stage.run(argv, { signal: interruption.signal });
    watcher.close();
    expect(run).toMatchObject({ status: 130, stdout: '' });
    const left = await readdir(stage.path('o'));
    expect(left.filter((name) => !/^f\d+\.txt\.(?:sig|crt|sigstore\.json)$/.test(name))).toEqual([]);
    for (const name of left.filter((one) => one.endsWith('.json'))) {
      expect(parseBundle(await stage.read(`o/${name}`)).content.kind).toBe('message');
      for (const suffix of ['.sig', '.crt'])
        expect(existsSync(stage.path(`o/${name.replace('.sigstore.json', suffix)}`))).toBe(true);
    }
  });

  it('between the forms of one attestation leaves whole files alone', async () => {
    await writeSampleDists(stage.path('dist'));
    await mkdir(stage.path('o'));
    const interruption = new AbortController();
    const watcher = watch(stage.path('o'), () => interruption.abort(new Error('stop')));
    const argv = ['attest', 'dist/', '--format', 'both', '--output-directory', 'o'];
    await stage.run(argv, { signal: interruption.signal });
    watcher.close();
    for (const name of await readdir(stage.path('o'))) {
      const text = await stage.read(`o/${name}`);
      const read = name.endsWith('.attestation') ? parseAttestation : parseBundle;
      expect(() => read(text)).not.toThrow();
    }
  });
});

describe('a repository that is not public', () => {
  const jobs: readonly [string, Record<string, string>, 'github' | 'gitlab'][] = [
    ['private on GitHub', { repository_visibility: 'private' }, 'github'],
    ['internal on GitHub', { repository_visibility: 'internal' }, 'github'],
    ['private on GitLab', { project_visibility: 'private' }, 'gitlab'],
    ['internal on GitLab', { project_visibility: 'internal' }, 'gitlab'],
  ];
  it.each(jobs)('and is %s stops attest and sign, unless it may be named', async (_name, claims, kind) => {
    await writeSampleDists(stage.path('dist'));
    await stage.write('a.txt', 'hello');
    const token = await stage.sandbox.issueToken({ kind, claims });
    for (const argv of [
      ['sign', 'a.txt'],
      ['attest', 'dist/'],
    ]) {
      const run = await stage.run([...argv, '--identity-token', token]);
      expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_PRIVATE_REPOSITORY' } } });
      expect(signed()).toEqual([]);
      const allowed = await stage.run([...argv, '--identity-token', token, '--allow-private']);
      expect(allowed).toMatchObject({ status: 0 });
      stage.taken();
    }
  });
});
