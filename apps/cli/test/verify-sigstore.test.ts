// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { haveVectors, readVector } from '@colophon/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY, openSigningStage, type SigningStage } from './support/signing-stage.ts';
import { openWorld, PRODUCTION, type World } from './support/world.ts';

const CASES = 'conformance/bundle-verify';
const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const ISSUER = 'https://token.actions.githubusercontent.com';
const BEACON_REPOSITORY = 'sigstore-conformance/extremely-dangerous-public-oidc-beacon';
const BEACON = `https://github.com/${BEACON_REPOSITORY}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main`;
const WHO = ['--cert-identity', BEACON, '--cert-oidc-issuer', ISSUER];
const MODELS_REPOSITORY = ['--repository', 'trailofbits/pypi-attestation-models'];

function withBundle(suffix = '.sigstore.json', name = 'happy-path-v0.3'): World {
  const world = openWorld();
  world.write('a.txt', readVector('conformance/a.txt'));
  world.write(`a.txt${suffix}`, readVector(`${CASES}/${name}/bundle.sigstore.json`));
  return world;
}

function withModels(): World {
  const world = openWorld();
  world.copy(MODELS, `${MODELS}.sigstore`);
  return world;
}

const github = (...argv: string[]) => withModels().run('verify', 'github', MODELS, ...argv, ...PRODUCTION);

describe.runIf(haveVectors)('verify identity', () => {
  it('finds the bundle, and says OK on stderr alone', async () => {
    const run = await withBundle().run('verify', 'identity', 'a.txt', ...WHO, ...PRODUCTION);
    expect(run).toEqual({ status: 0, stdout: '', stderr: 'OK: a.txt\n' });
  });

  it('finds a bundle by its old name, and says so', async () => {
    const run = await withBundle('.sigstore').run('verify', 'identity', 'a.txt', ...WHO, ...PRODUCTION);
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('this name is out of use') });
  });

  it('refuses to guess between two', async () => {
    const world = withBundle();
    world.write('a.txt.sigstore', '{}');
    const run = await world.run('verify', 'identity', 'a.txt', ...WHO, ...PRODUCTION);
    expect([run.status, run.stderr]).toEqual([21, expect.stringContaining('ERR_EVIDENCE_CONFLICT')]);
  });

  it('takes identity and issuer, and the bundle, from the environment', async () => {
    const world = withBundle('.elsewhere');
    const environment = {
      SIGSTORE_CERT_IDENTITY: BEACON,
      SIGSTORE_CERT_OIDC_ISSUER: ISSUER,
      SIGSTORE_BUNDLE: 'a.txt.elsewhere',
    };
    expect(await world.runWith(environment, 'verify', 'identity', 'a.txt', ...PRODUCTION)).toMatchObject({
      status: 0,
    });
    const flag = ['--cert-identity', 'someone@else'];
    const argv = ['verify', 'identity', 'a.txt', ...flag, ...PRODUCTION];
    expect(await world.runWith(environment, ...argv)).toMatchObject({ status: 30 });
  });

  it('goes on past a file that fails', async () => {
    const world = withBundle();
    world.write('b.txt', 'b');
    world.write('b.txt.sigstore.json', readVector(`${CASES}/happy-path-v0.3/bundle.sigstore.json`));
    const run = await world.run('verify', 'identity', 'b.txt', 'c.txt', 'a.txt', ...WHO, ...PRODUCTION);
    expect(run.status).toBe(30);
    expect(run.stderr.match(/^(?:OK|FAIL): .*$/gm)).toEqual(['FAIL: b.txt', 'FAIL: c.txt', 'OK: a.txt']);
  });

  it('verifies a digest by a bundle that is named', async () => {
    const digest = 'sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf';
    const argv = ['verify', 'identity', digest, '--bundle', 'a.txt.sigstore.json', ...WHO, ...PRODUCTION];
    expect(await withBundle().run(...argv)).toMatchObject({ status: 0, stderr: `OK: ${digest}\n` });
  });

  it('has no evidence where there is no bundle', async () => {
    const run = await withBundle('.other').run('verify', 'identity', 'a.txt', ...WHO, ...PRODUCTION);
    expect(run.status).toBe(31);
    expect(run.stderr).toMatch(/^nothing was verified\nFAIL: a\.txt\nerror\[ERR_NO_EVIDENCE\]/);
  });
});

describe.runIf(haveVectors)('verify github', () => {
  it('prints the statement alone on stdout', async () => {
    const { status, stdout, stderr } = await github(...MODELS_REPOSITORY);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`OK: ${MODELS}\n`)]);
    expect(JSON.parse(stdout)).toMatchObject({ _type: 'https://in-toto.io/Statement/v1' });
  });

  it.each([
    [['--ref', 'refs/tags/v0.0.4a2'], 0],
    [['--ref', 'refs/tags/v{version}'], 30],
    [['--trigger', 'release'], 0],
    [['--trigger', 'push'], 30],
    [['--name', 'Release'], 30],
    [['--sha', 'a'.repeat(40)], 30],
    [['--cert-identity', BEACON], 30],
  ])('holds the signature to %j: %i', async (argv, status) => {
    expect(await github(...MODELS_REPOSITORY, ...argv)).toMatchObject({ status });
  });

  it('holds it to the name of the workflow', async () => {
    const argv = ['verify', 'github', 'a.txt', '--repository', BEACON_REPOSITORY, ...PRODUCTION];
    const name = (text: string) => withBundle().run(...argv, '--name', text);
    expect(await name('Extremely dangerous OIDC beacon')).toMatchObject({ status: 0 });
    expect(await name('extremely dangerous oidc beacon')).toMatchObject({
      status: 30,
      stderr: expect.stringContaining('error[ERR_CLAIM]'),
    });
  });

  it('takes what it demands from the environment', async () => {
    const environment = {
      SIGSTORE_VERIFY_GITHUB_WORKFLOW_REPOSITORY: 'trailofbits/pypi-attestation-models',
      SIGSTORE_VERIFY_GITHUB_WORKFLOW_TRIGGER: 'push',
    };
    const argv = ['verify', 'github', MODELS, ...PRODUCTION];
    expect(await withModels().runWith(environment, ...argv)).toMatchObject({ status: 30 });
    expect(await withModels().runWith(environment, ...argv, '--trigger', 'release')).toMatchObject({
      status: 0,
    });
  });
});

describe('what they refuse on the command line', () => {
  const ANY = ['--cert-identity', 'a', '--cert-oidc-issuer', 'b'];
  it.each([
    ['nobody', ['verify', 'identity', 'a']],
    ['no issuer', ['verify', 'identity', 'a', '--cert-identity', 'a']],
    ['no file', ['verify', 'identity', ...ANY]],
    ['a bundle and a signature', ['verify', 'identity', 'a', '--bundle', 'b', '--signature', 'c', ...ANY]],
    ['one bundle for two files', ['verify', 'identity', 'a', 'b', '--bundle', 'c', ...ANY]],
    ['a signature without a network', ['verify', 'identity', 'a', '--signature', 'b', '--offline', ...ANY]],
    ['neither identity nor repository', ['verify', 'github', 'a', '--ref', 'refs/heads/main']],
    ['a flag of verify', ['verify', 'github', 'a', '--repository', 'o/r', '--publisher', 'github:o/r']],
  ])('%s', async (_what, argv) => {
    const { status, stderr } = await openWorld().run(...argv);
    expect([status, stderr]).toEqual([2, expect.stringContaining('error[ERR_USAGE]')]);
  });

  it.runIf(haveVectors)('a digest without evidence', async () => {
    const argv = ['verify', 'identity', `sha256:${'0'.repeat(64)}`, ...ANY, ...PRODUCTION];
    expect(await openWorld().run(...argv)).toMatchObject({ status: 2 });
  });
});

describe('a detached signature', () => {
  let stage: SigningStage;
  beforeAll(async () => {
    stage = await openSigningStage();
    await stage.write('a.txt', 'signed');
    await stage.run(['sign', 'a.txt', '--detached', '--rekor-version', '1']);
  });
  afterAll(() => stage.close());
  const verify = (...argv: string[]) => stage.run(['verify', 'identity', 'a.txt', ...argv, ...IDENTITY]);

  it('is verified with the entry that the log has of it', async () => {
    stage.taken();
    expect(await verify('--signature', 'a.txt.sig')).toMatchObject({ status: 0, stderr: 'OK: a.txt\n' });
    expect(stage.taken()).toEqual(['rekor POST /api/v1/log/entries/retrieve']);
  });

  it('is verified by verify too, where the flags name it', async () => {
    const digest = `sha256:${createHash('sha256').update('signed').digest('hex')}`;
    const both = ['--signature', 'a.txt.sig', '--certificate', 'a.txt.crt'];
    expect(await stage.run(['verify', 'a.txt', '--signature', 'a.txt.sig', ...IDENTITY])).toMatchObject({
      status: 0,
    });
    expect(await stage.run(['verify', digest, ...both, ...IDENTITY])).toMatchObject({ status: 0 });
    const half = await stage.run(['verify', digest, '--signature', 'a.txt.sig', ...IDENTITY]);
    expect(half).toMatchObject({ status: 2 });
  });

  it('is found by verify where nothing else lies beside the file', async () => {
    await stage.write('alone.txt', 'signed');
    await stage.write('alone.txt.sig', await stage.read('a.txt.sig'));
    const verifyAlone = (...argv: string[]) => stage.run(['verify', 'alone.txt', ...argv, ...IDENTITY]);
    expect(await verifyAlone()).toMatchObject({ status: 31 });
    await stage.write('alone.txt.crt', await stage.read('a.txt.crt'));
    stage.taken();
    expect(await verifyAlone('a.txt')).toMatchObject({
      status: 0,
      report: { files: [{ file: 'alone.txt' }, { file: 'a.txt', accepted: [{ form: 'bundle' }] }] },
    });
    expect(stage.taken()).toEqual(['rekor POST /api/v1/log/entries/retrieve']);
    expect(await verifyAlone('--offline')).toMatchObject({
      status: 31,
      stderr: expect.stringContaining('nothing but a detached signature lies beside it'),
    });
    expect(stage.taken()).toEqual([]);
    await stage.write('alone.txt', 'changed');
    expect(await verifyAlone()).toMatchObject({ status: 30 });
    await stage.write('alone.txt.sigstore.json', '{}');
    expect(await verifyAlone()).toMatchObject({
      status: 30,
      report: { files: [{ code: 'ERR_EVIDENCE_KIND' }] },
    });
  });

  it('is refused over another file', async () => {
    await stage.write('b.txt', 'not signed');
    const named = ['--signature', 'a.txt.sig', '--cert', 'a.txt.crt'];
    const run = await stage.run(['verify', 'identity', 'b.txt', ...named, ...IDENTITY]);
    expect([run.status, run.stderr]).toEqual([30, expect.stringContaining('error[ERR_EVIDENCE]')]);
  });

  it.each([
    ['signature', 'bad.sig', 'not base64'],
    ['certificate', 'bad.crt', '-----BEGIN CERTIFICATE-----\n'],
  ])('whose %s is broken is refused', async (flag, name, content) => {
    await stage.write(name, content);
    const run = await verify(`--${flag}`, name);
    expect([run.status, run.stderr]).toEqual([30, expect.stringContaining(`error[ERR_EVIDENCE]: ${name}`)]);
  });
});
