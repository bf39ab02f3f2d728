// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import { sampleSdist } from '../test/sample-sdist.ts';
import { sampleWheel } from '../test/sample-wheel.ts';

const PROGRAM = resolve(import.meta.dirname, '../../apps/cli/bin/colophon.js');
const KILLER = pathToFileURL(resolve(import.meta.dirname, 'killer.mjs')).href;
const REPOSITORY = 'octo-org/killed';
const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0.0`;

/** When a run of the program is ended: at a point of its own, or when a service has done its n-th request. */
export type Moment =
  | { readonly by: 'program'; readonly point: number }
  | { readonly by: 'service'; readonly point: number };

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the program passed, where it was asked to say so. */
  readonly points: readonly string[];
  /** `service METHOD path` of each request that was done for it. */
  readonly requests: readonly string[];
  /** New entries in the transparency log. */
  readonly entries: number;
}

/** A sandbox whose index knows as many projects as there will be releases, each a wheel and an sdist. */
export interface Scene {
  /** Sets out the dists of the next project in a folder of its own, and gives both. */
  release(): Promise<{ readonly project: string; readonly folder: string }>;
  /** The dists of a folder in a fresh one, and nothing else: another machine. */
  freshCopy(folder: string): Promise<string>;
  run(folder: string, moment?: Moment): Promise<Ended>;
  /** What the index has of a project: filenames, and whether each has provenance. */
  onIndex(project: string): { filename: string; proven: boolean }[];
  close(): Promise<void>;
}

export async function openScene(projects: number): Promise<Scene> {
  const home = await mkdtemp(join(tmpdir(), 'colophon-kill-'));
  const names = Array.from({ length: projects }, (_, index) => `killed${index}`);
  const heard = new Set<(request: string, status: number | undefined) => void>();
  const publisher = { kind: 'GitHub', repository: REPOSITORY, workflow: 'release.yml' } as const;
  const sandbox = await startSandbox({
    githubClaims: { repository: REPOSITORY, workflow_ref: WORKFLOW, job_workflow_ref: WORKFLOW },
    warehouse: { publishers: names.map((project) => ({ ...publisher, project, pending: true })) },
    onExchange: ({ service, method, url, status }) => {
      // What the services ask of each other.
      if (service === 'tuf' || service === 'ct' || url.pathname.includes('/.well-known/')) return;
      for (const hear of heard) hear(`${service} ${method} ${url.pathname}`, status);
    },
  });
  const { trustConfig } = await sandbox.writeTrustFiles(home);
  let folders = 0;
  const nextFolder = () => join(home, `job-${(folders += 1)}`);
  let released = 0;
  return {
    release: async () => {
      const project = names[released++] ?? '';
      const folder = nextFolder();
      await mkdir(join(folder, 'dist'), { recursive: true });
      await writeFile(join(folder, 'dist', `${project}-1.0-py3-none-any.whl`), sampleWheel(project, '1.0'));
      await writeFile(join(folder, 'dist', `${project}-1.0.tar.gz`), sampleSdist(project, '1.0'));
      return { project, folder };
    },
    freshCopy: async (folder) => {
      const target = nextFolder();
      await cp(join(folder, 'dist'), join(target, 'dist'), { recursive: true, filter: isDist });
      return target;
    },
    run: (folder, moment) => run(folder, { sandbox, trustConfig, heard }, moment),
    onIndex: (project) => filesOf(sandbox, project),
    close: async () => {
      await sandbox.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

// Neither evidence nor what an interrupted write left behind reaches another machine.
function isDist(path: string): boolean {
  return !/\.attestation|\.\d+$/.test(path);
}

function filesOf(sandbox: Sandbox, project: string): { filename: string; proven: boolean }[] {
  const found = sandbox.index.projects().find(({ normalizedName }) => normalizedName === project);
  const files = [...(found?.releases.values() ?? [])].flatMap((release) => release.files);
  return files.map(({ filename, provenance }) => ({ filename, proven: provenance !== undefined }));
}

interface Stage {
  readonly sandbox: Sandbox;
  readonly trustConfig: string;
  readonly heard: Set<(request: string, status: number | undefined) => void>;
}

async function run(folder: string, { sandbox, trustConfig, heard }: Stage, moment?: Moment): Promise<Ended> {
  const record = join(folder, '..', `points-${Math.random().toString(36).slice(2)}`);
  await writeFile(record, '');
  const child = spawn(process.execPath, ['--import', KILLER, PROGRAM, 'release', '--json'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      ...sandbox.environment,
      COLOPHON_TRUST_CONFIG: trustConfig,
      COLOPHON_INDEX: sandbox.index.uploadUrl,
      UV_PUBLISH_CHECK_URL: sandbox.index.simpleUrl,
      KILL_RECORD: record,
      ...(moment?.by === 'program' ? { KILL_AT: String(moment.point) } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const requests: string[] = [];
  let entries = 0;
  const hear = (request: string, status: number | undefined): void => {
    requests.push(request);
    if (request === 'rekor POST /api/v1/log/entries' && status === 201) entries += 1;
    if (moment?.by === 'service' && requests.length === moment.point) child.kill('SIGKILL');
  };
  heard.add(hear);
  const [stdout, stderr, { status, signal }] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((done, fail) => {
      child.once('error', fail).once('close', (code, by) => done({ status: code, signal: by }));
    }),
  ]);
  heard.delete(hear);
  const points = (await readFile(record, 'utf8')).split('\n').filter((line) => line !== '');
  return { status, signal, stdout, stderr, points, requests, entries };
}

async function collect(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
