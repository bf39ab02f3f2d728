// SPDX-License-Identifier: Apache-2.0
import { setImmediate as turn } from 'node:timers/promises';
import type { VerdictCase } from './case.ts';
import type { IndexJudge } from './index-judge.ts';
import type { PypiJudge } from './pypi-judge.ts';
import { STRICTER } from './stricter.ts';
import type { Verdict } from './verdict.ts';

export interface Compared {
  readonly one: VerdictCase;
  readonly index: Verdict;
  readonly library: Verdict;
}

/** How many questions the library is given ahead. */
const AHEAD = 16;

/** Puts every case to the index and to pypi-attestations. Throws where one of them gives no verdict. */
export async function compareVerdicts(
  cases: readonly VerdictCase[],
  index: IndexJudge,
  library: Pick<PypiJudge, 'judge'>,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (let start = 0; start < cases.length; start += AHEAD) {
    const group = cases.slice(start, start + AHEAD);
    const asked = Promise.all(group.map((one) => library.judge(one)));
    // The questions leave before this process is busy with its own half.
    await turn();
    const ours: Verdict[] = [];
    for (const one of group) ours.push(await verdictOf(one, index));
    const theirs = await asked;
    group.forEach((one, at) => compared.push({ one, index: must(ours[at]), library: must(theirs[at]) }));
  }
  return compared;
}

async function verdictOf(one: VerdictCase, index: IndexJudge): Promise<Verdict> {
  try {
    return await index(one);
  } catch (cause) {
    throw new Error(`the index gives no verdict on ${one.kind}: ${one.name}`, { cause });
  }
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('a verdict is missing');
  return value;
}

/** Everything about the verdicts that is not as it must be, a line each; none where all is well. */
export function faultsOfVerdicts(compared: readonly Compared[]): string[] {
  const allowed = new Set(STRICTER.flatMap(({ kind, names }) => names.map((name) => keyOf(kind, name))));
  const happened = new Set(stricterOnes(compared).map(({ one }) => keyOf(one.kind, one.name)));
  const stale = [...allowed].filter((key) => !happened.has(key));
  return [
    ...compared.flatMap((judged) => faultOf(judged, allowed)),
    ...stale.map((key) => `${key}: listed as stricter, and is not`),
  ];
}

function faultOf({ one, index, library }: Compared, allowed: ReadonlySet<string>): string[] {
  const key = keyOf(one.kind, one.name);
  if (one.expected !== undefined && (one.expected === 'accepted') !== library.accepted)
    return [`${key}: pypi-attestations should have ${one.expected} it: ${library.words}`];
  if (index.accepted && !library.accepted)
    return [`${key}: the index accepts what pypi-attestations refuses: ${library.words}`];
  if (!index.accepted && library.accepted && !allowed.has(key))
    return [`${key}: the index refuses what pypi-attestations accepts: ${index.words}`];
  return [];
}

export function stricterOnes(compared: readonly Compared[]): Compared[] {
  return compared.filter(({ index, library }) => !index.accepted && library.accepted);
}

function keyOf(kind: string, name: string): string {
  return `${kind} | ${name}`;
}

/** The table of stricter verdicts, for a person. */
export function renderStricter(): string {
  const rows = STRICTER.map(({ kind, names, reason }) => `  ${kind}: ${names.join('; ')}\n      ${reason}\n`);
  return `The index is stricter than pypi-attestations:\n${rows.join('')}`;
}

export interface VerdictCounts {
  readonly vectors: number;
  readonly mutations: number;
  readonly kinds: number;
  readonly accepted: number;
  readonly refused: number;
  readonly stricter: number;
}

export function countVerdicts(compared: readonly Compared[]): VerdictCounts {
  const mutations = compared.filter(({ one }) => one.kind !== 'good' && one.kind !== 'vector');
  const both = (accepted: boolean): number =>
    compared.filter(({ index, library }) => index.accepted === accepted && library.accepted === accepted)
      .length;
  return {
    vectors: compared.filter(({ one }) => one.kind === 'vector').length,
    mutations: mutations.length,
    kinds: new Set(mutations.map(({ one }) => one.kind)).size,
    accepted: both(true),
    refused: both(false),
    stricter: stricterOnes(compared).length,
  };
}
