// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { wheelBytes } from '../dists.ts';
import { sha256 } from '../forge/attestation.ts';
import { type ReleaseJob, startJob } from '../job.ts';
import type { PublisherJson, VerdictCase } from './case.ts';
import { damage } from './damage.ts';
import type { IndexJudge } from './index-judge.ts';

const PROJECT = 'judged-live';
const PUBLISHER: PublisherJson = { kind: 'GitHub', repository: 'octo-org/pkg', workflow: 'release.yml' };
const WHEELS = 48;
const SEED = 0xbeef;
const REFUSAL = /^Invalid attestations supplied during upload: /;

/** A running index, and cases that are real uploads to it: each has a wheel and an attestation of its own. */
export interface LiveCases {
  readonly job: ReleaseJob;
  readonly cases: readonly VerdictCase[];
  /** Uploads a case by HTTP, and takes the answer for the verdict. */
  readonly judge: IndexJudge;
}

/** Attests small wheels with Colophon on a sandbox, and damages all attestations but the first. The caller closes the job. */
export async function prepareLiveCases(folder: string): Promise<LiveCases> {
  await mkdir(join(folder, 'dist'), { recursive: true });
  const wheels = await Promise.all(
    Array.from({ length: WHEELS }, (_, at) => writeWheel(folder, `1.0.${at}`)),
  );
  const job = await startJob([PROJECT], folder);
  try {
    await job.mustColophon(['attest', 'dist']);
    const token = await job.mintToken();
    const cases = await Promise.all(wheels.map((path, at) => liveCase(path, at)));
    return { job, cases, judge: (one) => upload(one, { job, token, folder }) };
  } catch (error) {
    await job.close();
    throw error;
  }
}

async function writeWheel(folder: string, version: string): Promise<string> {
  const name = PROJECT.replaceAll('-', '_');
  const path = join(folder, 'dist', `${name}-${version}-py3-none-any.whl`);
  await writeFile(path, wheelBytes(name, version, version));
  return path;
}

async function liveCase(path: string, at: number): Promise<VerdictCase> {
  const attestation: unknown = JSON.parse(await readFile(`${path}.publish.attestation`, 'utf8'));
  const file = { filename: basename(path), sha256: sha256(await readFile(path)) };
  const common = { publisher: PUBLISHER, file, root: 'sandbox' } as const;
  if (at === 0)
    return {
      ...common,
      kind: 'good',
      name: 'live',
      field: JSON.stringify([attestation]),
      expected: 'accepted',
    };
  // A bit of a text might fall on the spelling of the checkpoint, whose length differs from run to run.
  const all = damage(attestation, SEED).filter(({ kind }) => kind !== 'damage: a bit of a text');
  const chosen = all[Math.floor((at * all.length) / WHEELS)];
  if (chosen === undefined) throw new TypeError('there is no such damage');
  return {
    ...common,
    kind: chosen.kind,
    name: `live ${chosen.name}`,
    field: JSON.stringify([chosen.document]),
  };
}

async function upload(
  { field, file: { filename } }: VerdictCase,
  { job, token, folder }: { job: ReleaseJob; token: string; folder: string },
): Promise<{ accepted: boolean; words: string }> {
  const bytes = await readFile(join(folder, 'dist', filename));
  const form = new FormData();
  const fields = { ...formOf(filename, bytes), attestations: field };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('content', new Blob([bytes], { type: 'application/octet-stream' }), filename);
  const authorization = `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}`;
  const headers = { authorization, accept: 'application/json' };
  const response = await fetch(job.sandbox.index.uploadUrl, { method: 'POST', body: form, headers });
  const text = await response.text();
  if (response.status === 200) return { accepted: true, words: '' };
  const words = response.status === 400 ? (JSON.parse(text) as { message: string }).message : '';
  if (REFUSAL.test(words)) return { accepted: false, words };
  throw new Error(`the index answered ${response.status} to ${filename}: ${text}`);
}

function formOf(filename: string, bytes: Uint8Array): Record<string, string> {
  return {
    ':action': 'file_upload',
    protocol_version: '1',
    metadata_version: '2.1',
    name: PROJECT,
    version: filename.split('-')[1] ?? '',
    filetype: 'bdist_wheel',
    pyversion: 'py3',
    sha256_digest: createHash('sha256').update(bytes).digest('hex'),
  };
}
