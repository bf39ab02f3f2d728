// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Sandbox, type ServiceName, startSandbox } from '@colophon/sandbox';
import { type Strike, STRIKES, type StrikeName } from './fault-strikes.ts';
import { runProgram } from './program.ts';
import { sampleWheel } from './sample-wheel.ts';

/** Which service is struck, and how. */
export interface FaultCell {
  readonly service: ServiceName;
  readonly strike: StrikeName;
}

/** What came of a cell, in the words of the table. */
export interface Outcome {
  readonly exit: string;
  /** The error's code without ERR_, or `-`. */
  readonly error: string;
  /** How many requests each service got. */
  readonly requests: string;
  /** Certificates in the certificate transparency log, entries in the transparency log, and files of evidence. */
  readonly made: string;
  /** Files that are neither input nor evidence that verifies. */
  readonly litter: readonly string[];
  readonly stderr: string;
  readonly milliseconds: number;
}

/** Nothing was asked for so long: nothing more will come. */
const QUIET_MS = 100;
const WHEEL = 'faulty-1.0-py3-none-any.whl';
const PUBLISHER = ['--publisher', 'github:octo-org/sample-project/release.yml'];
const SERVICES: readonly ServiceName[] = ['oidc', 'fulcio', 'ct', 'tsa', 'rekor', 'rekorV2'];

/** `attest` logs on Rekor v1 and asks for no timestamp, `sign` on Rekor v2 and asks for one. */
function commandFor(service: ServiceName): 'attest' | 'sign' {
  return service === 'rekorV2' || service === 'tsa' ? 'sign' : 'attest';
}

interface Stage {
  readonly sandbox: Sandbox;
  /** Requests that each service got. */
  readonly asked: Map<ServiceName, number>;
}

/** A sandbox is for one cell at a time, and for others when that has ended. */
const idle: Stage[] = [];

/** Signs one file while a service of a sandbox is out of order, and counts all that is left of it. */
export async function runCell(cell: FaultCell): Promise<Outcome> {
  const stage = idle.pop() ?? (await openStage());
  const folder = await mkdtemp(join(tmpdir(), 'colophon-fault-'));
  try {
    await writeFile(join(folder, WHEEL), sampleWheel('faulty', '1.0'));
    await writeFile(join(folder, 'trust.json'), JSON.stringify(stage.sandbox.clientTrustConfig));
    return await signStruck(cell, stage, folder);
  } finally {
    idle.push(stage);
    await rm(folder, { recursive: true, force: true });
  }
}

export async function closeStages(): Promise<void> {
  await Promise.all(idle.splice(0).map(({ sandbox }) => sandbox.close()));
}

async function openStage(): Promise<Stage> {
  const asked = new Map<ServiceName, number>();
  const sandbox = await startSandbox({
    onExchange: ({ service, url: { pathname } }) => {
      // Fulcio asks the issuer too, for its keys: only what a job asks counts.
      if (!pathname.includes('.well-known')) asked.set(service, (asked.get(service) ?? 0) + 1);
    },
  });
  return { sandbox, asked };
}

async function signStruck(
  { service, strike: name }: FaultCell,
  { sandbox, asked }: Stage,
  folder: string,
): Promise<Outcome> {
  const { fault, times, budget = 30, afterAnother = false }: Strike = STRIKES[name];
  const command = commandFor(service);
  const environment = { ...sandbox.environment, COLOPHON_TRUST_CONFIG: 'trust.json' };
  if (afterAnother) await runProgram([command, WHEEL, '--output-directory', 'another'], folder, environment);
  const before = await ledger(sandbox);
  asked.clear();
  const resume = fault === 'outage' ? await sandbox.outage(service) : undefined;
  const path = service === 'oidc' ? { path: /^\/gha\/token/ } : {};
  if (fault !== 'outage')
    sandbox.faults.add({ service, ...path, fault, ...(times !== undefined && { times }) });
  const start = performance.now();
  const argv = [command, WHEEL, '--json', '--time-budget', String(budget)];
  const run = await runProgram(argv, folder, environment);
  const milliseconds = performance.now() - start;
  await quiet(asked);
  const requests = SERVICES.flatMap((one) => (asked.has(one) ? [`${one} ${asked.get(one)}`] : []));
  sandbox.faults.clear();
  await resume?.();
  const after = await ledger(sandbox);
  const { files, litter } = await lookAt(command, folder, environment);
  const certificates = after.certificates - before.certificates;
  return {
    exit: String(run.status),
    error: codeOf(run.stdout).replace(/^ERR_/, ''),
    requests: requests.join(', ') || '-',
    made: `${certificates}, ${after.entries - before.entries}, ${files}`,
    litter,
    stderr: run.stderr,
    milliseconds,
  };
}

// A request that the program gave up on may be at work still, and would succeed if the strike ended before it.
async function quiet(asked: Stage['asked']): Promise<void> {
  const total = () => [...asked.values()].reduce((sum, count) => sum + count, 0);
  for (let seen = -1; seen !== total(); ) {
    seen = total();
    await pause(QUIET_MS);
  }
}

function codeOf(stdout: string): string {
  const report = JSON.parse(stdout) as { error?: { code: string }; files?: { code?: string }[] };
  return report.error?.code ?? report.files?.find(({ code }) => code !== undefined)?.code ?? '-';
}

/** The sizes of the logs, as they say themselves; of both transparency logs together. */
async function ledger({ urls }: Sandbox): Promise<{ certificates: number; entries: number }> {
  const paths = [`${urls.ct}/ct/v1/get-sth`, `${urls.rekor}/api/v1/log`, `${urls.rekorV2}/api/v2/checkpoint`];
  const [head = '', log = '', checkpoint = ''] = await Promise.all(
    paths.map(async (url) => (await fetch(url)).text()),
  );
  const { tree_size: certificates } = JSON.parse(head) as { tree_size: number };
  const { treeSize } = JSON.parse(log) as { treeSize: number };
  return { certificates, entries: treeSize + Number(checkpoint.split('\n')[1]) };
}

/** Evidence counts where it verifies; everything else that lies there is litter. */
async function lookAt(
  command: 'attest' | 'sign',
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ files: number; litter: string[] }> {
  const evidence = command === 'attest' ? `${WHEEL}.publish.attestation` : `${WHEEL}.sigstore.json`;
  const names = await readdir(folder);
  const litter = names.filter((name) => ![WHEEL, evidence, 'trust.json', 'another'].includes(name));
  if (!names.includes(evidence)) return { files: 0, litter };
  const { status, stderr } = await runProgram(['verify', WHEEL, ...PUBLISHER], folder, environment);
  return status === 0 ? { files: 1, litter } : { files: 0, litter: [...litter, `${evidence}: ${stderr}`] };
}
