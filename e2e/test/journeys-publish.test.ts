// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, REPOSITORY, writeDists, writeText, type Stage } from './stage.ts';

const TOKEN = 'pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAw';
const ROW = {
  kind: 'GitHub',
  repository: REPOSITORY,
  workflow: 'release.yml',
  project: 'colophon-sample',
} as const;
const LAPTOP = { GITHUB_ACTIONS: '', COLOPHON_INDEX: '', UV_PUBLISH_CHECK_URL: '' };

let stage: Stage;
afterEach(() => stage.close());

function kept({ index }: Sandbox): number {
  return index.projects().flatMap(({ releases }) => [...releases.values()]).length;
}

describe('journey 3: a laptop with an API token', () => {
  it('checks, publishes, and says that nothing attests the files', async () => {
    stage = await openStage({
      warehouse: { publishers: [ROW], apiTokens: [{ token: TOKEN, projects: 'user' }] },
    });
    await writeDists(stage);
    expect((await stage.run(['check'])).status).toBe(0);
    const { text } = await stage.run(['publish', '--print-hash'], {
      GITHUB_ACTIONS: '',
      TWINE_PASSWORD: TOKEN,
    });
    expect(text.replaceAll(/[0-9a-f]{64}/g, '[DIGEST]')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]  blake2b-256 [SHA256]
      uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]  blake2b-256 [SHA256]
      --- stderr
      warning: no attestations are sent: localhost:[PORT]/legacy/ is given TWINE_PASSWORD, and attestations need trusted publishing
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      "
    `);
    expect(kept(stage.sandbox)).toBe(1);
  });

  it('does not release to PyPI with it: nothing is signed', async () => {
    const seen: string[] = [];
    stage = await openStage({ onExchange: ({ service }) => seen.push(service) });
    await writeDists(stage);
    seen.splice(0);
    const { text } = await stage.run(['release', '--index', 'pypi'], { ...LAPTOP, UV_PUBLISH_TOKEN: TOKEN });
    expect(text).toMatchInlineSnapshot(`
      "exit 40
      --- stdout
      --- stderr
      checked 2 files
      error[ERR_CREDENTIAL_UNFIT]: nothing was signed: pypi is given UV_PUBLISH_TOKEN, and attestations need trusted publishing (--attestations off goes on without)

      hint: publish from a CI job by trusted publishing, without a password
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_credential_unfit
      "
    `);
    expect(seen).toEqual([]);
  });
});

describe('journey 4: TestPyPI, then PyPI, in one job', () => {
  it('reuses the evidence of the first, with a journal for each', async () => {
    stage = await openStage();
    await writeDists(stage);
    expect((await stage.run(['release'])).status).toBe(0);
    const trust = { mirrorUrl: stage.sandbox.urls.tuf, rootPath: join(stage.folder, 'trust', 'root.json') };
    const second = await startSandbox({
      githubClaims: { repository: REPOSITORY },
      warehouse: {
        publishers: [{ ...ROW, pending: true }],
        trust: { ...trust, cachePath: join(stage.folder, 'index-cache') },
      },
    });
    try {
      const { environment, index } = second;
      const { text } = await stage.run(
        ['release', '--index', index.uploadUrl, '--check-url', index.simpleUrl],
        environment,
      );
      expect(text).toMatchInlineSnapshot(`
        "exit 0
        --- stdout
        released: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
        released: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
        --- stderr
        checked 2 files
        releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
        colophon_sample-1.0.0-py3-none-any.whl has an attestation that verifies; using it
        colophon_sample-1.0.0.tar.gz has an attestation that verifies; using it
        uploaded colophon_sample-1.0.0-py3-none-any.whl
        uploaded colophon_sample-1.0.0.tar.gz
        read back colophon_sample-1.0.0-py3-none-any.whl: the same bytes, attestation verified
        read back colophon_sample-1.0.0.tar.gz: the same bytes, attestation verified
        anyone can verify it: colophon verify release colophon-sample==1.0.0 --publisher github:octo-org/sampler/release.yml --index http://localhost:[PORT]/simple/ --trust-config [TMP]/trust/trust_config.json
        "
      `);
      expect(kept(second)).toBe(1);
      expect(await readdir(join(stage.folder, '.colophon'))).toHaveLength(2);
    } finally {
      await second.close();
    }
  });
});

describe('journey 6: a reusable workflow', () => {
  it('is told by the doctor before anything is signed', async () => {
    const ref = 'refs/tags/v1.0.0';
    stage = await openStage({
      githubClaims: {
        repository: REPOSITORY,
        workflow_ref: `${REPOSITORY}/.github/workflows/caller.yml@${ref}`,
        job_workflow_ref: `octo-org/shared/.github/workflows/build.yml@${ref}`,
      },
    });
    const { text } = await stage.run(['doctor', '--publisher', `github:${REPOSITORY}/caller.yml`]);
    expect(text).toMatchInlineSnapshot(`
      "exit 40
      --- stdout
      index: localhost:[PORT]/legacy/ (http://localhost:[PORT]/legacy/)
      job: GitHub Actions
        iss: https://token.actions.githubusercontent.com
        sub: repo:octo-org/sampler:environment:pypi
        environment: pypi
        event_name: push
        job_workflow_ref: octo-org/shared/.github/workflows/build.yml@refs/tags/v1.0.0
        job_workflow_sha: 0123456789abcdef0123456789abcdef01234567
        ref: refs/tags/v1.0.0
        ref_type: tag
        repository: octo-org/sampler
        repository_id: 100100
        repository_owner: octo-org
        repository_owner_id: 200200
        repository_visibility: public
        run_attempt: 1
        run_id: 3003003
        runner_environment: github-hosted
        sha: 0123456789abcdef0123456789abcdef01234567
        workflow: release
        workflow_ref: octo-org/sampler/.github/workflows/caller.yml@refs/tags/v1.0.0
        workflow_sha: 0123456789abcdef0123456789abcdef01234567
      the index mints by: octo-org/shared/.github/workflows/build.yml@refs/tags/v1.0.0
      attestations are known by: octo-org/sampler/.github/workflows/caller.yml@refs/tags/v1.0.0
      the certificate would say:
        identity: https://github.com/octo-org/shared/.github/workflows/build.yml@refs/tags/v1.0.0
        issuer: https://token.actions.githubusercontent.com
        build-signer-uri: https://github.com/octo-org/shared/.github/workflows/build.yml@refs/tags/v1.0.0
        build-signer-digest: 0123456789abcdef0123456789abcdef01234567
        runner-environment: github-hosted
        source-repository-uri: https://github.com/octo-org/sampler
        source-repository-digest: 0123456789abcdef0123456789abcdef01234567
        source-repository-ref: refs/tags/v1.0.0
        source-repository-identifier: 100100
        source-repository-owner-uri: https://github.com/octo-org
        source-repository-owner-identifier: 200200
        build-config-uri: https://github.com/octo-org/sampler/.github/workflows/caller.yml@refs/tags/v1.0.0
        build-config-digest: 0123456789abcdef0123456789abcdef01234567
        build-trigger: push
        run-invocation-uri: https://github.com/octo-org/sampler/actions/runs/3003003/attempts/1
        source-repository-visibility-at-signing: public
        deployment-environment: pypi
      the publisher, by --publisher:
        issuer: https://token.actions.githubusercontent.com (the same)
        owner: octo-org (the same)
        repository name: sampler (the same)
        workflow, to mint by (job_workflow_ref): registered caller.yml, this job build.yml (DIFFERS)
        workflow, to attest by (workflow_ref): caller.yml (the same)
        environment: registered -, this job pypi (not known)
      hosts:
        reached http://localhost:[PORT], for uploads and their tokens
        reached http://localhost:[PORT], for certificates
        reached http://localhost:[PORT], for the transparency log
      error[reusable-workflow-elsewhere]: this job runs in a workflow of another repository, octo-org/shared/.github/workflows/build.yml@refs/tags/v1.0.0, called by octo-org/sampler/.github/workflows/caller.yml@refs/tags/v1.0.0: localhost:[PORT]/legacy/ mints no token for it, whatever publisher is registered. Call it for the build, and publish in a job of caller.yml itself
      error[workflow-differs]: workflow, to mint by (job_workflow_ref) is registered as caller.yml, and this job is build.yml
      --- stderr
      "
    `);
  });

  it('is demanded by both its names by whoever verifies', async () => {
    const called = 'octo-org/shared/.github/workflows/build.yml';
    stage = await openStage({
      githubClaims: {
        repository: REPOSITORY,
        workflow_ref: `${REPOSITORY}/.github/workflows/caller.yml@refs/tags/v1.0.0`,
        job_workflow_ref: `${called}@refs/heads/main`,
      },
    });
    // Built by somebody else: this job could not rehearse, as the doctor says.
    const elsewhere = stage;
    const notInJob: Stage['run'] = (args, extra) => elsewhere.run(args, { ...extra, GITHUB_ACTIONS: '' });
    await writeDists({ ...elsewhere, run: notInJob });
    await stage.run(['attest', 'dist/']);
    const verify = (workflow: string, signer: string) =>
      stage.run([
        'verify',
        'dist/',
        '--repository',
        REPOSITORY,
        '--workflow',
        workflow,
        '--signer-workflow',
        signer,
      ]);
    expect((await verify('caller.yml', called)).status).toBe(0);
    expect((await verify('caller.yml', 'octo-org/shared/.github/workflows/other.yml')).status).toBe(30);
    expect((await verify('build.yml', called)).status).toBe(30);
  });
});

describe('journey 7: attest in one job, publish in another', () => {
  it('publishes what came along, and says what it lacks', async () => {
    stage = await openStage();
    await writeDists(stage);
    await writeText(stage, 'token.txt', await stage.sandbox.issueToken({ claims: { environment: null } }));
    const attested = await stage.run(['attest', 'dist/', '--identity-token-file', 'token.txt']);
    expect(attested.stderr).toContain('this job names no environment');
    const { text } = await stage.run(['publish', 'dist/']);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      colophon_sample-1.0.0-py3-none-any.whl was attested by a job without an environment, and is published from pypi: its certificate names none
      colophon_sample-1.0.0.tar.gz was attested by a job without an environment, and is published from pypi: its certificate names none
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      "
    `);
  });

  it('sends nothing where the attestations were forgotten', async () => {
    stage = await openStage();
    const dists = await writeDists(stage);
    await stage.run(['attest', 'dist/']);
    for (const file of Object.values(dists)) await rm(join(stage.folder, `${file}.publish.attestation`));
    const { text } = await stage.run(['publish', 'dist/']);
    expect(text).toMatchInlineSnapshot(`
      "exit 31
      --- stdout
      FAILED: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      FAILED: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      error[ERR_NOT_ATTESTED]: colophon_sample-1.0.0-py3-none-any.whl has no publish attestation beside it by github:octo-org/sampler/release.yml

      hint: were the .attestation files of the job that attested brought along? \`colophon release\` attests by itself; --attestations off goes without
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_not_attested
      error[ERR_NOT_ATTESTED]: colophon_sample-1.0.0.tar.gz has no publish attestation beside it by github:octo-org/sampler/release.yml

      hint: were the .attestation files of the job that attested brought along? \`colophon release\` attests by itself; --attestations off goes without
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_not_attested
      "
    `);
    expect(kept(stage.sandbox)).toBe(0);
  });
});

describe('a dry run', () => {
  it('of a release says what would be done, and signs, sends and writes nothing', async () => {
    stage = await openStage();
    await writeDists(stage);
    const before = await readdir(join(stage.folder, 'dist'));
    const { text } = await stage.run(['release', '--dry-run', '--publisher', PUBLISHER]);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      would be signed and uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      would be signed and uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      checked 2 files
      releasing 2 files to localhost:[PORT]/legacy/ as github:octo-org/sampler/release.yml
      dry run: nothing was signed, and nothing sent to http://localhost:[PORT]/legacy/
      "
    `);
    expect(kept(stage.sandbox)).toBe(0);
    expect(await readdir(join(stage.folder, 'dist'))).toEqual(before);
    expect(existsSync(join(stage.folder, '.colophon'))).toBe(false);
  });

  it('of an upload verifies what would go along', async () => {
    stage = await openStage();
    await writeDists(stage);
    await stage.run(['attest', 'dist/']);
    const { text } = await stage.run(['publish', '--dry-run']);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      would upload: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]  with 1 attestation
      would upload: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]  with 1 attestation
      --- stderr
      dry run: nothing was sent to http://localhost:[PORT]/legacy/
      "
    `);
    expect(kept(stage.sandbox)).toBe(0);
  });
});
