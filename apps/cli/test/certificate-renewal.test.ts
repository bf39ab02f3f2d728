// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

/** Certificates live for ten minutes, tokens for less; a certificate is no longer begun with in its last minute. */
const NEARLY_ITS_LIFE_MS = 570_000;
const FILES = 80;

let stage: SigningStage;
let logged = 0;
/** What happens, once, when a service refuses. */
let struck: (() => void) | undefined;

beforeAll(async () => {
  stage = await openSigningStage({
    onExchange: ({ service, method, status }) => {
      if (status === 503) struck?.();
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
  const command = ['sign', ...names, '--overwrite', '--rekor-version', '1', ...argv];
  // In one process with its services, and on whatever machine: so many files at once take their time.
  const run = await stage.run(command, { budget: 60 });
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

function count(lines: readonly string[], service: string): number {
  return lines.filter((line) => line.startsWith(service)).length;
}

describe('a service that is so slow that the certificate ends meanwhile', () => {
  /** All of a certificate's life, and more. */
  const LONG_MS = 700_000;

  async function signSlowly(service: 'rekor' | 'rekorV2' | 'tsa', ...argv: string[]) {
    const { faults, clock } = stage.sandbox;
    await stage.write('slow.txt', 'slow');
    stage.taken();
    faults.add({ service, times: 1, fault: { kind: 'status', status: 503 } });
    struck = () => clock.advance(LONG_MS);
    return stage.run(['sign', 'slow.txt', '--overwrite', ...argv]);
  }

  it('has the file timestamped anew with another certificate, and logs nothing of the first', async () => {
    expect(await signSlowly('tsa')).toMatchObject({ status: 0 });
    const asked = stage.taken();
    expect([count(asked, 'fulcio'), count(asked, 'tsa'), count(asked, 'rekorV2')]).toEqual([2, 3, 1]);
  });

  it('has the file logged anew with another certificate, where the log signs the time', async () => {
    const { status, report } = await signSlowly('rekor', '--rekor-version', '1');
    expect([status, report['files']]).toMatchObject([0, [{ outcome: 'signed' }]]);
    const asked = stage.taken();
    // The first entry is lost, and a signature of the second certificate takes its place.
    expect([count(asked, 'fulcio'), count(asked, 'rekor POST')]).toEqual([2, 3]);
  });

  it('ends with the token where that has ended too', async () => {
    const token = await stage.sandbox.issueToken();
    const { status, report } = await signSlowly('tsa', '--identity-token', token);
    expect([status, report['files']]).toMatchObject([40, [{ code: 'ERR_TOKEN_EXPIRED' }]]);
    expect(count(stage.taken(), 'rekorV2')).toBe(0);
  });
});
