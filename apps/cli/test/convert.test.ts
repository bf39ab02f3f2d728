// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { parseAttestation, parseBundle, parseProvenance } from '@colophon/attestation';
import { haveVectors, readVector, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { startIndex } from './support/index-server.ts';
import { openWorld, PRODUCTION, STAGING, type World } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const DIGEST = 'c9709ce6fd5b67b59b4a28758cf14d3f411803c4b89b6068b1f1a8e4ee94c8ef';
const RELEASE = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
const OF_MODELS = ['--publisher', 'github:trailofbits/pypi-attestation-models/release.yml'];
const CONDA = 'conda/conda-attestation.sigstore.json';
const PERSON = [
  '--cert-identity',
  'william@yossarian.net',
  '--cert-oidc-issuer',
  'https://github.com/login/oauth',
];

const text = (world: World, name: string) => readFileSync(world.path(name), 'utf8');
const conformance = (name: string) =>
  readVectorText(`conformance/bundle-verify/${name}/bundle.sigstore.json`);

function withoutCheckpoint(): string {
  const bundle = JSON.parse(conformance('happy-path-v0.1'));
  delete bundle.verificationMaterial.tlogEntries[0].inclusionProof;
  return JSON.stringify(bundle);
}

describe.runIf(haveVectors)('convert, on real evidence', () => {
  it.each([
    [`${SDIST}.publish.attestation`, 'bundle', `${SDIST}.publish.sigstore.json`, RELEASE, PRODUCTION],
    [`${SDIST}.slsa.attestation`, 'bundle', `${SDIST}.slsa-provenance.sigstore.json`, RELEASE, PRODUCTION],
    [`${SDIST}.slsa.attestation`, 'provenance', `${SDIST}.provenance`, RELEASE, PRODUCTION],
    [`${SDIST}.provenance`, 'pep740', `${SDIST}.publish.attestation`, RELEASE, PRODUCTION],
    [`${MODELS}.sigstore`, 'pep740', `${MODELS}.publish.attestation`, OF_MODELS, PRODUCTION],
    [`${MODELS}.sigstore`, 'provenance', `${MODELS}.provenance`, OF_MODELS, PRODUCTION],
    [`${MODELS}.attestation`, 'jsonl', `sha256-${DIGEST}.jsonl`, OF_MODELS, PRODUCTION],
    [`${WHEEL}.sigstore`, 'pep740', `${WHEEL}.publish.attestation`, PERSON, STAGING],
  ])('%s as %s is %s, and verifies', async (...[source, to, made, identity, root]) => {
    const world = openWorld();
    mkdirSync(world.path('from'));
    mkdirSync(world.path('to'));
    world.copy([source, `from/${source}`]);
    const argv = ['convert', `from/${source}`, '--to', to, '--output-directory', 'to'];
    expect(await world.run(...argv)).toMatchObject({ status: 0, stdout: '' });
    expect(readdirSync(world.path('to'))).toContain(made);
    const dist = [SDIST, MODELS, WHEEL].find((name) => source.startsWith(name)) ?? '';
    world.copy([dist, `to/${dist}`]);
    expect(await world.run('verify', `to/${dist}`, ...identity, ...root)).toMatchObject({ status: 0 });
  });

  it('a bundle made of an attestation becomes that attestation again', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.publish.attestation`);
    const bundle = await world.run('convert', `${SDIST}.publish.attestation`, '--to', 'bundle');
    world.write('b.json', bundle.stdout);
    const back = await world.run('convert', 'b.json', '--to', 'pep740', '--output', '-');
    expect(back).toMatchObject({ status: 0, stderr: '' });
    expect(parseAttestation(back.stdout)).toEqual(
      parseAttestation(readVector(`pep740/${SDIST}.publish.attestation`)),
    );
  });

  it('a provenance object as JSONL is a bundle a line', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.provenance`, `${SDIST}.slsa.attestation`);
    const argv = ['convert', `${SDIST}.provenance`, `${SDIST}.slsa.attestation`, '--to', 'jsonl'];
    const { status, stdout, stderr } = await world.run(...argv);
    expect([status, stderr]).toEqual([
      0,
      `warning: ${SDIST}.provenance, attestation 1 of publisher 1: left out: the publisher that the index names, which nobody signed\n`,
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => parseBundle(line).version)).toEqual(['0.3', '0.3']);
  });

  it('--predicate-type takes one piece of several', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
    const argv = ['convert', `${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`, '--to', 'bundle'];
    expect(await world.run(...argv)).toMatchObject({ status: 2, stdout: '' });
    const one = await world.run(...argv, '--predicate-type', 'publish', '--output', 'b.json');
    expect(one).toMatchObject({ status: 0, stdout: '', stderr: 'wrote b.json\n' });
    expect(parseBundle(text(world, 'b.json'))).toMatchObject({ content: { kind: 'dsse' } });
    const none = await world.run(...argv, '--predicate-type', 'https://cyclonedx.org/bom');
    expect([none.status, none.stderr]).toEqual([31, expect.stringContaining('error[ERR_NO_EVIDENCE]')]);
  });

  it('two attestations of one file make one provenance object of one publisher', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
    const argv = [`${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`, '--to', 'provenance'];
    const { stdout } = await world.run('convert', ...argv);
    expect(parseProvenance(stdout).bundles).toEqual([
      {
        publisher: {
          kind: 'GitHub',
          repository: 'trailofbits/pypi-attestations',
          workflow: 'release.yml',
          environment: undefined,
        },
        attestations: [expect.anything(), expect.anything()],
      },
    ]);
  });

  it.each([
    ['a message signature', () => conformance('happy-path-v0.3'), 'pep740', 'message signature'],
    ['a predicate that no index takes', () => readVectorText(CONDA), 'pep740', 'another type'],
    ['an entry without a checkpoint', withoutCheckpoint, 'bundle', 'inclusion proof'],
  ])('%s is refused where the target cannot hold it', async (_what, source, to, words) => {
    const world = openWorld();
    world.write('x.json', source());
    const { status, stdout, stderr } = await world.run('convert', 'x.json', '--to', to);
    expect([status, stdout, stderr]).toEqual([
      21,
      '',
      expect.stringContaining('error[ERR_CONVERSION]: x.json'),
    ]);
    expect(stderr).toContain(words);
  });

  it.each(['bundle', 'jsonl', 'pep740', 'provenance'])(
    'a statement in no form is refused as %s',
    async (to) => {
      const world = openWorld();
      const bundle = JSON.parse(readVectorText(CONDA));
      bundle.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
      world.write('x.json', JSON.stringify(bundle));
      const { status, stderr } = await world.run('convert', 'x.json', '--to', to);
      expect([status, stderr]).toEqual([21, expect.stringContaining('error[ERR_CONVERSION]: x.json: ')]);
    },
  );

  it('a certificate in no form is refused as provenance', async () => {
    const world = openWorld();
    const attestation = JSON.parse(readVectorText(`pep740/${SDIST}.publish.attestation`));
    attestation.verification_material.certificate = Buffer.from('none').toString('base64');
    world.write('x.json', JSON.stringify(attestation));
    const { status, stderr } = await world.run('convert', 'x.json', '--to', 'provenance');
    expect([status, stderr]).toEqual([21, expect.stringContaining('error[ERR_CONVERSION]: x.json: ')]);
  });

  it('a signer who is no publisher is refused as provenance', async () => {
    const world = openWorld();
    world.copy(`${WHEEL}.publish.attestation`);
    const { status, stderr } = await world.run(
      'convert',
      `${WHEEL}.publish.attestation`,
      '--to',
      'provenance',
    );
    expect([status, stderr]).toEqual([21, expect.stringContaining('error[ERR_CONVERSION]')]);
  });

  it('says which parts were left out, on stderr and in the document of --json', async () => {
    const world = openWorld();
    const bundle = JSON.parse(readVectorText(`pep740/${MODELS}.sigstore`));
    bundle.verificationMaterial.timestampVerificationData = {
      rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }],
    };
    world.write(`${MODELS}.sigstore`, JSON.stringify(bundle));
    const argv = ['convert', `${MODELS}.sigstore`, '--to', 'pep740', '--output', 'a', '--json'];
    const { status, stdout, stderr } = await world.run(...argv);
    expect([status, stderr]).toEqual([0, expect.stringContaining('left out: its RFC 3161 timestamps')]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'colophon.convert/1',
      judged: false,
      outputs: [{ parts: [{ dropped: ['timestamps'] }] }],
    });
  });

  it('takes what an index serves for a file', async () => {
    const world = openWorld();
    const served = {
      filename: SDIST,
      bytes: new Uint8Array(),
      sha256: 'a'.repeat(64),
      provenance: readVector(`pep740/${SDIST}.provenance`),
    };
    const { root } = await startIndex({ 'pypi-attestations': [served] });
    const argv = [
      'convert',
      `pypi:${SDIST}`,
      '--to',
      'bundle',
      '--index',
      root,
      '--output',
      'b.sigstore.json',
    ];
    expect(await world.run(...argv)).toMatchObject({ status: 0 });
    expect(parseBundle(text(world, 'b.sigstore.json')).version).toBe('0.3');
  });

  it.each([
    ['happy-path-v0.1', 0],
    ['happy-path-v0.2', 0],
    ['happy-path-v0.3', 0],
    ['intoto-with-custom-trust-root', 1],
  ])('%s is upgraded to v0.3, with all that proves it, and without a network', async (name, timestamps) => {
    const world = openWorld();
    world.write('a.json', conformance(name));
    world.write('a.txt', readVector('conformance/a.txt'));
    const argv = ['convert', 'a.json', '--to', 'bundle', '--output', 'a.txt.sigstore.json', '--offline'];
    expect(await world.run(...argv)).toMatchObject({ status: 0, stdout: '' });
    const [old, upgraded] = [parseBundle(conformance(name)), parseBundle(text(world, 'a.txt.sigstore.json'))];
    expect(upgraded).toEqual({ ...old, version: '0.3' });
    expect(upgraded.timestamps).toHaveLength(timestamps);
    if (timestamps > 0) return;
    const who = ['--repository', 'sigstore-conformance/extremely-dangerous-public-oidc-beacon'];
    expect(await world.run('verify', 'github', 'a.txt', ...who, ...PRODUCTION)).toMatchObject({ status: 0 });
  });

  it('replaces an output only with --overwrite, and writes all or nothing', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.publish.attestation`);
    world.write('out', 'kept');
    const argv = ['convert', `${SDIST}.publish.attestation`, '--to', 'bundle', '--output', 'out'];
    expect(await world.run(...argv)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('ERR_OUTPUT_EXISTS'),
    });
    expect(text(world, 'out')).toBe('kept');
    expect(await world.run(...argv, '--overwrite')).toMatchObject({ status: 0 });
    world.write('broken.attestation', '{');
    const both = ['convert', `${SDIST}.publish.attestation`, 'broken.attestation', '--to', 'bundle'];
    expect(await world.run(...both, '--output-directory', 'made')).toMatchObject({ status: 21 });
    expect(existsSync(world.path('made'))).toBe(false);
  });
});

it.runIf(haveVectors).each(['*.attestation', '.'])('convert expands %s by itself', async (source) => {
  const world = openWorld();
  world.copy(SDIST, `${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
  world.write(`${SDIST}.sig`, 'no document');
  expect(await world.run('convert', source, '--to', 'bundle', '--output-directory', 'made')).toMatchObject({
    status: 0,
  });
  expect(readdirSync(world.path('made'))).toEqual([
    `${SDIST}.publish.sigstore.json`,
    `${SDIST}.slsa-provenance.sigstore.json`,
  ]);
});

describe('what convert refuses on the command line', () => {
  it.each([
    ['no source', ['--to', 'bundle']],
    ['no target', ['x.attestation']],
    ['an unknown target', ['x.attestation', '--to', 'xml']],
    ['two outputs', ['x.attestation', '--to', 'bundle', '--output', 'a', '--output-directory', 'b']],
    ['--overwrite of stdout', ['x.attestation', '--to', 'bundle', '--overwrite']],
    ['--json on the same stdout', ['x.attestation', '--to', 'bundle', '--json']],
    ['an index for local files', ['x.attestation', '--to', 'bundle', '--index', 'pypi']],
    ['an index without a network', ['pypi:x-1.0.tar.gz', '--to', 'bundle', '--offline']],
  ])('%s', async (_what, argv) => {
    const { status, stderr } = await openWorld().run('convert', ...argv);
    expect([status, stderr]).toEqual([2, expect.stringContaining('error[ERR_USAGE]')]);
  });

  it.each(['x.attestation', '*.attestation', 'x', '.'])('a source that is not there: %s', async (source) => {
    const run = await openWorld().run('convert', source, '--to', 'bundle');
    expect(run).toMatchObject({ status: 20, stderr: expect.stringContaining('error[ERR_NO_INPUT]') });
  });
});
