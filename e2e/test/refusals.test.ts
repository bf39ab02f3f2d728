// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, writeDists, writeText, type Stage } from './stage.ts';

describe('bad input', () => {
  let stage: Stage;
  let wheel: Buffer;

  beforeAll(async () => {
    stage = await openStage();
    const dists = await writeDists(stage);
    wheel = await readFile(join(stage.folder, dists.wheel));
    await mkdir(join(stage.folder, 'bad'));
    await writeText(stage, 'bad/notes-1.0-py3-none-any.whl', 'not a wheel');
    await writeText(
      stage,
      'bad/colophon_sample-1.0.0-py2-none-any.whl',
      wheel.subarray(0, wheel.length - 30),
    );
    await writeText(stage, 'bad/colophon_sample-2.0.0-py3-none-any.whl', renamed(wheel, '2.0.0'));
    await writeText(stage, 'bad/colophon_sample.whl', wheel);
  });
  afterAll(() => stage.close());

  const cases: [
    title: string,
    args: string[],
    environment: Record<string, string>,
    status: number,
    code: string,
  ][] = [
    ['a file that is no wheel', ['check', 'bad/notes-1.0-py3-none-any.whl'], {}, 21, 'archive-damaged'],
    [
      'a wheel that was cut off',
      ['check', 'bad/colophon_sample-1.0.0-py2-none-any.whl'],
      {},
      21,
      'archive-damaged',
    ],
    [
      'metadata of another version',
      ['check', 'bad/colophon_sample-2.0.0-py3-none-any.whl'],
      {},
      21,
      'version-mismatch',
    ],
    ['a name that is no wheel’s', ['check', 'bad/colophon_sample.whl'], {}, 21, 'filename-invalid'],
    [
      'a release of what the index would refuse',
      ['release', 'bad/colophon_sample-2.0.0-py3-none-any.whl'],
      {},
      21,
      'ERR_CHECK_REFUSED',
    ],
    ['an empty folder', ['attest', 'trust'], {}, 20, 'ERR_NO_INPUT'],
    ['a path that is not there', ['attest', 'nowhere/*.whl'], {}, 20, 'ERR_NO_INPUT'],
    ['an unknown option', ['attest', '--frobnicate'], {}, 2, 'ERR_USAGE'],
    ['no command', [], {}, 2, 'ERR_USAGE'],
    [
      'a job without id-token permission',
      ['attest', 'dist'],
      { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
      40,
      'ERR_TOKEN_PERMISSION',
    ],
    ['no CI job at all', ['attest', 'dist'], { GITHUB_ACTIONS: '' }, 40, 'ERR_CREDENTIAL_MISSING'],
    [
      'an index that is not one',
      [
        'release',
        'dist',
        '--index',
        'http://127.0.0.1:9/legacy/',
        '--check-url',
        'http://127.0.0.1:9/simple/',
        '--time-budget',
        '2',
      ],
      {},
      42,
      'ERR_INDEX_UNAVAILABLE',
    ],
    ['half an instance', ['attest', 'dist', '--trusted-root', 'trust/trusted_root.json'], {}, 2, 'ERR_USAGE'],
    [
      'a root that is none',
      ['attest', 'dist', '--trust-config', 'trust/trusted_root.json'],
      {},
      32,
      'ERR_TRUST_CONFIG',
    ],
    [
      'an index without a read side',
      ['release', 'dist', '--index', 'https://index.example/legacy/'],
      { UV_PUBLISH_CHECK_URL: '' },
      2,
      'ERR_USAGE',
    ],
    ['a real token in a rehearsal', ['release', '--rehearse', '--identity-token', 'x'], {}, 2, 'ERR_USAGE'],
    [
      'a real password in a rehearsal',
      ['release', '--rehearse', '--trusted-publishing', 'never'],
      { TWINE_PASSWORD: 'x' },
      2,
      'ERR_USAGE',
    ],
    ['a journal of a rehearsal', ['release', '--rehearse', '--journal', '../j.json'], {}, 2, 'ERR_USAGE'],
    ['off-line signing', ['attest', 'dist', '--offline'], {}, 2, 'ERR_USAGE'],
  ];

  it.each(cases)(
    '%s gets its code and status, and leaves no file',
    async (_title, ...[args, environment, status, code]) => {
      const before = await files(stage.folder);
      const run = await stage.run(args, environment);
      expect(run.text).toContain(code);
      expect(run.status).toBe(status);
      expect(run.stderr).not.toMatch(/\n\s+at /);
      expect(await files(stage.folder)).toEqual(before);
    },
  );

  it.each(cases)('%s is one JSON document with --json', async (_title, ...[args, environment, status]) => {
    const run = await stage.run([...args, '--json'], environment);
    expect(JSON.parse(run.stdout)).toMatchObject({
      schema: expect.stringMatching(/^colophon\.\w+\/1$/),
      status,
    });
  });

  it('an expired token is told without being shown', async () => {
    const token = await stage.sandbox.issueToken({ lifetime: -60 });
    await writeText(stage, 'token.txt', token);
    const run = await stage.run(['attest', 'dist', '--identity-token-file', 'token.txt', '-v', '-v']);
    expect(run.status).toBe(40);
    expect(run.stderr).toContain('error[ERR_TOKEN_EXPIRED]');
    expect(run.stderr).not.toContain(token.split('.')[1]);
  });

  it('outputs that exist are refused before anything is logged', async () => {
    await writeText(stage, 'dist/colophon_sample-1.0.0.tar.gz.publish.attestation', '{}');
    const run = await stage.run(['attest', 'dist']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('error[ERR_OUTPUT_EXISTS]');
    expect(await readdir(join(stage.folder, 'dist'))).toHaveLength(3);
  });
});

/** The wheel under another version's name, inside too, but with the metadata of its own. */
function renamed(wheel: Buffer, version: string): Buffer {
  const [from, to] = [new AdmZip(wheel), new AdmZip()];
  for (const entry of from.getEntries())
    to.addFile(entry.entryName.replace('-1.0.0.dist-info', `-${version}.dist-info`), entry.getData());
  return to.toBuffer();
}

async function files(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}
