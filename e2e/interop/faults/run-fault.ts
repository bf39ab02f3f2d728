// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FaultProxy } from '../fault-proxy.ts';
import { grown, readLedger } from '../ledger.ts';
import { runColophon } from '../peers/colophon-command.ts';
import { urls } from '../stack/addresses.ts';
import type { IssuerKind } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';
import { writeClientFiles } from '../stack/trust-files.ts';
import { identityOf } from '../table/identities.ts';
import type { Consequences, FaultCase, PathName, Struck } from './fault-case.ts';

/** What became of a fault. */
export interface FaultOutcome {
  readonly fault: FaultCase;
  readonly consequences: Consequences;
  readonly milliseconds: number;
  /** How often each service was asked. */
  readonly asked: Readonly<Record<Struck, number>>;
  /** What is not as expected. */
  readonly wrong: readonly string[];
  /** Standard error of the run. */
  readonly said: string;
}

export interface FaultScene {
  readonly stack: Stack;
  /** Empty, for this suite alone. */
  readonly folder: string;
  /** A wheel; each run signs copies of it. */
  readonly wheel: string;
  /** Nothing else runs, so what a run made is read from the services' own figures, not from their answers. */
  readonly alone?: boolean;
}

interface SigningPath {
  readonly command: readonly string[];
  readonly version: 1 | 2;
  readonly issuer: IssuerKind;
  readonly suffix: string;
}

const bundle = ['attest', '--format', 'bundle'];

const signingPaths: Readonly<Record<PathName, SigningPath>> = {
  attest: { command: ['attest'], version: 1, issuer: 'github', suffix: '.publish.attestation' },
  'attest-v2': { command: bundle, version: 2, issuer: 'github', suffix: '.publish.sigstore.json' },
  'sign-v1': { command: ['sign'], version: 1, issuer: 'email', suffix: '.sigstore.json' },
  'sign-v2': { command: ['sign'], version: 2, issuer: 'email', suffix: '.sigstore.json' },
};

type Proxies = Readonly<Record<Struck, FaultProxy>>;

/** Signs with a fault in the way, and looks at everything that it left. */
export async function runFault(fault: FaultCase, scene: FaultScene, id: string): Promise<FaultOutcome> {
  const folder = join(scene.folder, id);
  const inputs = await layOut(fault, scene, folder);
  const proxies = await startProxies(fault);
  try {
    const argv = await commandLine(fault, scene.stack, { id, inputs, proxies });
    const environment = (await fault.environment?.(scene.stack)) ?? {};
    if (fault.refused !== undefined) await proxies[fault.refused].close();
    const countMade = await startCount(fault, scene, proxies);
    const start = performance.now();
    const { status, stdout, stderr } = await runColophon(argv, { environment });
    const milliseconds = performance.now() - start;
    const code = firstCode(stdout);
    const { files, litter } = await lookAt(fault, scene, inputs);
    const named = code === undefined ? {} : { code };
    const consequences = { status, ...named, ...(await countMade()), files };
    const { fulcio, rekor, tsa } = proxies;
    const asked = { fulcio: fulcio.requests.length, rekor: rekor.requests.length, tsa: tsa.requests.length };
    const wrong = [
      ...differences({ code: undefined, ...fault.expected }, consequences),
      ...differences(fault.asked ?? {}, asked),
      ...late(fault, milliseconds),
      ...litter,
    ];
    return { fault, consequences, milliseconds, asked, wrong, said: stderr };
  } finally {
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  }
}

async function layOut({ inputs = 1 }: FaultCase, { wheel }: FaultScene, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: inputs }, (_, index) => join(folder, copyName(wheel, index)));
  await Promise.all(paths.map((path) => copyFile(wheel, path)));
  return paths;
}

/** Copies differ in the build tag, so that each is a distribution of its own. */
function copyName(wheel: string, index: number): string {
  return basename(wheel).replace(/^([^-]+-[^-]+)-/, `$1-${index + 1}-`);
}

async function startProxies({ path, rules = {} }: FaultCase): Promise<Proxies> {
  const rekor = signingPaths[path].version === 1 ? urls.rekor1 : urls.rekor2;
  const [fulcio, log, tsa] = await Promise.all([
    FaultProxy.start(urls.fulcio),
    FaultProxy.start(rekor),
    FaultProxy.start(urls.tsa),
  ]);
  const proxies: Proxies = { fulcio, rekor: log, tsa };
  for (const [name, list] of Object.entries(rules)) proxies[name as Struck].fail(...list);
  return proxies;
}

interface Setting {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly proxies: Proxies;
}

async function commandLine(fault: FaultCase, stack: Stack, setting: Setting): Promise<string[]> {
  const { command, version, issuer } = signingPaths[fault.path];
  const { fulcio, rekor, tsa } = setting.proxies;
  const detours = { fulcio: fulcio.url, rekor: rekor.url, tsa: tsa.url };
  const choice = { name: `fault-${setting.id}`, version, detours };
  const { trustConfig } = await writeClientFiles(stack.files.trustedRoot, choice);
  const token = fault.token?.(stack) ?? stack.issueToken(issuer);
  return [
    ...command,
    ...setting.inputs,
    '--json',
    '--time-budget',
    String(fault.budget ?? 30),
    '--trust-config',
    trustConfig,
    ...(fault.environment === undefined ? ['--identity-token', token] : []),
  ];
}

function firstCode(report: string): string | undefined {
  interface Report {
    readonly error?: { readonly code: string };
    readonly files?: readonly { readonly code?: string }[];
  }
  const { error, files = [] } = JSON.parse(report) as Report;
  return error?.code ?? files.find(({ code }) => code !== undefined)?.code;
}

type Made = Pick<Consequences, 'certificates' | 'entries'>;

async function startCount(
  { path }: FaultCase,
  { alone = false, stack }: FaultScene,
  { fulcio, rekor }: Proxies,
): Promise<() => Promise<Made>> {
  if (!alone)
    return async () => ({ certificates: answeredBy(fulcio, 200, 201), entries: answeredBy(rekor, 201) });
  const before = await readLedger(stack);
  return async () => {
    const { certificates, rekor1, rekor2 } = grown(before, await readLedger(stack));
    return { certificates, entries: signingPaths[path].version === 1 ? rekor1 : rekor2 };
  };
}

function answeredBy(proxy: FaultProxy, ...statuses: readonly number[]): number {
  const posts = proxy.requests.filter(({ method }) => method === 'POST');
  return posts.filter(({ upstreamStatus = 0 }) => statuses.includes(upstreamStatus)).length;
}

/** Counts the evidence, each of which must verify; everything else that lies there is litter. */
async function lookAt(
  { path }: FaultCase,
  { stack, folder: root }: FaultScene,
  inputs: readonly string[],
): Promise<{ files: number; litter: string[] }> {
  const { suffix, issuer } = signingPaths[path];
  const { san, issuer: url } = identityOf(issuer);
  const folder = join(inputs[0] ?? root, '..');
  const names = new Set(await readdir(folder));
  const litter: string[] = [];
  let files = 0;
  for (const input of inputs) {
    names.delete(basename(input));
    if (!names.delete(`${basename(input)}${suffix}`)) continue;
    files += 1;
    const identity = ['--cert-identity', san, '--cert-oidc-issuer', url];
    const trust = ['--trusted-root', stack.files.trustedRoot];
    const { status, stderr } = await runColophon(['verify', input, ...identity, ...trust]);
    if (status !== 0) litter.push(`${basename(input)}${suffix} does not verify: ${stderr}`);
  }
  return { files, litter: [...litter, ...[...names].map((name) => `${name} was left behind`)] };
}

function differences(expected: object, found: object): string[] {
  const values = new Map<string, unknown>(Object.entries(found));
  return Object.entries(expected)
    .filter(([key, wanted]) => ![wanted].flat().includes(values.get(key)))
    .map(([key, wanted]) => `${key} should be ${String(wanted)}, not ${String(values.get(key))}`);
}

function late({ atLeastMs = 0, atMostMs = Infinity }: FaultCase, milliseconds: number): string[] {
  if (milliseconds < atLeastMs) return [`it did not wait for ${atLeastMs} ms`];
  return milliseconds > atMostMs ? [`it took longer than ${atMostMs} ms`] : [];
}
