// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Exchange, type Fault, type Sandbox, type ServiceName, startSandbox } from '@colophon/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { sampleWheel } from './sample-wheel.ts';

const FILES = 20;
const PUBLISHER = ['--publisher', 'github:octo-org/sample-project/release.yml'];

let sandbox: Sandbox;
let folder: string;
/** What was asked, and when. */
let seen: (Exchange & { readonly at: number })[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({
    onExchange: (exchange) => void seen.push({ ...exchange, at: performance.now() }),
  });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-batch-'));
  for (let index = 0; index < FILES; index += 1)
    await writeFile(join(folder, `f${index}-1.0-py3-none-any.whl`), sampleWheel(`f${index}`, '1.0'));
  await writeFile(join(folder, 'trust.json'), JSON.stringify(sandbox.clientTrustConfig));
  seen = [];
});
afterEach(async () => {
  sandbox.faults.clear();
  await rm(folder, { recursive: true });
});

interface Row {
  readonly file: string;
  readonly status: number;
  readonly code?: string;
  readonly retry: boolean;
}

interface Batch {
  readonly status: number;
  readonly done: readonly Row[];
  readonly failed: readonly Row[];
  readonly milliseconds: number;
}

async function run(command: 'attest' | 'sign', budget: number): Promise<Batch> {
  const environment = { ...sandbox.environment, COLOPHON_TRUST_CONFIG: 'trust.json' };
  const start = performance.now();
  const argv = [command, '*.whl', '--json', '--time-budget', String(budget)];
  const { status, stdout } = await runProgram(argv, folder, environment);
  const { files } = JSON.parse(stdout) as { files: Row[] };
  return {
    status,
    done: files.filter((row) => row.status === 0),
    failed: files.filter((row) => row.status !== 0),
    milliseconds: performance.now() - start,
  };
}

function strike(service: ServiceName, fault: Fault, times?: number): void {
  sandbox.faults.add({ service, method: 'POST', fault, ...(times !== undefined && { times }) });
}

function asked(service: ServiceName): (Exchange & { readonly at: number })[] {
  return seen.filter((exchange) => exchange.service === service && exchange.method === 'POST');
}

/** What lies there is evidence of the files that are done, each of which verifies, and nothing else. */
async function expectEvidence({ done }: Batch, suffix: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.whl') && name !== 'trust.json');
  expect(names.toSorted()).toEqual(done.map(({ file }) => `${file}${suffix}`).toSorted());
  if (done.length === 0) return;
  const wheels = done.map(({ file }) => file);
  const { status } = await runProgram(['verify', ...wheels, ...PUBLISHER], folder, {
    COLOPHON_TRUST_CONFIG: 'trust.json',
  });
  expect(status).toBe(0);
}

describe('a batch of files', () => {
  it('is finished but for the files that the log refuses, which are listed', async () => {
    strike('rekor', { kind: 'status', status: 403, body: 'not this one' }, 7);
    const batch = await run('attest', 30);
    expect([batch.status, batch.done.length, batch.failed.length]).toEqual([43, FILES - 7, 7]);
    for (const row of batch.failed) expect(row).toMatchObject({ code: 'ERR_REKOR_REFUSED', retry: false });
    expect([asked('fulcio').length, asked('rekor').length]).toEqual([1, FILES]);
    await expectEvidence(batch, '.publish.attestation');
  });

  it('is finished but for the files about which the log lies, which decide the exit status', async () => {
    strike('rekor', { kind: 'lie', lie: 'wrong-signature' }, 3);
    const batch = await run('attest', 30);
    expect([batch.status, batch.done.length]).toEqual([30, FILES - 3]);
    for (const row of batch.failed) expect(row.code).toBe('ERR_LOG_PROMISE');
    await expectEvidence(batch, '.publish.attestation');
  });

  it('has one entry a file on Rekor v1, however many answers are cut', async () => {
    const before = await sizeOf('rekor');
    strike('rekor', { kind: 'cut-after' }, 5);
    const batch = await run('attest', 30);
    expect([batch.status, batch.done.length, (await sizeOf('rekor')) - before]).toEqual([0, FILES, FILES]);
    await expectEvidence(batch, '.publish.attestation');
  });

  it('has one entry more on Rekor v2 for each answer that is cut', async () => {
    const before = await sizeOf('rekorV2');
    strike('rekorV2', { kind: 'cut-after' }, 5);
    const batch = await run('sign', 30);
    expect([batch.status, batch.done.length, (await sizeOf('rekorV2')) - before]).toEqual([
      0,
      FILES,
      FILES + 5,
    ]);
    await expectEvidence(batch, '.sigstore.json');
  });

  it('gives up on a log that is down for all files together, not for one after the other', async () => {
    strike('rekor', { kind: 'status', status: 500 });
    const batch = await run('attest', 2);
    expect([batch.status, batch.failed.length]).toEqual([42, FILES]);
    expect(batch.failed.every(({ retry }) => retry)).toBe(true);
    expect(batch.milliseconds).toBeLessThan(FILES * 2000);
    expect(asked('fulcio')).toHaveLength(1);
    await expectEvidence(batch, '.publish.attestation');
  });

  it('logs nothing of the files that get no timestamp', async () => {
    const before = await sizeOf('rekorV2');
    strike('tsa', { kind: 'status', status: 403 }, 4);
    const batch = await run('sign', 30);
    expect([batch.status, batch.done.length]).toEqual([43, FILES - 4]);
    expect((await sizeOf('rekorV2')) - before).toBe(FILES - 4);
    await expectEvidence(batch, '.sigstore.json');
  });

  it('comes back scattered when all files are told to come back in a second', async () => {
    strike('rekor', { kind: 'status', status: 429, retryAfter: 1 }, FILES);
    const batch = await run('attest', 30);
    expect([batch.status, batch.done.length]).toEqual([0, FILES]);
    const refused = asked('rekor').filter(({ status }) => status === 429);
    const taken = asked('rekor').filter(({ status }) => status === 201);
    const times = taken.map(({ at }) => at);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    expect(first - Math.min(...refused.map(({ at }) => at))).toBeGreaterThan(1000);
    // Half a second of jitter; that 20 dice all fall within a tenth of it does not happen.
    expect(last - first).toBeGreaterThan(50);
  });
});

async function sizeOf(log: 'rekor' | 'rekorV2'): Promise<number> {
  if (log === 'rekorV2') {
    const checkpoint = await (await fetch(`${sandbox.urls.rekorV2}/api/v2/checkpoint`)).text();
    return Number(checkpoint.split('\n')[1]);
  }
  const info = (await (await fetch(`${sandbox.urls.rekor}/api/v1/log`)).json()) as { treeSize: number };
  return info.treeSize;
}
