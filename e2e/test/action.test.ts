// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startArchiveServer } from './archive-server.ts';
import { startGitHubDouble } from './github-double.ts';
import { openStage, PUBLISHER, writeDists, type Stage } from './stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface StepResult {
  readonly status: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

describe('the action', () => {
  let stage: Stage;
  let copy: string;

  beforeEach(async () => {
    stage = await openStage();
    // What a runner has of it, and nothing else: no package, no node_modules above it.
    copy = await mkdtemp(join(tmpdir(), 'colophon-action-'));
    for (const path of ['action.yml', 'sign/action.yml', 'verify/action.yml', 'action/colophon.mjs'])
      await cp(join(ROOT, path), join(copy, path));
  });
  afterEach(async () => {
    await stage.close();
    await rm(copy, { recursive: true, force: true });
  });

  /** Runs a step as the runner does: inputs with their defaults, and files for what it gives back. */
  async function step(entry: string, given: Record<string, string>, extra: Record<string, string> = {}) {
    const { inputs, runs } = parse(await readFile(join(copy, entry, 'action.yml'), 'utf8'));
    const runner = await mkdtemp(join(stage.folder, 'runner-'));
    const files = { GITHUB_OUTPUT: join(runner, 'output'), GITHUB_STEP_SUMMARY: join(runner, 'summary') };
    for (const file of Object.values(files)) await writeFile(file, '');
    const values = Object.fromEntries(
      Object.entries(inputs as Record<string, { default?: string }>).map(([name, input]) => [
        `INPUT_${name.toUpperCase()}`,
        given[name] ?? (input.default?.includes('${{') === true ? '' : (input.default ?? '')),
      ]),
    );
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: stage.folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: runner,
      ...stage.environment,
      ...files,
      ...values,
      ...extra,
    };
    const child = spawn(process.execPath, [join(copy, entry, runs.main)], {
      cwd: stage.folder,
      env: environment,
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (log += String(part)));
    const status = await new Promise<number | null>((done) => child.once('close', done));
    const outputs = Object.fromEntries(
      (await readFile(files.GITHUB_OUTPUT, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    return { status, log, outputs, summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8') } as StepResult;
  }

  it('releases with the inputs that people have, and says what it did', async () => {
    await writeDists(stage);
    const { status, log, outputs } = await step('.', {
      'packages-dir': 'dist/',
      'skip-existing': 'true',
      attestations: 'true',
      publisher: PUBLISHER,
      version: 'v1.0.0',
    });
    expect(log).toContain('read back colophon_sample-1.0.0.tar.gz: the same bytes, attestation verified');
    expect({ status, said: outputs['status'] }).toEqual({ status: 0, said: '0' });
    const report = JSON.parse(await readFile(outputs['report'] ?? '', 'utf8'));
    expect(report).toMatchObject({ schema: 'colophon.release/1', status: 0 });
    expect(stage.sandbox.index.projects()).toHaveLength(1);
  });

  it('explains a missing permission', async () => {
    await writeDists(stage);
    const { status, log, outputs } = await step(
      '.',
      {},
      { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
    );
    expect(status).toBe(40);
    expect(outputs['status']).toBe('40');
    expect(log).toContain('id-token: write');
  });

  it('refuses another version than the workflow means, before anything is signed', async () => {
    await writeDists(stage);
    const { status, log, outputs } = await step('.', { version: 'v1.0.1' });
    expect({ status, said: outputs['status'] }).toEqual({ status: 2, said: '2' });
    expect(log).toContain('the input version is v1.0.1');
    expect(await readdir(join(stage.folder, 'dist'))).toHaveLength(2);
  });

  it('signs, and verifies what it signed', async () => {
    await mkdir(join(stage.folder, 'out'));
    await writeFile(join(stage.folder, 'out/a b.txt'), 'text\n');
    const signed = await step('sign', { inputs: `'out/*.txt'` });
    expect(signed.log).toContain('signed');
    expect(signed.status).toBe(0);
    const verified = await step('verify', { files: `'out/a b.txt'`, repository: 'octo-org/sampler' });
    expect(verified.log).toMatch(/^OK: /m);
    expect(verified.status).toBe(0);
    const wrong = await step('verify', { files: `'out/a b.txt'`, repository: 'octo-org/other' });
    expect(wrong.status).toBe(30);
  });

  it('signs and attaches what a published release has', async () => {
    const github = await startGitHubDouble('octo-org/sampler', {
      tag: 'v1.0.0',
      draft: false,
      token: 'of-a-test',
    });
    const archives = await startArchiveServer('/octo-org/sampler', 'of-a-test');
    try {
      await writeFile(join(stage.folder, 'app.bin'), 'bytes\n');
      const payload = { action: 'published', release: { tag_name: 'v1.0.0' } };
      await writeFile(join(stage.folder, 'event.json'), JSON.stringify(payload));
      const { status, log } = await step(
        'sign',
        { inputs: 'app.bin', 'github-token': 'of-a-test' },
        {
          GITHUB_EVENT_NAME: 'release',
          GITHUB_EVENT_PATH: join(stage.folder, 'event.json'),
          GITHUB_REPOSITORY: 'octo-org/sampler',
          GITHUB_API_URL: github.apiUrl,
          GITHUB_SERVER_URL: archives.url,
        },
      );
      expect(log).toContain('attached app.bin.sigstore.json to the release v1.0.0');
      expect(status).toBe(0);
      expect([...github.assets.keys()].toSorted()).toEqual(
        ['app.bin', 'sampler-v1.0.0.tar.gz', 'sampler-v1.0.0.zip'].flatMap((name) => [
          name,
          `${name}.sigstore.json`,
        ]),
      );
      expect(github.assets.get('sampler-v1.0.0.zip')).toBe('the zip archive');
    } finally {
      await github.close();
      await archives.close();
    }
  });

  it('is whole in the two files that a runner needs', async () => {
    expect(await readdir(copy)).toEqual(['action', 'action.yml', 'sign', 'verify']);
    const { status, log } = await step('.', { command: 'check', 'packages-dir': 'nowhere' });
    expect(status).toBe(20);
    expect(log).not.toContain(dirname(ROOT));
  });
});
