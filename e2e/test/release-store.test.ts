// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGitHubDouble, type GitHubDouble } from './github-double.ts';
import { openStage, PUBLISHER, REPOSITORY, writeDists, type Stage } from './stage.ts';

const TOKEN = 'ghs_of_this_job';
const RELEASE = ['release', '--store', 'github', '--publisher', PUBLISHER];

describe('release --store github', () => {
  let stage: Stage;
  let github: GitHubDouble;

  beforeEach(async () => {
    stage = await openStage();
    await writeDists(stage);
  });
  afterEach(async () => {
    await stage.close();
    await github.close();
  });

  const open = async (options: { tag?: string; draft?: boolean } = {}): Promise<Record<string, string>> => {
    const { tag = 'v1.0.0', draft = false } = options;
    github = await startGitHubDouble(REPOSITORY, { tag, draft, token: TOKEN });
    return { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: github.apiUrl };
  };

  it('puts attestations into the store, and bundles beside the assets, which verify; and does nothing twice', async () => {
    const environment = await open();
    const first = await stage.run(RELEASE, environment);
    expect({ status: first.status, stderr: first.stderr }).toMatchObject({ status: 0 });
    expect(first.stderr + first.stdout).not.toContain(TOKEN);
    expect([...github.stored.values()].map(({ length }) => length)).toEqual([1, 1]);
    expect([...github.assets.keys()].toSorted()).toEqual([
      'colophon_sample-1.0.0-py3-none-any.whl.publish.sigstore.json',
      'colophon_sample-1.0.0.tar.gz.publish.sigstore.json',
    ]);
    const from = ['--from', `github:${REPOSITORY}`, '--publisher', PUBLISHER];
    const verified = await stage.run(['verify', 'dist', ...from], {
      GITHUB_API_URL: github.apiUrl,
      GH_TOKEN: TOKEN,
    });
    expect(verified.stdout.match(/^OK: /gm)).toHaveLength(2);
    expect((await stage.run(RELEASE, environment)).status).toBe(0);
    expect(github.requests.filter((line) => line.startsWith('POST'))).toHaveLength(4);
  });

  it('finds the release of a draft', async () => {
    expect((await stage.run(RELEASE, await open({ draft: true }))).status).toBe(0);
    expect(github.assets.size).toBe(2);
  });

  it('is partial where GitHub refuses one, and completed by the same command', async () => {
    const environment = await open();
    github.failOnce('POST /repos/octo-org/sampler/attestations', 403);
    const first = await stage.run([...RELEASE, '--json'], environment);
    expect(first.status).toBe(43);
    expect(first.stderr).toContain('error[ERR_STORE_REFUSED]');
    expect(first.stderr).toContain('released, but not stored on GitHub: ');
    expect((await stage.run(RELEASE, environment)).status).toBe(0);
    expect(github.stored.size).toBe(2);
    expect(github.assets.size).toBe(2);
  });

  it('is partial where GitHub refuses all: the files are on the index for ever', async () => {
    const environment = await open();
    github.failOnce('POST /repos/octo-org/sampler/attestations', 403);
    github.failOnce('POST /repos/octo-org/sampler/attestations', 403);
    const run = await stage.run(RELEASE, environment);
    expect(run.status).toBe(43);
    expect(run.stdout.match(/^released, NOT STORED: /gm)).toHaveLength(2);
  });

  it('is finished by a run that does not say it again, once', async () => {
    const environment = await open();
    github.failOnce('POST /repos/octo-org/sampler/attestations', 403);
    expect((await stage.run(RELEASE, environment)).status).toBe(43);
    const bare = ['release', '--publisher', PUBLISHER];
    const second = await stage.run(bare, environment);
    expect(second.status).toBe(0);
    expect(second.stderr.match(/^stored the attestation of /gm)).toHaveLength(2);
    expect([github.stored.size, github.assets.size]).toEqual([2, 2]);
    const asked = github.requests.length;
    expect((await stage.run(bare, environment)).status).toBe(0);
    expect(github.requests).toHaveLength(asked);
  });

  it('is said to be unfinished where a later run cannot finish it, and stops nothing', async () => {
    const environment = await open();
    github.failOnce('POST /repos/octo-org/sampler/attestations', 403);
    expect((await stage.run(RELEASE, environment)).status).toBe(43);
    const bare = ['release', '--publisher', PUBLISHER];
    const second = await stage.run(bare, { ...environment, GITHUB_TOKEN: '' });
    expect(second.status).toBe(0);
    expect(second.stderr).toMatch(
      /^warning: the attestations are not stored on GitHub, as .*\.json says they should be: --store github needs GITHUB_TOKEN or GH_TOKEN$/m,
    );
  });

  const refused: [
    title: string,
    options: { tag?: string },
    change: Record<string, string>,
    status: number,
  ][] = [
    ['there is no token', {}, { GITHUB_TOKEN: '' }, 40],
    ['the token is another’s', {}, { GITHUB_TOKEN: 'ghs_other' }, 41],
    ['the tag has no release', { tag: 'v0.9.0' }, {}, 41],
    ['the API would hear the token in the clear', {}, { GITHUB_API_URL: 'http://github.corp.example' }, 2],
  ];
  it.each(refused)('signs nothing where %s', async (_title, options, change, status) => {
    const environment = { ...(await open(options)), ...change };
    const run = await stage.run(RELEASE, environment);
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status });
    expect(run.stderr).not.toContain('attested ');
    expect(stage.sandbox.index.projects().every(({ releases }) => releases.size === 0)).toBe(true);
  });
});
