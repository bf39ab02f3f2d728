// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, writeDists, type Stage } from './stage.ts';

const IDENTITY = 'https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1.0.0';

describe('what colophon signs', () => {
  let stage: Stage;
  let bundle: Record<string, never>;

  beforeAll(async () => {
    stage = await openStage();
    const { wheel } = await writeDists(stage);
    await stage.run(['attest', wheel, '--format', 'both']);
    bundle = JSON.parse(await readFile(join(stage.folder, `${wheel}.publish.sigstore.json`), 'utf8'));
  });
  afterAll(() => stage.close());

  // The libraries that the verdict rests on elsewhere are asked directly here, without a line of ours between.
  function judgeByStock(document: unknown): string | undefined {
    const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(stage.sandbox.trustedRoot)));
    return verifier.verify(toSignedEntity(bundleFromJSON(document))).identity?.subjectAlternativeName;
  }

  it('is verified by stock @sigstore/verify, with the identity of the job', () => {
    expect(judgeByStock(bundle)).toBe(IDENTITY);
  });

  it('is refused by it once a byte of the statement is another', () => {
    const altered = structuredClone(bundle) as { dsseEnvelope?: { payload: string } };
    const payload = Buffer.from(altered.dsseEnvelope?.payload ?? '', 'base64');
    payload[20] = (payload[20] ?? 0) ^ 1;
    if (altered.dsseEnvelope !== undefined) altered.dsseEnvelope.payload = payload.toString('base64');
    expect(() => judgeByStock(altered)).toThrowError(expect.objectContaining({ code: expect.any(String) }));
  });

  it('is one certificate and one log entry a file, whatever their number', async () => {
    const seen: string[] = [];
    const counting = await openStage({
      onExchange: ({ service, method }) => seen.push(`${method} ${service}`),
    });
    try {
      await writeDists(counting);
      seen.length = 0;
      expect((await counting.run(['attest', 'dist'])).status).toBe(0);
      expect(seen.filter((one) => one === 'POST fulcio')).toHaveLength(1);
      expect(seen.filter((one) => one === 'POST rekor')).toHaveLength(2);
    } finally {
      await counting.close();
    }
  });
});
