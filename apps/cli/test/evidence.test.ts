// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { findEvidence, readEvidence } from '../src/evidence/evidence.ts';
import { openWorld, PRODUCTION } from './support/world.ts';

const HEX = 'ab'.repeat(32);
const DIST = 'x-1.0.tar.gz';

async function found(...names: string[]): Promise<string[]> {
  const world = openWorld();
  for (const name of [DIST, ...names]) world.write(name, '');
  return (await findEvidence(world.path(DIST), HEX)).map((path) => basename(path));
}

describe('the evidence beside a file', () => {
  it.each([
    `${DIST}.sigstore.json`,
    `${DIST}.sigstore`,
    `${DIST}.cyclonedx.sigstore.json`,
    `${DIST}.publish.attestation`,
    `${DIST}.slsa.attestation`,
    `${DIST}.provenance`,
    `sha256:${HEX}.jsonl`,
    `sha256-${HEX}.jsonl`,
  ])('is %s', async (name) => {
    // Windows has no colon in file names.
    if (process.platform === 'win32' && name.includes(':')) return;
    expect(await found(name)).toEqual([name]);
  });

  it.each([
    `${DIST}.attestation`,
    `${DIST}.other.attestation`,
    `${DIST}.sig`,
    `${DIST}.sigstore.json.bak`,
    `x-1.0.tar.gz2.provenance`,
    `sha256-${'cd'.repeat(32)}.jsonl`,
    `sha256:${HEX}.json`,
    'x-1.0.tar.sigstore.json',
  ])('is not %s', async (name) => {
    if (process.platform === 'win32' && name.includes(':')) return;
    expect(await found(name)).toEqual([]);
  });

  it('is that of the file with the longest name', async () => {
    expect(await found(`${DIST}.zip`, `${DIST}.zip.provenance`, `${DIST}.provenance`)).toEqual([
      `${DIST}.provenance`,
    ]);
  });

  it('is a conflict with both spellings of a bundle', async () => {
    await expect(found(`${DIST}.sigstore`, `${DIST}.sigstore.json`)).rejects.toMatchObject({
      code: 'ERR_EVIDENCE_CONFLICT',
    });
  });
});

describe.runIf(haveVectors)('an evidence file', () => {
  const SDIST = 'pypi_attestations-0.0.19.tar.gz';
  const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
  const line = () => JSON.stringify(JSON.parse(readVector(`pep740/${MODELS}.sigstore`).toString()));

  it.each([
    [`${SDIST}.publish.attestation`, 'x.publish.attestation', 'pep740'],
    [`${SDIST}.provenance`, 'x.provenance', 'pep740'],
    [`${MODELS}.sigstore`, 'x.sigstore', 'bundle'],
    [`${MODELS}.sigstore`, 'x.sigstore.json', 'bundle'],
  ])('%s is read by its name %s', async (vector, name, kind) => {
    const world = openWorld();
    world.copy([vector, name]);
    expect(await readEvidence(world.path(name))).toMatchObject({ name, evidence: [{ kind }] });
  });

  it('may hold a bundle on each line', async () => {
    const world = openWorld();
    world.write('x.jsonl', `${line()}\n\n${line()}\n`);
    expect(await readEvidence(world.path('x.jsonl'), 'bundle')).toMatchObject({
      evidence: [{ name: 'x.jsonl, line 1' }, { name: 'x.jsonl, line 3' }],
    });
    world.write('y.jsonl', `${line()}\n[]\n`);
    expect(await readEvidence(world.path('y.jsonl'))).toMatchObject({
      error: { code: 'ERR_JSON_KIND', message: expect.stringMatching(/^y\.jsonl: line 2: not a /) },
    });
  });

  it.each([
    ['x.provenance', '{"version":2,"attestation_bundles":[]}', 'ERR_PROVENANCE'],
    ['x.publish.attestation', '[]', 'ERR_JSON_KIND'],
    ['x.sigstore', '', 'ERR_JSON'],
    ['x.jsonl', '{}', 'ERR_JSON_KIND'],
    ['missing.sigstore', undefined, 'ERR_READ_FILE'],
  ])('that cannot be read keeps its reason: %s', async (name, text, code) => {
    const world = openWorld();
    if (text !== undefined) world.write(name, text);
    expect(await readEvidence(world.path(name))).toMatchObject({
      name,
      error: { code, message: expect.stringContaining(name) },
    });
  });
});

const lineOf = (vector: string) => JSON.stringify(JSON.parse(readVector(vector).toString()));

const lay = (...vectors: string[]) => {
  const world = openWorld();
  world.write('a.txt', readVector('conformance/a.txt'));
  world.write('b.txt', 'another');
  world.write('all.jsonl', vectors.map(lineOf).join('\n'));
  const who = ['prefix-dev/sigstore-example', 'sigstore-conformance/extremely-dangerous-public-oidc-beacon'];
  const publishers = who.flatMap((repository) => ['--publisher', `github:${repository}`]);
  return (...argv: string[]) =>
    world.run('verify', ...argv, '--bundle', 'all.jsonl', ...publishers, ...PRODUCTION);
};

describe.runIf(haveVectors)('a JSONL file about many files', () => {
  const CASES = 'conformance/bundle-verify';
  const CONDA = '54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f';
  const STATEMENT = `${CASES}/happy-path-intoto-in-dsse-v3/bundle.sigstore.json`;
  const MESSAGE = `${CASES}/happy-path-v0.3/bundle.sigstore.json`;
  const PACKAGE = 'conda/conda-attestation.sigstore.json';

  it('serves each of them', async () => {
    const verify = lay(PACKAGE, STATEMENT, MESSAGE);
    expect(await verify('a.txt')).toMatchObject({
      status: 0,
      stdout: expect.not.stringContaining('counted'),
    });
    expect(await verify(`sha256:${CONDA}`, '--predicate-type', 'cep27')).toMatchObject({ status: 0 });
  });

  it('is no lack of evidence for one that it is not about', async () => {
    const { status, stdout } = await lay(PACKAGE, STATEMENT, MESSAGE)('a.txt', 'b.txt');
    expect([status, stdout]).toEqual([30, expect.stringMatching(/^OK: a\.txt .*^FAIL: b\.txt /ms)]);
  });

  it('hides nothing that is wrong with what it says of a file', async () => {
    const verify = lay(PACKAGE, MESSAGE, `${CASES}/signature-mismatch_fail/bundle.sigstore.json`);
    expect(await verify('a.txt')).toMatchObject({ status: 30 });
  });
});
