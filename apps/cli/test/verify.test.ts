// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it, vi } from 'vitest';
import { openWorld, PRODUCTION, STAGING, type World } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const GITLAB = 'gitlab_oidc_project-0.0.3.tar.gz';
const SAMPLE = 'sampleproject-3.0.0.tar.gz';
const SPT3G = 'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl';
const SPT3G_SWAPPED = 'spt3g-1.0-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl';
const SPT3G_DIGEST = 'sha256:d2772f9a5199f05ed1be8d9aa78b879e51772e3ead9d73fe8057257b1aec7cf8';

const RELEASE = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
const OF_MODELS = ['--publisher', 'github:trailofbits/pypi-attestation-models/release.yml'];
const OF_GITLAB = ['--publisher', 'gitlab:facutuesca/gitlab-oidc-project//.gitlab-ci.yml'];
const OF_SAMPLE = ['--service-account', '919436158236-compute@developer.gserviceaccount.com'];
const PERSON = [
  '--cert-identity',
  'william@yossarian.net',
  '--cert-oidc-issuer',
  'https://github.com/login/oauth',
];

interface Pair {
  readonly dist: string;
  readonly evidence: string;
  readonly identity: readonly string[];
  readonly root: readonly string[];
  readonly named?: readonly string[];
}

const pair = (dist: string, suffix: string, identity: readonly string[], root = PRODUCTION): Pair => ({
  dist,
  evidence: `${dist}${suffix}`,
  identity,
  root,
  // Early attestations are named outside today's rules.
  ...(suffix === '.attestation' ? { named: ['--attestation', `${dist}${suffix}`] } : {}),
});
const PAIRS: readonly Pair[] = [
  pair(SDIST, '.publish.attestation', RELEASE),
  pair(SDIST, '.slsa.attestation', RELEASE),
  pair(SDIST, '.provenance', RELEASE),
  pair(MODELS, '.attestation', OF_MODELS),
  pair(MODELS, '.sigstore', OF_MODELS),
  pair(GITLAB, '.publish.attestation', OF_GITLAB),
  pair(SAMPLE, '.publish.attestation', OF_SAMPLE),
  pair(WHEEL, '.attestation', PERSON, STAGING),
  pair(WHEEL, '.publish.attestation', PERSON, STAGING),
  pair(WHEEL, '.sigstore', PERSON, STAGING),
];
const KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
const titled = PAIRS.map((one) => [one.evidence, one] as const);

function lay(world: World, { dist, evidence, named = [] }: Pair): string[] {
  world.copy(dist, evidence);
  return ['verify', dist, ...named];
}

function flipped(name: string, at: number): Buffer {
  const bytes = readVector(`pep740/${name}`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe.runIf(haveVectors)('verify, on real evidence', () => {
  it.each(titled)('%s proves who published the file', async (_name, one) => {
    const world = openWorld();
    const { status, stdout } = await world.run(...lay(world, one), ...one.identity, ...one.root);
    expect([status, stdout.split(' ', 2).join(' ')]).toEqual([0, `OK: ${one.dist}`]);
  });

  it.each(titled)('%s is refused under the root of the other instance', async (_name, one) => {
    const world = openWorld();
    const other = one.root === PRODUCTION ? STAGING : PRODUCTION;
    const { status, stdout } = await world.run(...lay(world, one), ...one.identity, ...other);
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_CERTIFICATE_CHAIN]')]);
  });

  it.each(titled)('%s is refused for another publisher', async (_name, one) => {
    const world = openWorld();
    const wrong = ['--publisher', 'github:octo-org/sampler/release.yml'];
    const { status, stdout } = await world.run(...lay(world, one), ...wrong, ...one.root);
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_IDENTITY]')]);
  });

  it.each(titled)('%s is refused for a file with one byte changed', async (_name, one) => {
    const world = openWorld();
    const argv = lay(world, one);
    world.write(one.dist, flipped(one.dist, 100));
    const { status, stdout } = await world.run(...argv, ...one.identity, ...one.root);
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_SUBJECT_DIGEST]')]);
  });

  it.each(titled)('%s is refused for a file of another name', async (_name, one) => {
    const world = openWorld();
    const other = one.dist.replace(/-\d[^-]*?(?=\.tar|-)/, '-9.9');
    world.copy([one.dist, other], [one.evidence, one.evidence.replace(one.dist, other)]);
    const named = one.named === undefined ? [] : ['--attestation', one.evidence.replace(one.dist, other)];
    const { status, stdout } = await world.run('verify', other, ...named, ...one.identity, ...one.root);
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_SUBJECT_NAME]')]);
  });

  it.each([SPT3G, SPT3G_SWAPPED])('a digest is verified under the name %s', async (filename) => {
    const world = openWorld();
    world.copy([`${SPT3G}.publish.attestation`, 'a.attestation']);
    const argv = ['verify', SPT3G_DIGEST, '--filename', filename, '--attestation', 'a.attestation'];
    expect(await world.run(...argv, ...PERSON, ...STAGING)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^OK: sha256:/),
    });
  });

  it('the withdrawn form with Rekor v2 timestamps is broken evidence', async () => {
    const world = openWorld();
    const evidence = `${SDIST}.publish.attestation.with_rekor2_timestamp`;
    world.copy(SDIST, evidence);
    const { status, stdout } = await world.run(
      'verify',
      SDIST,
      '--attestation',
      evidence,
      ...RELEASE,
      ...PRODUCTION,
    );
    expect([status, stdout]).toEqual([30, expect.stringContaining('[ERR_EVIDENCE]')]);
  });

  it('a conda package is verified by its digest when its predicate type is demanded', async () => {
    const world = openWorld();
    world.write('c.json', readVector('conda/conda-attestation.sigstore.json'));
    const argv = [
      'verify',
      'sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f',
      '--bundle',
      'c.json',
      '--repository',
      'prefix-dev/sigstore-example',
      ...PRODUCTION,
    ];
    const type = ['--predicate-type', 'https://schemas.conda.org/attestations-publish-1.schema.json'];
    expect(await world.run(...argv, ...type)).toMatchObject({ status: 0 });
    expect(await world.run(...argv)).toMatchObject({ status: 31 });
  });
});

describe.runIf(haveVectors)('what verify takes for evidence', () => {
  const run = (world: World, ...argv: string[]) =>
    world.run('verify', SDIST, ...RELEASE, ...PRODUCTION, ...argv);

  it('refuses broken evidence beside good', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    world.write(`${SDIST}.slsa.attestation`, '{"version": 1');
    expect(await run(world)).toMatchObject({
      status: 30,
      stdout: `FAIL: ${SDIST}  [ERR_EVIDENCE_JSON] ${SDIST}.slsa.attestation: not a valid PEP 740 attestation: not valid JSON\n`,
    });
  });

  it('counts one signer’s evidence, and lists that of others of another type as not counted', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
    const { status, stdout } = await run(world, '--predicate-type', 'publish');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^OK: .*\n {2}not counted: \[ERR_PREDICATE_TYPE\]/),
    ]);
  });

  it('has no evidence where a demanded type is missing', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    const both = ['--predicate-type', 'publish', '--predicate-type', 'slsa-provenance'];
    expect(await run(world, ...both)).toMatchObject({
      status: 31,
      stdout: expect.stringMatching(/no evidence of type slsa-provenance/),
    });
  });

  it.each([
    ['{"version":1,"attestation_bundles":[]}'],
    ['{"version":1,"attestation_bundles":[{"publisher":{"kind":"Moon"},"attestations":[]}]}'],
  ])('does not pass a file whose provenance attests nothing: %s', async (provenance) => {
    const world = openWorld();
    world.copy(SDIST);
    world.write(`${SDIST}.provenance`, provenance);
    expect(await run(world)).toMatchObject({
      status: 31,
      stdout: expect.stringMatching(/holds no attestation/),
    });
  });

  it('refuses to guess between .sigstore and .sigstore.json', async () => {
    const world = openWorld();
    world.copy(MODELS, `${MODELS}.sigstore`, [`${MODELS}.sigstore`, `${MODELS}.sigstore.json`]);
    expect(await world.run('verify', MODELS, ...OF_MODELS, ...PRODUCTION)).toMatchObject({
      status: 21,
      stdout: expect.stringMatching(/\[ERR_EVIDENCE_CONFLICT\]/),
    });
  });

  it('finds a bundle by its own name, by a type’s and by the digest’s', async () => {
    const digest = 'c9709ce6fd5b67b59b4a28758cf14d3f411803c4b89b6068b1f1a8e4ee94c8ef';
    for (const name of [
      `${MODELS}.sigstore.json`,
      `${MODELS}.publish.sigstore.json`,
      `sha256-${digest}.jsonl`,
    ]) {
      const world = openWorld();
      world.copy(MODELS);
      world.write(name, JSON.stringify(JSON.parse(readVector(`pep740/${MODELS}.sigstore`).toString())));
      expect(await world.run('verify', MODELS, ...OF_MODELS, ...PRODUCTION)).toMatchObject({ status: 0 });
    }
  });

  it('leaves evidence of a file with a longer name to that file', async () => {
    const world = openWorld();
    world.copy([MODELS, 'pypi_attestation_models-0.0.4a2.tar'], MODELS, `${MODELS}.sigstore`);
    const { stdout } = await world.run(
      'verify',
      'pypi_attestation_models-0.0.4a2.tar',
      ...OF_MODELS,
      ...PRODUCTION,
    );
    expect(stdout).toMatch(/^NONE/);
  });

  it('does not look beside the file where evidence is named', async () => {
    const world = openWorld();
    world.copy(SDIST, [`${SDIST}.provenance`, 'elsewhere.json']);
    world.write(`${SDIST}.publish.attestation`, 'broken');
    expect(await run(world, '--provenance', 'elsewhere.json')).toMatchObject({ status: 0 });
  });

  it.each([
    ['a folder', ['.'], 0],
    ['a glob', ['*.tar.gz*'], 0],
    ['the evidence too', [SDIST, `${SDIST}.publish.attestation`], 0],
    ['only the evidence', [`${SDIST}.publish.attestation`], 20],
  ])('takes %s as operand', async (_what, operands, status) => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    expect(await world.run('verify', ...operands, ...RELEASE, ...PRODUCTION)).toMatchObject({ status });
  });

  it('refuses a half-finished download in a folder', async () => {
    const world = openWorld();
    mkdirSync(world.path('dist'));
    world.copy([SDIST, `dist/${SDIST}.part`]);
    expect(await world.run('verify', 'dist', ...RELEASE, ...PRODUCTION)).toMatchObject({ status: 21 });
  });

  it('reads paths from a file', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    world.write('list', `${SDIST}\n\n`);
    const argv = ['verify', '--files-from', 'list', ...RELEASE, ...PRODUCTION];
    expect(await world.run(...argv)).toMatchObject({ status: 0 });
  });
});

describe('what verify refuses on the command line', () => {
  const ANY = ['--publisher', 'github:o/r'];
  it.each([
    ['no file', ANY],
    ['a malformed digest', ['sha256:abc', ...ANY]],
    ['a file name without a digest', ['x.whl', '--filename', 'x.whl', ...ANY]],
    [
      'evidence named for two files',
      ['sha256:' + '0'.repeat(64), 'sha256:' + '1'.repeat(64), '--attestation', 'b', ...ANY],
    ],
    ['a bundle named twice', ['x.whl', '--bundle', 'a', '--bundle', 'b', ...ANY]],
    ['an unknown flag', ['x.whl', '--frobnicate', ...ANY]],
    ['an unknown origin', ['x.whl', '--from', 'moon', ...ANY]],
    ['an origin without a repository', ['x.whl', '--from', 'github', '--service-account', 'a@b']],
    ['a repository outside of its path', ['x.whl', '--from', 'github:../x', ...ANY]],
    ['an origin without a network', ['x.whl', '--from', 'github', '--offline', ...ANY]],
    ['an origin and evidence that is named', ['x.whl', '--from', 'github', '--bundle', 'b', ...ANY]],
    ['a signature and a bundle', ['x.whl', '--signature', 's', '--bundle', 'b', ...ANY]],
    ['a signature without a network', ['x.whl', '--signature', 's', '--offline', ...ANY]],
    ['an index without --from pypi', ['x.whl', '--index', 'testpypi', ...ANY]],
    ['a key and an identity', ['x.whl', '--key', 'key.pub', ...ANY]],
    ['a key and an environment of the name false', ['x.whl', '--key', 'key.pub', '--environment', 'false']],
    ['standard input and a file', ['x.whl', '-', '--bundle', 'b', ...ANY]],
    ['an empty value', ['x.whl', '--ref', '', ...ANY]],
  ])('%s', async (_what, argv) => {
    const world = openWorld();
    world.write('key.pub', KEY);
    expect(await world.run('verify', ...argv)).toMatchObject({ status: 2, stdout: '' });
  });

  it.skipIf(!haveVectors)(
    'a file that does not exist is no input, and a digest without evidence has none',
    async () => {
      const world = openWorld();
      expect(await world.run('verify', 'x.whl', ...ANY, ...PRODUCTION)).toMatchObject({ status: 20 });
      expect(await world.run('verify', `sha256:${'0'.repeat(64)}`, ...ANY, ...PRODUCTION)).toMatchObject({
        status: 31,
      });
    },
  );
});

it.runIf(haveVectors)('verify opens no socket without a network, nor with a root of its own', async () => {
  const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(() => {
    throw new Error('a socket was opened');
  });
  try {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.provenance`);
    for (const more of [['--offline'], PRODUCTION])
      expect(await world.run('verify', SDIST, ...RELEASE, ...more)).toMatchObject({ status: 0 });
    expect(connect).not.toHaveBeenCalled();
    // The trap works: what needs an index runs into it.
    await world.run(
      'verify',
      'pypi',
      'x==1',
      '--index',
      'http://127.0.0.1:9/',
      '--time-budget',
      '1',
      ...RELEASE,
    );
    expect(connect).toHaveBeenCalled();
  } finally {
    connect.mockRestore();
  }
});
