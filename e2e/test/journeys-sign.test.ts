// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, REPOSITORY, writeDists, writeText, type Stage } from './stage.ts';
import type { Transcript } from './transcript.ts';

const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'colophon_sample-1.0.0.tar.gz';

// Some tests run the program several times.
const SLOW = { timeout: 120_000 };

/** What a transcript shows, without what every run of the sandbox makes anew, and without the order of what ends at once. */
function shown({ text }: Transcript): string {
  const lines = text
    .replaceAll(/index \d+\)/g, 'index [INDEX])')
    .replaceAll(/ is \S*trust_config\.json/g, ' is [TRUST]')
    .split('\n');
  const done = lines.filter((line) => /^(?:attested|signed): /.test(line)).toSorted();
  return lines.map((line) => (/^(?:attested|signed): /.test(line) ? done.shift() : line)).join('\n');
}

async function besides(stage: Stage, folder: string): Promise<string[]> {
  const names = await readdir(join(stage.folder, folder));
  return names.filter((name) => name !== WHEEL && name !== SDIST).toSorted();
}

describe('journey 7: attest in one job, publish in another', SLOW, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({
      githubClaims: {
        repository: REPOSITORY,
        workflow_ref: `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0.0`,
        environment: null,
      },
    });
    await writeDists(stage);
  });
  afterAll(() => stage.close());

  it('the first job attests, and says that it names no environment', async () => {
    expect(shown(await stage.run(['attest', 'dist/']))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      attested: colophon_sample-1.0.0-py3-none-any.whl -> [TMP]/dist/colophon_sample-1.0.0-py3-none-any.whl.publish.attestation (log index [INDEX])
      attested: colophon_sample-1.0.0.tar.gz -> [TMP]/dist/colophon_sample-1.0.0.tar.gz.publish.attestation (log index [INDEX])
      --- stderr
      signing 2 attestations as https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0 (issuer https://token.actions.githubusercontent.com)
      this job names no environment, so neither will the certificate: --environment cannot be demanded of it
      "
    `);
    expect(await besides(stage, 'dist')).toEqual([
      `${WHEEL}.publish.attestation`,
      `${SDIST}.publish.attestation`,
    ]);
  });

  it('the certificate then proves no environment', async () => {
    const argv = ['verify', `dist/${WHEEL}`, '--publisher', PUBLISHER];
    expect(await stage.run(argv)).toMatchObject({ status: 0 });
    expect(await stage.run([...argv, '--environment', 'pypi'])).toMatchObject({ status: 30 });
  });
});

describe('journey 9: release tarballs as CPython signs them', SLOW, () => {
  const [TGZ, XZ] = ['Python-3.15.0.tgz', 'Python-3.15.0.tar.xz'];
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    for (const name of [TGZ, XZ]) await writeText(stage, name, `the bytes of ${name}`);
  });
  afterAll(() => stage.close());

  it('are signed by one login, each with bundle, signature and certificate', async () => {
    expect(shown(await stage.run(['sign', '--detached', TGZ, XZ]))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      signed: Python-3.15.0.tar.xz -> [TMP]/Python-3.15.0.tar.xz.crt (log index [INDEX])
      signed: Python-3.15.0.tar.xz -> [TMP]/Python-3.15.0.tar.xz.sig (log index [INDEX])
      signed: Python-3.15.0.tar.xz -> [TMP]/Python-3.15.0.tar.xz.sigstore.json (log index [INDEX])
      signed: Python-3.15.0.tgz -> [TMP]/Python-3.15.0.tgz.crt (log index [INDEX])
      signed: Python-3.15.0.tgz -> [TMP]/Python-3.15.0.tgz.sig (log index [INDEX])
      signed: Python-3.15.0.tgz -> [TMP]/Python-3.15.0.tgz.sigstore.json (log index [INDEX])
      --- stderr
      signing 2 files as https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0 (issuer https://token.actions.githubusercontent.com)
      "
    `);
  });

  it('are not signed again over what is there', async () => {
    expect(shown(await stage.run(['sign', '--detached', TGZ, XZ]))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      error[ERR_OUTPUT_EXISTS]: [TMP]/Python-3.15.0.tgz.sigstore.json exists already

      hint: keep it, remove it, or replace it with --overwrite
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_output_exists
      "
    `);
  });
});

describe('journey 13: a private Sigstore', SLOW, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await writeText(stage, 'app.bin', 'an application');
    await writeText(stage, 'root.json', await readFile(join(stage.folder, 'trust/root.json'), 'utf8'));
  });
  afterAll(() => stage.close());
  const bare = { COLOPHON_TRUST_CONFIG: '' };
  const trustedRoot = 'trust/trusted_root.json';

  it('signs for an instance that was added by its TUF repository', async () => {
    const { tuf } = stage.sandbox.urls;
    expect(await stage.run(['trust', 'add', tuf, 'root.json'], bare)).toMatchObject({ status: 0 });
    expect(shown(await stage.run(['--instance', tuf, 'sign', 'app.bin'], bare))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      signed: app.bin -> [TMP]/app.bin.sigstore.json (log index [INDEX])
      --- stderr
      signing 1 file as https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0 (issuer https://token.actions.githubusercontent.com)
      "
    `);
  });

  it('makes provenance there by the keys of its own issuers', async () => {
    const argv = [
      '--instance',
      stage.sandbox.urls.tuf,
      'attest',
      'app.bin',
      '--predicate-type',
      'slsa-provenance',
    ];
    expect(await stage.run(argv, bare)).toMatchObject({ status: 0 });
  });

  it('signs for one whose whole configuration is a file', async () => {
    const argv = ['--trust-config', 'trust/trust_config.json', 'sign', 'app.bin', '--overwrite'];
    expect(await stage.run(argv, bare)).toMatchObject({ status: 0 });
    const halves = ['--trusted-root', trustedRoot, '--signing-config', 'trust/signing_config.json'];
    expect(await stage.run([...halves, 'sign', 'app.bin', '--overwrite'], bare)).toMatchObject({ status: 0 });
  });

  it('never signs with half of it: nothing goes to a public log', async () => {
    const run = await stage.run(['--trusted-root', trustedRoot, 'sign', 'app.bin', '--overwrite'], bare);
    expect(shown(run)).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      error[ERR_USAGE]: to sign, --trusted-root and --signing-config go together

      hint: \`colophon COMMAND --help\` shows the options
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_usage
      "
    `);
  });
});

describe('journey 18: an SBOM beside the publish attestation', SLOW, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await writeDists(stage);
    await mkdir(join(stage.folder, 'sbom/dist'), { recursive: true });
    for (const dist of [WHEEL, SDIST]) {
      const bom = { bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { name: dist } } };
      await writeFile(join(stage.folder, `sbom/dist/${dist}.cdx.json`), JSON.stringify(bom));
    }
  });
  afterAll(() => stage.close());

  it('both are signed in one run', async () => {
    const types = ['--predicate-type', 'publish', '--predicate-type', 'cyclonedx'];
    const run = await stage.run(['attest', 'dist/', ...types, '--predicate', 'sbom/{}.cdx.json']);
    expect(shown(run)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      attested: colophon_sample-1.0.0-py3-none-any.whl -> [TMP]/dist/colophon_sample-1.0.0-py3-none-any.whl.cyclonedx.sigstore.json (log index [INDEX])
      attested: colophon_sample-1.0.0-py3-none-any.whl -> [TMP]/dist/colophon_sample-1.0.0-py3-none-any.whl.publish.attestation (log index [INDEX])
      attested: colophon_sample-1.0.0.tar.gz -> [TMP]/dist/colophon_sample-1.0.0.tar.gz.cyclonedx.sigstore.json (log index [INDEX])
      attested: colophon_sample-1.0.0.tar.gz -> [TMP]/dist/colophon_sample-1.0.0.tar.gz.publish.attestation (log index [INDEX])
      --- stderr
      signing 4 attestations as https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0 (issuer https://token.actions.githubusercontent.com)
      "
    `);
  });

  it('both are verified where both are demanded', async () => {
    const types = ['--predicate-type', 'publish', '--predicate-type', 'cyclonedx'];
    const run = await stage.run(['verify', `dist/${WHEEL}`, '--publisher', PUBLISHER, ...types]);
    expect(shown(run)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: dist/colophon_sample-1.0.0-py3-none-any.whl  cyclonedx attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, timestamped [TIME] (index [INDEX])
        and publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      --- stderr
      1 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('an SBOM by another workflow is not counted, and does not break the publish check', async () => {
    const scanner = `${REPOSITORY}/.github/workflows/scan.yml@refs/tags/v1.0.0`;
    const token = await stage.sandbox.issueToken({
      claims: { workflow_ref: scanner, job_workflow_ref: scanner },
    });
    const argv = ['attest', `dist/${WHEEL}`, '--predicate-type', 'cyclonedx', '--overwrite'];
    const sbom = ['--predicate', 'sbom/{}.cdx.json', '--identity-token', token];
    expect(await stage.run([...argv, ...sbom])).toMatchObject({ status: 0 });
    const verify = ['verify', `dist/${WHEEL}`, '--publisher', PUBLISHER];
    expect(shown(await stage.run(verify))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: dist/colophon_sample-1.0.0-py3-none-any.whl  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
        not counted: [ERR_PREDICATE_TYPE] colophon_sample-1.0.0-py3-none-any.whl.cyclonedx.sigstore.json: it attests something else than is demanded
      --- stderr
      1 of 1 verified; the trusted root is [TRUST]
      "
    `);
    expect(await stage.run([...verify, '--predicate-type', 'publish'])).toMatchObject({ status: 0 });
    expect(shown(await stage.run([...verify, '--predicate-type', 'cyclonedx']))).toMatchInlineSnapshot(`
      "exit 30
      --- stdout
      FAIL: dist/colophon_sample-1.0.0-py3-none-any.whl  [ERR_IDENTITY] colophon_sample-1.0.0-py3-none-any.whl.cyclonedx.sigstore.json: the workflow is "https://github.com/octo-org/sampler/.github/workflows/scan.yml@refs/tags/v1.0.0", not "https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0"
        not counted: [ERR_PREDICATE_TYPE] colophon_sample-1.0.0-py3-none-any.whl.publish.attestation: it attests something else than is demanded
      --- stderr
      error[ERR_IDENTITY]: colophon_sample-1.0.0-py3-none-any.whl.cyclonedx.sigstore.json: the workflow is "https://github.com/octo-org/sampler/.github/workflows/scan.yml@refs/tags/v1.0.0", not "https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0"

      hint: \`colophon inspect FILE\` shows who signed; is that whom you expect?
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_identity
      0 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('an SBOM alone proves nothing about publishing', async () => {
    await rm(join(stage.folder, `dist/${SDIST}.publish.attestation`));
    const verify = ['verify', `dist/${SDIST}`, '--publisher', PUBLISHER];
    expect(shown(await stage.run(verify))).toMatchInlineSnapshot(`
      "exit 31
      --- stdout
      NONE: dist/colophon_sample-1.0.0.tar.gz  [ERR_NO_EVIDENCE] no evidence of a type that counts without --predicate-type, only of cyclonedx
        not counted: [ERR_PREDICATE_TYPE] colophon_sample-1.0.0.tar.gz.cyclonedx.sigstore.json: it attests something else than is demanded
      --- stderr
      nothing was verified
      error[ERR_NO_EVIDENCE]: dist/colophon_sample-1.0.0.tar.gz: no evidence of a type that counts without --predicate-type, only of cyclonedx

      hint: is the file from an index? \`colophon verify pypi\` fetches the evidence
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_evidence
      0 of 1 verified; the trusted root is [TRUST]
      "
    `);
    expect(await stage.run(['publish', `dist/${SDIST}`])).toMatchObject({ status: 31 });
    expect(await stage.run([...verify, '--predicate-type', 'cyclonedx'])).toMatchObject({ status: 0 });
  });

  it('an index takes the publish attestation, and is not sent the SBOM', async () => {
    expect(shown(await stage.run(['publish', `dist/${WHEEL}`]))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      --- stderr
      colophon_sample-1.0.0-py3-none-any.whl.cyclonedx.sigstore.json is not sent: the index takes no attestation of type https://cyclonedx.org/bom
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      "
    `);
  });
});
