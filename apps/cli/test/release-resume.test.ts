// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainWheel } from './support/plain-wheel.ts';
import { openSigningStage, type Run, type SigningStage } from './support/signing-stage.ts';

const PUBLISHER = { kind: 'GitHub', repository: 'octo-org/sample-project', workflow: 'release.yml' } as const;
const UPLOAD = { service: 'index', method: 'POST', path: '/legacy/' } as const;

let stage: SigningStage;
let begun = 0;

beforeAll(async () => {
  const projects = Array.from({ length: 40 }, (_, index) => `resumed${index}`);
  stage = await openSigningStage({
    warehouse: { publishers: projects.map((project) => ({ ...PUBLISHER, project, pending: true })) },
  });
});
afterEach(async () => {
  stage.sandbox.faults.clear();
  await rm(stage.path('.colophon'), { recursive: true, force: true });
});
afterAll(() => stage.close());

async function writeWheel(name: string, version = '1.0', summary = 'one'): Promise<void> {
  await mkdir(stage.path(name), { recursive: true });
  await stage.write(`${name}/${name}-${version}-py3-none-any.whl`, plainWheel(name, version, summary));
}

async function next(): Promise<string> {
  const name = `resumed${begun++}`;
  await writeWheel(name);
  return name;
}

async function release(...argv: string[]): Promise<Run & { requests: string[] }> {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  stage.taken();
  const run = await stage.run(['release', ...argv], {
    environment: { COLOPHON_INDEX: uploadUrl, UV_PUBLISH_CHECK_URL: simpleUrl },
  });
  return { ...run, requests: stage.taken() };
}

const logged = ({ requests }: { requests: string[] }) =>
  requests.filter((line) => line === 'rekor POST /api/v1/log/entries').length;
const sent = ({ requests }: { requests: string[] }) =>
  requests.filter((line) => line === 'index POST /legacy/').length;

type Journal = { version: string; files: Record<string, Record<string, unknown>> };

/** Begins a release that gets as far as its attestation, changes its journal, and removes the attestation. */
async function beginAndChange(change: (journal: Journal) => unknown): Promise<string> {
  const name = await next();
  stage.sandbox.faults.add({ ...UPLOAD, fault: { kind: 'status', status: 400 } });
  expect((await release(name)).status).toBe(41);
  stage.sandbox.faults.clear();
  const [journal = ''] = await readdir(stage.path('.colophon'));
  const document = JSON.parse(await stage.read(`.colophon/${journal}`)) as Journal;
  const changed = change(document);
  await stage.write(`.colophon/${journal}`, typeof changed === 'string' ? changed : JSON.stringify(document));
  await rm(stage.path(`${name}/${name}-1.0-py3-none-any.whl.publish.attestation`));
  return name;
}

const record = ({ files }: Journal) => Object.values(files)[0] ?? {};

describe('a release that was begun', () => {
  it('is logged once, though its attestation is gone', async () => {
    const name = await beginAndChange(() => undefined);
    const run = await release(name);
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('was signed by an earlier run');
    expect(run.requests.filter((line) => line.startsWith('fulcio'))).toEqual([]);
  });

  const refused: [title: string, change: (journal: Journal) => unknown][] = [
    ['is no journal', () => 'not a journal'],
    ['is of another version', (journal) => void (journal.version = '2.0')],
    [
      'has a file of another',
      (journal) => void (journal.files['x-1.0.tar.gz'] = { sha256: 'ab'.repeat(32) }),
    ],
  ];
  it.each(refused)('is refused where its journal %s', async (_title, change) => {
    const run = await release(await beginAndChange(change));
    expect(run.status).toBe(21);
    expect(run.stderr).toContain('error[ERR_JOURNAL]');
    expect(logged(run) + sent(run)).toBe(0);
  });

  const disbelieved: [title: string, change: (journal: Journal) => unknown][] = [
    ['speaks of other bytes', (journal) => void (record(journal)['sha256'] = 'ab'.repeat(32))],
    [
      'holds another’s signature',
      (journal) => Object.assign(record(journal)['signed'] as object, { signature: 'MAA=' }),
    ],
    [
      'holds another statement',
      (journal) => Object.assign(record(journal)['signed'] as object, { statement: 'e30=' }),
    ],
    [
      'holds no certificate',
      (journal) => Object.assign(record(journal)['signed'] as object, { certificate: 'MAA=' }),
    ],
  ];
  it.each(disbelieved)('is signed anew where its journal %s', async (_title, change) => {
    const run = await release(await beginAndChange(change));
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
    expect(logged(run)).toBe(1);
  });

  it('waits for what is said to be uploaded, and is never done by its word', async () => {
    const name = await beginAndChange(
      (journal) => void (record(journal)['uploaded'] = '2026-11-21T10:00:00Z'),
    );
    const run = await release(name);
    expect(run.status).toBe(42);
    expect(run.stderr).toContain('error[ERR_NOT_VISIBLE]');
    expect(logged(run) + sent(run)).toBe(0);
  });

  it('is refused by --no-resume, whether its journal or the index knows of it', async () => {
    const name = await next();
    expect((await release(name, '--no-resume')).status).toBe(0);
    expect((await release(name, '--no-resume')).status).toBe(2);
    const elsewhere = await release(name, '--no-resume', '--journal', 'fresh.json');
    expect(elsewhere.status).toBe(2);
    expect(elsewhere.stderr).toContain('error[ERR_RELEASE_BEGUN]');
  });

  it('is 30 where the evidence beside a file is broken, until --overwrite', async () => {
    const name = await next();
    await stage.write(`${name}/${name}-1.0-py3-none-any.whl.publish.attestation`, '{');
    const broken = await release(name);
    expect({ status: broken.status, logged: logged(broken) }).toEqual({ status: 30, logged: 0 });
    expect((await release(name, '--overwrite')).status).toBe(0);
  });
});

describe('several releases in one run', () => {
  it('go one after another, each with a journal, in one report', async () => {
    const [one, other] = [await next(), await next()];
    const run = await release(one, other);
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
    const releases = run.report['releases'] as { project: string; status: number; journal: string }[];
    expect(releases).toMatchObject([
      { project: one, status: 0 },
      { project: other, status: 0 },
    ]);
    expect(await readdir(stage.path('.colophon'))).toHaveLength(2);
    expect(run.requests.filter((line) => line.startsWith('fulcio POST'))).toHaveLength(1);
  });

  it('do not share a journal that is named', async () => {
    expect((await release(await next(), await next(), '--journal', 'one.json')).status).toBe(2);
  });

  it('are two versions of one project only where that is meant', async () => {
    const name = await next();
    await writeWheel(name, '1.1', 'two');
    expect((await release(name)).status).toBe(2);
    expect((await release(name, '--several-versions')).status).toBe(0);
  });

  it('hold each other back where one of them is other bytes on the index', async () => {
    const [one, other] = [await next(), await next()];
    expect((await release(one)).status).toBe(0);
    await writeWheel(one, '1.0', 'built anew');
    await rm(stage.path(`${one}/${one}-1.0-py3-none-any.whl.publish.attestation`));
    const run = await release(one, other);
    expect({ status: run.status, logged: logged(run) }).toEqual({ status: 41, logged: 0 });
  });
});

// Last, since they make it later for all that follows.
describe('a release that was begun long ago', () => {
  const A_WHILE_MS = 3_600_000;

  it('is logged once, though its certificate has ended meanwhile', async () => {
    const name = await beginAndChange(() => undefined);
    stage.sandbox.clock.advance(A_WHILE_MS);
    const run = await release(name);
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('was signed by an earlier run');
    expect(logged(run)).toBe(0);
  });

  it('is signed anew where it was never logged', async () => {
    const name = await next();
    stage.sandbox.faults.add({ service: 'rekor', method: 'POST', fault: { kind: 'status', status: 503 } });
    expect((await release(name)).status).toBe(42);
    stage.sandbox.faults.clear();
    stage.sandbox.clock.advance(A_WHILE_MS);
    const run = await release(name);
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
    expect(logged(run)).toBe(1);
  });
});
