// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { IDENTITY, openSigningStage, type SigningStage } from './support/signing-stage.ts';

const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';
let stage: SigningStage;

beforeAll(async () => {
  stage = await openSigningStage();
  await writeSampleDists(stage.path('dist'));
});
afterAll(() => stage.close());
afterEach(async () => {
  for (const name of await stage.names())
    if (name !== 'dist') await rm(stage.path(name), { recursive: true });
});

const attest = (...argv: string[]) =>
  stage.run(['attest', `dist/${WHEEL}`, '--output-directory', 'o', ...argv]);

describe('attest', () => {
  it('writes a PEP 740 attestation by Rekor v1', async () => {
    expect(await attest()).toMatchObject({ status: 0, report: { schema: 'colophon.attest/1' } });
    const { transparencyEntries } = parseAttestation(await stage.read(`o/${WHEEL}.publish.attestation`));
    expect(transparencyEntries).toMatchObject([{ kindVersion: { kind: 'dsse', version: '0.0.1' } }]);
  });

  it('writes one signature in both forms', async () => {
    const { report } = await attest('--format', 'both');
    const names = [`${WHEEL}.publish.attestation`, `${WHEEL}.publish.sigstore.json`];
    expect(report['files']).toMatchObject([{ outputs: names.map((name) => stage.path(`o/${name}`)) }]);
    const attestation = parseAttestation(await stage.read(`o/${names[0]}`));
    const { content } = parseBundle(await stage.read(`o/${names[1]}`));
    expect(content.signature).toEqual(attestation.signature);
  });

  it.each(['publish.attestation', 'publish.sigstore.json'])(
    'writes what verify accepts: %s',
    async (suffix) => {
      await attest('--format', suffix.endsWith('.json') ? 'bundle' : 'pep740');
      const named = suffix.endsWith('.json') ? '--bundle' : '--attestation';
      const argv = ['verify', `dist/${WHEEL}`, named, `o/${WHEEL}.${suffix}`, ...IDENTITY];
      expect(await stage.run(argv)).toMatchObject({ status: 0 });
    },
  );

  it.each(['pep740', 'both'])('refuses Rekor v2 for %s, which cannot hold its timestamp', async (format) => {
    const run = await attest('--format', format, '--rekor-version', '2');
    expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
  });
});
