// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

/** Certificates live for ten minutes, tokens for less; a certificate is no longer begun with in its last minute. */
const NEARLY_ITS_LIFE_MS = 570_000;
const FILES = 80;

let stage: SigningStage;
let logged = 0;

beforeAll(async () => {
  stage = await openSigningStage({
    onExchange: ({ service, method }) => {
      if (service !== 'rekor' || method !== 'POST') return;
      logged += 1;
      if (logged === FILES / 4) stage.sandbox.clock.advance(NEARLY_ITS_LIFE_MS);
    },
  });
});
afterAll(() => stage.close());

async function signAll(...argv: string[]) {
  const names = Array.from({ length: FILES }, (_, index) => `file-${index}`);
  for (const name of names) await stage.write(name, name);
  logged = 0;
  stage.taken();
  const run = await stage.run(['sign', ...names, '--overwrite', '--rekor-version', '1', ...argv]);
  return { ...run, files: run.report['files'] as { status: number; code?: string; file: string }[] };
}

describe('a batch that outlasts its certificate', () => {
  it('goes on with another certificate, by another token', async () => {
    const { status, files } = await signAll();
    expect(status).toBe(0);
    expect(files).toHaveLength(FILES);
    const orders = stage.taken().filter((line) => line.startsWith('fulcio'));
    expect(orders).toHaveLength(2);
  });

  it('keeps what is finished when the token was handed over and cannot be renewed, lists the rest, and says 43', async () => {
    const { status, files } = await signAll('--identity-token', await stage.sandbox.issueToken());
    const done = files.filter((file) => file.status === 0);
    const rest = files.filter((file) => file.status !== 0);
    expect(status).toBe(43);
    expect(done.length + rest.length).toBe(FILES);
    expect(done.length).toBeGreaterThan(FILES / 4 - 1);
    expect(new Set(rest.map(({ code }) => code))).toEqual(new Set(['ERR_TOKEN_EXPIRED']));
    for (const { file } of done) expect(await stage.names()).toContain(`${file}.sigstore.json`);
  });
});
