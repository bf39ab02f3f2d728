// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleSdist } from './sample-sdist.ts';
import { sampleWheel } from './sample-wheel.ts';
import { openStage, PUBLISHER, type Stage } from './stage.ts';
import type { Transcript } from './transcript.ts';

const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'colophon_sample-1.0.0.tar.gz';

let stage: Stage;
afterEach(() => stage.close());

async function writeDists(more: Readonly<Record<string, Uint8Array | string>> = {}): Promise<void> {
  const dist = join(stage.folder, 'dist');
  await mkdir(dist, { recursive: true });
  const files = {
    [WHEEL]: sampleWheel('colophon_sample', '1.0.0'),
    [SDIST]: sampleSdist('colophon_sample', '1.0.0'),
    ...more,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dist, name), bytes);
}

/** Files are attested at once: which one is first, and gets the lower index, is chance. */
function inOrder({ text }: Transcript): string {
  const lines = text.replaceAll(/log index \d+/g, 'log index [INDEX]').split('\n');
  const attested = lines.filter((line) => line.startsWith('attested ')).toSorted();
  return lines.map((line) => (line.startsWith('attested ') ? attested.shift() : line)).join('\n');
}

function filesOnIndex(): string[] {
  return stage.sandbox.index
    .projects()
    .flatMap(({ releases }) => [...releases.values()].flatMap(({ files }) => files))
    .map(({ filename, provenance }) => `${filename}${provenance === undefined ? '' : ' with provenance'}`)
    .toSorted();
}

const ALL = [`${WHEEL} with provenance`, `${SDIST} with provenance`].toSorted();

describe('journey 1, GitHub Actions by hand', () => {
  it('releases what lies in dist, and no evidence of others', async () => {
    stage = await openStage();
    await writeDists({ 'notes.sigstore.json': '{}', SHA256SUMS: '' });
    const transcript = await stage.run(['release', '--publisher', PUBLISHER]);
    expect(inOrder(transcript)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      released: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      released: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-missing]: there is no description
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      colophon_sample-1.0.0.tar.gz: warning[description-missing]: there is no description
      colophon_sample-1.0.0.tar.gz: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      checked 2 files
      releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
      attested colophon_sample-1.0.0-py3-none-any.whl, log index [INDEX]; verified
      attested colophon_sample-1.0.0.tar.gz, log index [INDEX]; verified
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      read back colophon_sample-1.0.0-py3-none-any.whl: the same bytes, attestation verified
      read back colophon_sample-1.0.0.tar.gz: the same bytes, attestation verified
      anyone can verify it: colophon verify release colophon-sample==1.0.0 --publisher github:octo-org/sampler/release.yml --index http://localhost:[PORT]/simple/ --trust-config [TMP]/trust/trust_config.json
      "
    `);
    expect(filesOnIndex()).toEqual(ALL);
  });
});

describe('journey 2, GitLab CI', () => {
  const PIPELINE = 'gitlab:ns/sub/project//.gitlab-ci.yml';
  const claims = {
    project_path: 'ns/sub/project',
    ci_config_ref_uri: 'gitlab.com/ns/sub/project//.gitlab-ci.yml@refs/tags/v1.0.0',
  };

  /** The tokens of one GitLab job: each can be spent once. */
  async function job(): Promise<Record<string, string>> {
    const { sandbox } = stage;
    const issue = (audience: string) => sandbox.issueToken({ kind: 'gitlab', audience, claims });
    const name = sandbox.index.audience.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
    return {
      GITHUB_ACTIONS: '',
      GITLAB_CI: 'true',
      [`${name}_ID_TOKEN`]: await issue(sandbox.index.audience),
      SIGSTORE_ID_TOKEN: await issue('sigstore'),
    };
  }

  it('releases by two tokens; one that is spent ends in part, and the job tried again finishes', async () => {
    stage = await openStage({
      warehouse: {
        publishers: [
          {
            kind: 'GitLab',
            project: 'colophon-sample',
            pending: true,
            repository: 'ns/sub/project',
            workflowFilepath: '.gitlab-ci.yml',
          },
        ],
      },
    });
    await writeDists();
    stage.sandbox.faults.add({
      service: 'index',
      method: 'POST',
      path: '/legacy/',
      times: 1,
      fault: { kind: 'status', status: 400 },
    });
    const first = await stage.run(['release', '--publisher', PIPELINE], await job());
    expect({ status: first.status, stderr: first.stderr }).toMatchObject({ status: 43 });
    const second = await stage.run(['release', '--publisher', PIPELINE], await job());
    expect({ status: second.status, stderr: second.stderr }).toMatchObject({ status: 0 });
    expect(filesOnIndex()).toEqual(ALL);
  });
});

describe('journey 5, a half-failed job on a fresh runner', () => {
  it('is finished by the same line, each file once', async () => {
    stage = await openStage();
    await writeDists();
    await cp(join(stage.folder, 'dist'), join(stage.folder, 'fresh', 'dist'), { recursive: true });
    stage.sandbox.faults.add({
      service: 'index',
      method: 'POST',
      path: '/legacy/',
      times: 1,
      fault: { kind: 'status', status: 400 },
    });
    expect((await stage.run(['release'])).status).toBe(43);
    // Another machine: neither journal nor evidence, only what the build job handed over.
    const fresh = await stage.run(['release', 'fresh/dist', '--journal', 'fresh/journal.json']);
    expect({ status: fresh.status, stderr: fresh.stderr }).toMatchObject({ status: 0 });
    expect(fresh.stdout).toMatch(/^released before: /m);
    expect(filesOnIndex()).toEqual(ALL);
  });

  it('is stopped before anything is signed where the dists were built anew', async () => {
    stage = await openStage();
    await writeDists();
    await stage.run(['release', `dist/${SDIST}`]);
    await writeDists({ [SDIST]: sampleSdist('colophon_sample', '1.0.0').fill(3, 4, 8) });
    const transcript = await stage.run(['release', '--journal', 'other.json', '--overwrite']);
    expect(transcript.text).toMatchInlineSnapshot(`
      "exit 41
      --- stdout
      not reached: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      FAILED: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-missing]: there is no description
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      colophon_sample-1.0.0.tar.gz: warning[description-missing]: there is no description
      colophon_sample-1.0.0.tar.gz: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      checked 2 files
      releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
      error[ERR_FILE_DIFFERS]: localhost:[PORT]/legacy/ has other bytes under the name colophon_sample-1.0.0.tar.gz

      hint: were the dists built anew? Reuse those of the first run, or release a new version
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_file_differs
      not released: once what is wrong is mended, the same command finishes what is missing
      "
    `);
    expect(await readdir(join(stage.folder, 'dist'))).not.toContain(`${WHEEL}.publish.attestation`);
  });

  it('does not call a file done that somebody else uploaded', async () => {
    stage = await openStage();
    await writeDists();
    const stolen = ['publish', `dist/${SDIST}`, '--attestations', 'off'];
    expect((await stage.run(stolen)).status).toBe(0);
    const { status, stderr } = await stage.run(['release']);
    expect(status).toBe(31);
    expect(stderr).toContain('error[ERR_NOT_OURS]');
  });
});

describe('journey 19, a rehearsal', () => {
  it('plays everything on a sandbox, and leaves nothing beside the files', async () => {
    stage = await openStage();
    await writeDists();
    const clean = {
      COLOPHON_TRUST_CONFIG: '',
      COLOPHON_INDEX: '',
      UV_PUBLISH_CHECK_URL: '',
      GITHUB_ACTIONS: '',
    };
    const line = ['release', '--rehearse', '--publisher', 'github:o/r/release.yml'];
    const { status, stdout, stderr } = await stage.run(line, clean);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('workflow, to mint by (job_workflow_ref): release.yml (the same)');
    expect(stdout.match(/^released: /gm)).toHaveLength(2);
    expect((await readdir(join(stage.folder, 'dist'))).toSorted()).toEqual([WHEEL, SDIST].toSorted());
    expect(await readdir(stage.folder)).not.toContain('.colophon');
    expect(stage.sandbox.index.projects()).toEqual([]);
  });

  it('carries the claims of this job, and ends as doctor does where they are not the publisher’s', async () => {
    stage = await openStage();
    await writeDists();
    const clean = { COLOPHON_TRUST_CONFIG: '', COLOPHON_INDEX: '', UV_PUBLISH_CHECK_URL: '' };
    expect((await stage.run(['release', '--rehearse', '--publisher', PUBLISHER], clean)).status).toBe(0);
    const other = ['release', '--rehearse', '--publisher', 'github:octo-org/sampler/publish.yml'];
    const { status, stdout } = await stage.run(other, clean);
    expect(status).toBe(40);
    expect(stdout).not.toContain('released');
  });
});

describe('journey 20, a refused release', () => {
  it('is explained in the index’s words and ours, and noted in the journal', async () => {
    stage = await openStage({ warehouse: { publishers: [] } });
    await writeDists();
    const refused = await stage.run(['release']);
    expect(inOrder(refused)).toMatchInlineSnapshot(`
      "exit 41
      --- stdout
      FAILED: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      not reached: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-missing]: there is no description
      colophon_sample-1.0.0-py3-none-any.whl: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      colophon_sample-1.0.0.tar.gz: warning[description-missing]: there is no description
      colophon_sample-1.0.0.tar.gz: warning[description-type-missing]: no description content type is stated: reStructuredText is assumed
      checked 2 files
      releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
      attested colophon_sample-1.0.0-py3-none-any.whl, log index [INDEX]; verified
      attested colophon_sample-1.0.0.tar.gz, log index [INDEX]; verified
      error[ERR_TRUSTED_PUBLISHING_REFUSED]: localhost:[PORT]/legacy/ gives no upload token for this identity: invalid-publisher: valid token, but no corresponding publisher (Publisher with matching claims was not found)

      hint: no publisher on the index has this owner, repository, workflow file and environment: compare it with the publisher on the index, letter by letter; \`colophon doctor\` lays both side by side
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/findings.md#mint-publisher-unknown
      not released: once what is wrong is mended, the same command finishes what is missing
      "
    `);
    const [name = ''] = await readdir(join(stage.folder, '.colophon'));
    const journal = JSON.parse(await readFile(join(stage.folder, '.colophon', name), 'utf8'));
    expect(journal.files[WHEEL]).toMatchObject({ logIndex: expect.stringMatching(/^\d+$/) });
    expect(journal.files[WHEEL]).not.toHaveProperty('uploaded');
    const doctor = await stage.run(['doctor', 'dist', '--publisher', 'github:octo-org/sampler/publish.yml']);
    expect(doctor.status).toBe(40);
    expect(doctor.stdout).toMatch(/publish\.yml/);
  });
});
