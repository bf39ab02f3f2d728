// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, PUBLISHER, REPOSITORY, writeDists, writeText, type Stage } from './stage.ts';
import type { Transcript } from './transcript.ts';

const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'colophon_sample-1.0.0.tar.gz';
const WORKFLOW = `https://github.com/${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0.0`;
const ISSUER = 'https://token.actions.githubusercontent.com';
const IDENTITY = ['--cert-identity', WORKFLOW, '--cert-oidc-issuer', ISSUER];

// A released package on the index of the sandbox, and a folder `w` with the files as somebody downloaded them.
let stage: Stage;
let index: string[];

beforeAll(async () => {
  stage = await openStage();
  await writeDists(stage);
  await mkdir(join(stage.folder, 'w'));
  for (const name of [WHEEL, SDIST])
    await copyFile(join(stage.folder, 'dist', name), join(stage.folder, 'w', name));
  await stage.run(['release']);
  index = ['--index', stage.sandbox.index.simpleUrl];
});
afterAll(() => stage.close());

/** What a transcript shows, without what every run of the sandbox makes anew. */
const shown = ({ text }: Transcript) =>
  text
    .replaceAll(/\(index \d+\)/g, '(index [INDEX])')
    .replaceAll(/ is \S*trust_config\.json/g, ' is [TRUST]');

// Inside there is no network, and nothing of the stage but what was carried over.
const inside = (...argv: string[]) =>
  stage.run(['--offline', '--trusted-root', 'root.json', ...argv, '--publisher', PUBLISHER], {
    COLOPHON_TRUST_CONFIG: '',
  });

/** Two release managers, each with an issuer. */
const people = (first: string, second: string) =>
  `--cert-identity hugo@python.org --cert-oidc-issuer ${first} --cert-identity ${WORKFLOW} --cert-oidc-issuer ${second}`.split(
    ' ',
  );

describe('journey 9: release tarballs as CPython signs them', () => {
  const [TGZ, XZ] = ['Python-3.15.0.tgz', 'Python-3.15.0.tar.xz'];

  beforeAll(async () => {
    for (const name of [TGZ, XZ]) await writeText(stage, name, `the bytes of ${name}`);
    await stage.run(['sign', '--detached', TGZ, XZ]);
  });

  it('verifies by the bundle beside the file', async () => {
    expect(shown(await stage.run(['verify', TGZ, ...IDENTITY]))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: Python-3.15.0.tgz  signature by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, timestamped [TIME] (index [INDEX])
      --- stderr
      1 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('pairs two managers and two issuers by position, never crosswise', async () => {
    const login = 'https://github.com/login/oauth';
    expect(await stage.run(['verify', TGZ, XZ, ...people(login, ISSUER)])).toMatchObject({ status: 0 });
    const crossed = await stage.run(['verify', TGZ, ...people(ISSUER, login)]);
    expect(shown(crossed)).toMatchInlineSnapshot(`
      "exit 30
      --- stdout
      FAIL: Python-3.15.0.tgz  [ERR_IDENTITY] Python-3.15.0.tgz.sigstore.json: the identity is "https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0", not "hugo@python.org"
      --- stderr
      error[ERR_IDENTITY]: Python-3.15.0.tgz.sigstore.json: the identity is "https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0", not "hugo@python.org"

      hint: \`colophon inspect FILE\` shows who signed; is that whom you expect?
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_identity
      0 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });
});

describe('journey 10: a downloaded wheel', () => {
  const demands = ['--repository', REPOSITORY, '--workflow', 'release.yml', '--ref', 'refs/tags/v{version}'];

  it('is verified by what the index has of it', async () => {
    expect(shown(await stage.run(['verify', 'pypi', 'w/', ...demands, ...index]))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: w/colophon_sample-1.0.0-py3-none-any.whl  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      OK: w/colophon_sample-1.0.0.tar.gz  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      --- stderr
      2 of 2 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('has no evidence beside it, and is told where to look', async () => {
    expect(shown(await stage.run(['verify', 'w/*.whl', ...demands]))).toMatchInlineSnapshot(`
      "exit 31
      --- stdout
      NONE: w/colophon_sample-1.0.0-py3-none-any.whl  [ERR_NO_EVIDENCE] no evidence lies beside it
      --- stderr
      nothing was verified
      error[ERR_NO_EVIDENCE]: w/colophon_sample-1.0.0-py3-none-any.whl: no evidence lies beside it

      hint: is the file from an index? \`colophon verify pypi\` fetches the evidence
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_evidence
      0 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('of another environment is refused', async () => {
    const run = await stage.run([
      'verify',
      'pypi',
      'w/',
      ...demands,
      '--environment',
      'pypi-release',
      ...index,
    ]);
    expect(run).toMatchObject({ status: 30, stderr: expect.stringContaining('error[ERR_CLAIM]') });
  });
});

describe('journey 11: every file of a release', () => {
  it('is verified by the digests of the index, with nothing downloaded', async () => {
    const run = await stage.run([
      'verify',
      'pypi',
      'colophon-sample==1.0.0',
      '--publisher',
      PUBLISHER,
      ...index,
    ]);
    expect(shown(run)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: colophon_sample-1.0.0-py3-none-any.whl  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      OK: colophon_sample-1.0.0.tar.gz  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      --- stderr
      2 of 2 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('is inspected first where nobody knows whom to demand', async () => {
    const { status, stdout } = await stage.run(['inspect', 'colophon-sample==1.0.0', ...index]);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/\bverified\b(?!:)(?<!was verified)/);
    const [command] = /colophon verify pypi .*$/m.exec(stdout) ?? [''];
    expect(command).toContain(`--publisher ${PUBLISHER} --ref refs/tags/v1.0.0`);
    expect(await stage.run(command.split(' ').slice(1))).toMatchObject({ status: 0 });
  });
});

describe('journey 12: an air gap', () => {
  beforeAll(async () => {
    const argv = ['verify', 'pypi', 'colophon-sample==1.0.0', '--publisher', PUBLISHER, ...index];
    await stage.run([...argv, '--download', 'carry']);
    await stage.run(['trust', 'export', '--output', 'root.json']);
  });
  it('is crossed by files with their provenance, and the root', async () => {
    expect(shown(await inside('verify', `carry/${SDIST}`))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: carry/colophon_sample-1.0.0.tar.gz  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      --- stderr
      1 of 1 verified; the trusted root is root.json
      "
    `);
  });

  it('is crossed by a digest and a provenance object', async () => {
    const listing = await stage.run(['verify', `carry/${SDIST}`, '--publisher', PUBLISHER, '--json']);
    const { sha256 } = JSON.parse(listing.stdout).files[0];
    const argv = [
      'verify',
      `sha256:${sha256}`,
      '--filename',
      SDIST,
      '--provenance',
      `carry/${SDIST}.provenance`,
    ];
    expect(shown(await inside(...argv))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: sha256:[SHA256]  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, logged [TIME] (index [INDEX])
      --- stderr
      1 of 1 verified; the trusted root is root.json
      "
    `);
  });
});

describe('journey 13: a private Sigstore', () => {
  it('signs and verifies with one file, and never with half of it', async () => {
    await writeText(stage, 'app.bin', 'an application');
    const corp = (...argv: string[]) => stage.run(argv, { COLOPHON_TRUST_CONFIG: '' });
    const config = ['--trust-config', stage.environment['COLOPHON_TRUST_CONFIG'] ?? ''];
    const half = await corp('--trusted-root', 'trust/trusted_root.json', 'sign', 'app.bin');
    expect(half).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--signing-config go together'),
    });
    expect(await corp(...config, 'sign', 'app.bin')).toMatchObject({ status: 0 });
    expect(await corp(...config, 'verify', 'app.bin', ...IDENTITY)).toMatchObject({ status: 0 });
  });
});

describe('journey 13: an instance by its TUF repository', () => {
  it('is trusted once, and signs and verifies from then on', async () => {
    await writeText(stage, 'tuf.bin', 'another application');
    const url = stage.sandbox.urls.tuf;
    const corp = (...argv: string[]) => stage.run(argv, { COLOPHON_TRUST_CONFIG: '' });
    const unknown = await corp('--instance', url, 'sign', 'tuf.bin');
    expect(unknown).toMatchObject({ status: 32, stderr: expect.stringContaining('ERR_UNKNOWN_INSTANCE') });
    expect(await corp('trust', 'add', url, 'trust/root.json')).toMatchObject({ status: 0 });
    expect(await corp('--instance', url, 'sign', 'tuf.bin')).toMatchObject({ status: 0 });
    expect(await corp('--instance', url, 'verify', 'tuf.bin', ...IDENTITY)).toMatchObject({ status: 0 });
    const offline = ['--instance', url, '--offline', 'verify', 'tuf.bin', ...IDENTITY, '--json'];
    const { status, stdout } = await corp(...offline);
    expect([status, JSON.parse(stdout).trust]).toEqual([
      0,
      expect.objectContaining({ kind: 'tuf', ageDays: 0 }),
    ]);
  });
});

describe('journey 14: GitHub’s store', () => {
  let server: Server;
  let github: Record<string, string>;

  beforeAll(async () => {
    await mkdir(join(stage.folder, 'store'));
    await stage.run(['attest', `w/${WHEEL}`, '--format', 'bundle', '--output-directory', 'store']);
    const bundle = JSON.parse(
      await readFile(join(stage.folder, 'store', `${WHEEL}.publish.sigstore.json`), 'utf8'),
    );
    server = createServer((request, response) => {
      const known = request.url?.startsWith(`/repos/${REPOSITORY}/attestations/sha256:`) === true;
      response.writeHead(known ? 200 : 404).end(JSON.stringify({ attestations: known ? [{ bundle }] : [] }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    github = { GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });
  afterAll(() => void server.close());

  it('gives the attestations of a file without a login', async () => {
    const argv = ['verify', `w/${WHEEL}`, '--from', `github:${REPOSITORY}`, '--repository', REPOSITORY];
    expect(shown(await stage.run(argv, github))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      OK: w/colophon_sample-1.0.0-py3-none-any.whl  publish attestation by github:octo-org/sampler/release.yml@refs/tags/v1.0.0, timestamped [TIME] (index [INDEX])
      --- stderr
      1 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('has nothing in a repository that it does not show', async () => {
    const argv = ['verify', `w/${WHEEL}`, '--from', 'github:octo-org/secret', '--repository', REPOSITORY];
    expect(shown(await stage.run(argv, github))).toMatchInlineSnapshot(`
      "exit 31
      --- stdout
      NONE: w/colophon_sample-1.0.0-py3-none-any.whl  [ERR_NO_EVIDENCE] no evidence of octo-org/secret is in GitHub’s store (a private repository needs GH_TOKEN)
      --- stderr
      nothing was verified
      error[ERR_NO_EVIDENCE]: w/colophon_sample-1.0.0-py3-none-any.whl: no evidence of octo-org/secret is in GitHub’s store (a private repository needs GH_TOKEN)

      hint: is the file from an index? \`colophon verify pypi\` fetches the evidence
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_evidence
      0 of 1 verified; the trusted root is [TRUST]
      "
    `);
  });

  it('is read from a file that gh wrote', async () => {
    const bundle = `store/${WHEEL}.publish.sigstore.json`;
    await stage.run(['convert', bundle, '--to', 'jsonl', '--output', 'of-gh.jsonl']);
    const argv = ['verify', `w/${WHEEL}`, '--bundle', 'of-gh.jsonl', '--repository', REPOSITORY];
    expect(await stage.run(argv)).toMatchObject({ status: 0 });
  });
});

describe('journey 15: a packager', () => {
  it('keeps the verdict, and the signature in the form that sigstore verify reads', async () => {
    const demands = ['--publisher', PUBLISHER, '--ref', 'refs/tags/v{version}'];
    const verdict = await stage.run(['verify', 'pypi', `w/${SDIST}`, ...demands, ...index, '--json']);
    expect(JSON.parse(verdict.stdout)).toMatchObject({
      schema: 'colophon.verify/1',
      status: 0,
      files: [{ outcome: 'verified', accepted: [{ signer: { issuer: ISSUER } }] }],
    });
    const output = `debian/upstream/${SDIST}.sigstore.json`;
    const argv = ['convert', `pypi:${SDIST}`, '--to', 'bundle', '--output', output, ...index];
    expect(shown(await stage.run(argv))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      warning: colophon_sample-1.0.0.tar.gz, provenance from http://localhost:[PORT]/simple/, attestation 1 of publisher 1: left out: the publisher that the index names, which nobody signed
      wrote [TMP]/debian/upstream/colophon_sample-1.0.0.tar.gz.sigstore.json
      "
    `);
    const verify = ['verify', 'github', `w/${SDIST}`, '--bundle', output, '--repository', REPOSITORY];
    expect(await stage.run(verify)).toMatchObject({ status: 0, stderr: `OK: w/${SDIST}\n` });
  });
});

describe('journey 16: every night, many files', () => {
  it('does not hide an index that is down behind files without evidence', async () => {
    await mkdir(join(stage.folder, 'wheelhouse'));
    await copyFile(join(stage.folder, 'w', WHEEL), join(stage.folder, 'wheelhouse', WHEEL));
    await copyFile(
      join(stage.folder, 'w', WHEEL),
      join(stage.folder, 'wheelhouse', 'other-1.0-py3-none-any.whl'),
    );
    stage.sandbox.faults.add({
      service: 'index',
      path: '/simple/other/',
      times: 100,
      fault: { kind: 'status', status: 503 },
    });
    const argv = ['verify', 'pypi', 'wheelhouse/', '--publisher', PUBLISHER, ...index];
    const run = await stage.run([...argv, '--json', '--time-budget', '1']);
    stage.sandbox.faults.clear();
    expect(run.status).toBe(42);
    expect(
      JSON.parse(run.stdout).files.map(({ outcome, retry }: Record<string, unknown>) => [outcome, retry]),
    ).toEqual([
      ['verified', false],
      ['error', true],
    ]);
  });
});

describe('journey 17: coming from other tools', () => {
  beforeAll(async () => {
    await writeText(stage, 'notes.txt', 'signed as with sigstore-python');
    await stage.run(['sign', 'notes.txt']);
  });

  it('sigstore verify identity', async () => {
    expect(shown(await stage.run(['verify', 'identity', 'notes.txt', ...IDENTITY]))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      OK: notes.txt
      "
    `);
  });

  it('sigstore verify github', async () => {
    const argv = ['verify', 'github', 'notes.txt', '--repository', REPOSITORY, '--ref'];
    expect(await stage.run([...argv, 'refs/tags/v1.0.0'])).toMatchObject({ status: 0 });
    expect(shown(await stage.run([...argv, 'refs/tags/v2.0.0']))).toMatchInlineSnapshot(`
      "exit 30
      --- stdout
      --- stderr
      FAIL: notes.txt
      error[ERR_CLAIM]: notes.txt.sigstore.json: the source-repository-ref is "refs/tags/v1.0.0", not "refs/tags/v2.0.0"

      hint: \`colophon inspect FILE\` shows ref, commit, trigger and environment
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_claim
      "
    `);
  });

  it('cosign verify-blob-attestation', async () => {
    const identity = ['--certificate-identity', WORKFLOW, '--certificate-oidc-issuer', ISSUER];
    const bundle = ['--bundle', 'notes.txt.sigstore.json'];
    expect(await stage.run(['verify', ...bundle, ...identity, 'notes.txt'])).toMatchObject({ status: 0 });
  });

  it('pypi-attestations verify and convert', async () => {
    await stage.run(['convert', `pypi:${WHEEL}`, '--to', 'bundle', '--output', 'b.json', ...index]);
    const made = await stage.run(['convert', 'b.json', '--to', 'pep740', '--output', 'b.attestation']);
    expect(shown(made)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      wrote [TMP]/b.attestation
      "
    `);
    const verify = ['verify', `w/${WHEEL}`, '--attestation', 'b.attestation', ...IDENTITY];
    expect(await stage.run(verify)).toMatchObject({ status: 0 });
    const url = ['--repository', `https://github.com/${REPOSITORY}`];
    expect(await stage.run(['verify', 'pypi', ...url, `pypi:${WHEEL}`, ...index])).toMatchObject({
      status: 0,
    });
    await rm(join(stage.folder, 'b.attestation'));
  });
});
