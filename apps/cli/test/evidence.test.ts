// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { findEvidence, readEvidence } from '../src/evidence/evidence.ts';
import { openWorld } from './support/world.ts';

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
