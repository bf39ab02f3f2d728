// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderColumns } from '../columns.ts';
import { urls } from '../stack/addresses.ts';
import { issuers } from '../stack/issuers.ts';
import { clientTrustConfig, signingConfig } from '../stack/trust-material.ts';
import { type Batch, runBatch } from './many-files.ts';
import { type PathOutcome, type PathScene, runPath } from './run-path.ts';
import { signingPaths } from './signing-paths.ts';

export interface PathReport {
  readonly table: string;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

export type PathSetting = Omit<PathScene, 'trustConfigs'>;

const AT_ONCE = 6;

/** Signs by every path against the real services, and then many files at once. */
export async function runPaths(setting: PathSetting): Promise<PathReport> {
  const { stack, folder } = setting;
  await mkdir(folder, { recursive: true });
  const { trustConfigV1: v1, trustConfigV2: v2, trustedRoot } = stack.files;
  const both = await writeTrustForBoth(trustedRoot, join(folder, 'trust_config.both.json'));
  const scene = { ...setting, trustConfigs: { v1, v2, both } };
  const outcomes = await runAll(scene);
  const batches = [await runBatch('attest', 'v1', scene), await runBatch('sign', 'v2', scene)];
  const faults = [
    ...outcomes.flatMap(({ path, wrong }) => wrong.map((reason) => `${path.name}: ${reason}`)),
    ...batches.flatMap(({ name, wrong }) => wrong.map((reason) => `${name}: ${reason}`)),
  ];
  return { table: `${renderPaths(outcomes)}\n${renderBatches(batches)}`, faults };
}

/** Two logs, as a signing configuration has them in a time of change. */
async function writeTrustForBoth(trustedRoot: string, output: string): Promise<string> {
  const config = signingConfig({
    fulcio: urls.fulcio,
    oidc: issuers.email.url,
    logs: [
      { url: urls.rekor2, version: 2 },
      { url: urls.rekor1, version: 1 },
    ],
    tsa: urls.tsa,
  });
  const root = JSON.parse(await readFile(trustedRoot, 'utf8')) as object;
  await writeFile(output, JSON.stringify(clientTrustConfig(root, config)));
  return output;
}

async function runAll(scene: PathScene): Promise<PathOutcome[]> {
  const waiting = signingPaths.entries();
  const outcomes: PathOutcome[] = [];
  const work = async (): Promise<void> => {
    for (const [index, path] of waiting) outcomes[index] = await runPath(path, scene, `p${index}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

function renderPaths(outcomes: readonly PathOutcome[]): string {
  const rows = outcomes.map(({ path, entry, judges, milliseconds, wrong }) => [
    path.name,
    `${path.source.issuer}, ${path.source.by}`,
    entry,
    judges.join(', '),
    (milliseconds / 1000).toFixed(1),
    wrong.length === 0 ? 'ok' : 'WRONG',
  ]);
  return renderColumns([['path', 'token', 'entry', 'verified by', 's', ''], ...rows]);
}

function renderBatches(batches: readonly Batch[]): string {
  const rows = batches.map(({ name, certificates: [fulcio, ctLog], entries, milliseconds, wrong }) => [
    name,
    `${fulcio} by Fulcio, ${ctLog} by the CT log`,
    String(entries),
    (milliseconds / 1000).toFixed(1),
    wrong.length === 0 ? 'ok' : 'WRONG',
  ]);
  return renderColumns([['many files', 'certificates', 'entries', 's', ''], ...rows]);
}
