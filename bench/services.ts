// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { timed } from '../e2e/interop/build/progress.ts';
import { renderColumns } from '../e2e/interop/columns.ts';
import { PythonDriver } from '../e2e/interop/peers/python-driver.ts';
import { type Rig, runInRig } from '../e2e/interop/rig.ts';
import { type Stack, startStack } from '../e2e/interop/stack/stack.ts';
import { identityOf } from '../e2e/interop/table/identities.ts';
import { type Attested, type Attester, attestApart, attested, openAttester } from './services/attesting.ts';
import { contestants, type Contestant } from './services/contestants.ts';
import { GoVerifier } from './services/go-verifier.ts';
import { writeWheels } from './services/wheels.ts';

/*
 * What a release costs on the real services, and what its verification costs: ours and the peers', all as libraries in warm
 * processes, in one run on one machine. Wheels are attested by one certificate, as a release is, and once more by a
 * certificate each, so that a verifier which remembers certificates gains nothing. Every round has wheels of its own.
 */

const FILES = 200;
const ROUNDS = 3;
const WARM_UP = 200;
/** Files that are verified in one go. */
const PART = 50;

interface Setting {
  readonly stack: Stack;
  readonly python: PythonDriver;
  readonly go: GoVerifier;
  readonly attester: Attester;
  readonly folder: string;
}

type Figures = Readonly<Record<string, number>>;

await runInRig(import.meta.filename, async ({ tools, folder }: Rig) => {
  const stack = await timed('stack: starting', () => startStack(tools, join(folder, 'stack')));
  const python = await PythonDriver.start(tools.python.interpreter, stack.files, join(folder, 'python'));
  const go = new GoVerifier(tools.go.benchVerify);
  try {
    const { san: identity, issuer } = identityOf('github');
    const policies = { anyOf: [{ kind: 'identity', identity, issuer }] } as const;
    const attester = await openAttester(stack.files, policies, () => stack.issueToken('github'));
    const setting = { stack, python, go, attester, folder };
    await timed('warming up', () => warmUp(setting));
    const { figures: attest, together } = await timed('attest', () => attestRounds(setting));
    const apart = await timed('attest, a certificate each', () => apartRounds(setting));
    // Verifying asks no service, and idle services are not idle.
    await stack.close();
    const one = await timed('verify, one certificate', () => verifyRounds(setting, together));
    const each = await timed('verify, a certificate each', () => verifyRounds(setting, apart));
    report(setting, { attest, one, each });
    return 0;
  } finally {
    go.close();
    await python.close();
    await stack.close();
  }
});

async function warmUp(setting: Setting): Promise<void> {
  const { attester, python, folder } = setting;
  const set = await attestApart(await writeWheels(join(folder, 'warm'), WARM_UP), attester);
  await attestByPython(python, setting, await writeWheels(join(folder, 'warm-python'), 4));
  for (const contestant of arena(setting)) await contestant.verify(set);
}

/** Ours several times, since it is over so soon; theirs once. */
async function attestRounds(setting: Setting): Promise<{ figures: Figures; together: Attested[][] }> {
  const { attester, python, folder } = setting;
  const together: Attested[][] = [];
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const wheels = await writeWheels(join(folder, `together-${round}`), FILES);
    seconds.push(await secondsOf(async () => void together.push(await attested(wheels, attester))));
  }
  const wheels = await writeWheels(join(folder, 'python-attest'), FILES);
  const theirs = await secondsOf(() => attestByPython(python, setting, wheels));
  return { figures: { colophon: median(seconds), 'pypi-attestations': theirs }, together };
}

async function attestByPython(
  python: PythonDriver,
  { stack }: Setting,
  wheels: readonly string[],
): Promise<void> {
  const files = wheels.map((artifact) => ({ artifact, output: `${artifact}.publish.attestation` }));
  const trustConfig = stack.files.trustConfigV1;
  await python.call('attest', { token: stack.issueToken('github'), trustConfig, files });
}

async function apartRounds({ attester, folder }: Setting): Promise<Attested[][]> {
  const sets: Attested[][] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    sets.push(await attestApart(await writeWheels(join(folder, `apart-${round}`), FILES), attester));
  return sets;
}

/**
 * Milliseconds a file: the median of small parts, in each of which all take turns, so that a busy moment hits all alike. The
 * turns are shuffled: whoever comes next in this process sweeps up what the one before has left.
 */
async function verifyRounds(setting: Setting, sets: readonly (readonly Attested[])[]): Promise<Figures> {
  const times = new Map<string, number[]>();
  const all = arena(setting);
  for (const set of sets)
    for (let at = 0; at < set.length; at += PART) {
      const part = set.slice(at, at + PART);
      for (const { name, verify, third } of shuffled(all, basename(part[0]?.artifact ?? ''))) {
        const files = third === undefined ? part : thirdOf(part, third);
        const seconds = await secondsOf(() => verify(files));
        times.set(name, [...(times.get(name) ?? []), (seconds * 1000) / files.length]);
      }
    }
  return Object.fromEntries([...times].map(([name, list]) => [name, median(list)]));
}

function thirdOf<T>(list: readonly T[], third: number): T[] {
  return list.filter((_, index) => index % 3 === third);
}

/** In another order for each seed, and always the same for one. */
function shuffled(all: readonly Contestant[], seed: string): Contestant[] {
  const rank = ({ name }: Contestant): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');
  return all.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function arena({ stack, attester, go, python }: Setting): Contestant[] {
  const { san, issuer, publisher } = identityOf('github');
  const { trustedRoot, policies } = attester;
  const trustedRootFile = stack.files.trustedRoot;
  return contestants({ trustedRoot, trustedRootFile, policies, san, issuer, publisher, go, python });
}

interface Results {
  /** Seconds for all files. */
  readonly attest: Figures;
  /** Milliseconds a file. */
  readonly one: Figures;
  readonly each: Figures;
}

function report(setting: Setting, { attest, one, each }: Results): void {
  const { colophon = NaN, 'pypi-attestations': theirs = NaN } = attest;
  const rows = arena(setting).map(({ name, against }) => [
    name,
    ...[one, each].flatMap((figures) => [
      (figures[name] ?? NaN).toFixed(2),
      ratio(figures[name], figures[against]).toFixed(1),
    ]),
  ]);
  const head = ['verify, ms a file', 'one certificate', 'times ours', 'a certificate each', 'times ours'];
  process.stdout.write(
    `attest ${FILES} wheels: colophon ${colophon.toFixed(1)} s, pypi-attestations ${theirs.toFixed(1)} s: ` +
      `${ratio(theirs, colophon).toFixed(1)} times ours\n\n${renderColumns([head, ...rows])}`,
  );
  const ratios = (figures: Figures): Figures =>
    Object.fromEntries(
      arena(setting)
        .filter(({ name, against }) => name !== against)
        .map(({ name, against }) => [name, rounded(ratio(figures[name], figures[against]))]),
    );
  const summary = {
    bench: 'services',
    files: FILES,
    attest: { seconds: roundedAll(attest), ratio: rounded(ratio(theirs, colophon)) },
    verify: {
      oneCertificate: { milliseconds: roundedAll(one), ratios: ratios(one) },
      certificateEach: { milliseconds: roundedAll(each), ratios: ratios(each) },
    },
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function ratio(theirs = NaN, ours = NaN): number {
  return theirs / ours;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function roundedAll(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)]));
}
