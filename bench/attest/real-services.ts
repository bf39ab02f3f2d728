// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { PythonDriver } from '../../e2e/interop/peers/python-driver.ts';
import type { Rig } from '../../e2e/interop/rig.ts';
import { type Stack, startStack } from '../../e2e/interop/stack/stack.ts';
import { type ClientFiles, writeClientFiles } from '../../e2e/interop/stack/trust-files.ts';
import { identityOf } from '../../e2e/interop/table/identities.ts';
import { type Attester, attestWheels, openAttester } from '../services/attesting.ts';
import { writeWheels } from '../services/wheels.ts';
import { ByteCounter } from './byte-counter.ts';

/** Both on the same real services, in one run. */
export interface PeerFigures {
  readonly oursS: number;
  readonly theirsS: number;
  /** Sent to Fulcio and Rekor, TCP payload. */
  readonly oursBytes: number;
  readonly theirsBytes: number;
  readonly oursConnections: number;
  readonly theirsConnections: number;
}

const ROUNDS = 3;
/** Files whose bytes are counted: by way of a relay, and so apart from what is timed. */
export const COUNTED_FILES = 20;

interface Setting {
  readonly stack: Stack;
  readonly python: PythonDriver;
  readonly folder: string;
}

/** Attests wheels on real Fulcio and Rekor v1: ours and pypi-attestations' library, both warm, in turns. */
export async function measureBesidePeer({ tools, folder }: Rig, files: number): Promise<PeerFigures> {
  const stack = await startStack(tools, join(folder, 'stack'));
  const python = await PythonDriver.start(tools.python.interpreter, stack.files, join(folder, 'python'));
  const setting = { stack, python, folder };
  try {
    const { signingConfigV1, trustConfigV1 } = stack.files;
    const direct = { signingConfig: signingConfigV1, trustConfig: trustConfigV1 };
    await ours(setting, direct, await writeWheels(join(folder, 'warm'), files));
    await theirs(setting, direct, await writeWheels(join(folder, 'warm-python'), 4));
    const [oursS, theirsS] = await timeBoth(setting, direct, files);
    return { oursS, theirsS, ...(await countBoth(setting)) };
  } finally {
    await python.close();
    await stack.close();
  }
}

/** Ours is over so soon that it runs several times, before and after theirs. */
async function timeBoth(
  setting: Setting,
  client: ClientFiles,
  files: number,
): Promise<[ours: number, theirs: number]> {
  const { folder } = setting;
  const seconds: number[] = [];
  let theirsS = NaN;
  for (let round = 0; round < ROUNDS; round += 1) {
    const wheels = await writeWheels(join(folder, `ours-${round}`), files);
    seconds.push(await secondsOf(() => ours(setting, client, wheels)));
    if (round > 0) continue;
    const others = await writeWheels(join(folder, 'theirs'), files);
    theirsS = await secondsOf(() => theirs(setting, client, others));
  }
  return [seconds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN, theirsS];
}

async function countBoth(setting: Setting): Promise<Omit<PeerFigures, 'oursS' | 'theirsS'>> {
  const { stack, folder } = setting;
  const counters = await Promise.all(
    [stack.urls.fulcio, stack.urls.rekor1].map((url) => ByteCounter.start(url)),
  );
  const [fulcio, rekor] = counters.map(({ url }) => url);
  const detours = { ...(fulcio && { fulcio }), ...(rekor && { rekor }) };
  const client = await writeClientFiles(stack.files.trustedRoot, { name: 'counted', version: 1, detours });
  const count = async (work: (wheels: readonly string[]) => Promise<void>, name: string) => {
    for (const counter of counters) counter.reset();
    await work(await writeWheels(join(folder, `counted-${name}`), COUNTED_FILES));
    return [
      counters.reduce((sum, { sent }) => sum + sent, 0),
      counters.reduce((sum, { connections }) => sum + connections, 0),
    ] as const;
  };
  try {
    const [oursBytes, oursConnections] = await count((wheels) => ours(setting, client, wheels), 'ours');
    const [theirsBytes, theirsConnections] = await count(
      (wheels) => theirs(setting, client, wheels),
      'theirs',
    );
    return { oursBytes, theirsBytes, oursConnections, theirsConnections };
  } finally {
    for (const counter of counters) counter.close();
  }
}

async function ours({ stack }: Setting, client: ClientFiles, wheels: readonly string[]): Promise<void> {
  const { san: identity, issuer } = identityOf('github');
  const policies = { anyOf: [{ kind: 'identity', identity, issuer }] } as const;
  const { trustedRoot } = stack.files;
  const files = { trustedRoot, signingConfigV1: client.signingConfig };
  const attester: Attester = await openAttester(files, policies, () => stack.issueToken('github'));
  await attestWheels(wheels, attester, { bundles: false });
}

async function theirs(
  { stack, python }: Setting,
  { trustConfig }: ClientFiles,
  wheels: readonly string[],
): Promise<void> {
  const files = wheels.map((artifact) => ({ artifact, output: `${artifact}.publish.attestation` }));
  await python.call('attest', { token: stack.issueToken('github'), trustConfig, files });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
