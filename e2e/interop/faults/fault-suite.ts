// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { grown, type Ledger, readLedger } from '../ledger.ts';
import type { Stack } from '../stack/stack.ts';
import type { FaultCase } from './fault-case.ts';
import { renderFaults } from './fault-table.ts';
import { fulcioFaults } from './fulcio-faults.ts';
import { rekorFaults } from './rekor-faults.ts';
import { rekor2Faults } from './rekor2-faults.ts';
import { type FaultOutcome, type FaultScene, runFault } from './run-fault.ts';
import { runSwitchedFaults } from './switched-faults.ts';
import { tokenFaults } from './token-faults.ts';
import { tsaFaults } from './tsa-faults.ts';

export interface FaultReport {
  readonly table: string;
  /** What is not as expected, one line each. */
  readonly faults: readonly string[];
}

const proxied: readonly FaultCase[] = [
  ...tokenFaults,
  ...fulcioFaults,
  ...rekorFaults,
  ...rekor2Faults,
  ...tsaFaults,
];
const AT_ONCE = 10;

/**
 * Signs under every fault. Those that a proxy makes strike many runs at once, each with proxies of its own, and what all
 * of them made must be what the services say that they have more; those of the services themselves come one by one.
 */
export async function runFaults(stack: Stack, wheel: string, folder: string): Promise<FaultReport> {
  await mkdir(folder, { recursive: true });
  const scene = { stack, wheel, folder };
  const before = await readLedger(stack);
  const outcomes = await runAll(proxied, scene);
  const discrepancy = compare(outcomes, grown(before, await readLedger(stack)));
  await runSwitchedFaults(stack, async (fault) => {
    outcomes.push(await runFault(fault, { ...scene, alone: true }, `s${outcomes.length}`));
  });
  const said = outcomes.map((outcome) => `${outcome.fault.name}\n${outcome.said}`);
  await writeFile(join(folder, 'faults.log'), said.join('\n'));
  const wrong = outcomes.flatMap(({ fault, wrong: reasons }) =>
    reasons.map((reason) => `${fault.name}: ${reason}`),
  );
  return { table: renderFaults(outcomes), faults: [...wrong, ...discrepancy] };
}

async function runAll(faults: readonly FaultCase[], scene: FaultScene): Promise<FaultOutcome[]> {
  const waiting = faults.entries();
  const outcomes: FaultOutcome[] = [];
  const work = async (): Promise<void> => {
    for (const [index, fault] of waiting) outcomes[index] = await runFault(fault, scene, `f${index}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/** A run that made something that its own proxies saw nothing of shows here. */
function compare(outcomes: readonly FaultOutcome[], made: Ledger): string[] {
  const onVersion2 = outcomes.filter(({ fault }) => fault.path.endsWith('-v2'));
  const entries = sum(outcomes, 'entries');
  const rekor2 = sum(onVersion2, 'entries');
  const seen: Ledger = { certificates: sum(outcomes, 'certificates'), rekor1: entries - rekor2, rekor2 };
  return (['certificates', 'rekor1', 'rekor2'] as const)
    .filter((figure) => seen[figure] !== made[figure])
    .map((figure) => `${figure}: the services made ${made[figure]}, and ${seen[figure]} were accounted for`);
}

function sum(outcomes: readonly FaultOutcome[], figure: 'certificates' | 'entries'): number {
  return outcomes.reduce((total, { consequences }) => total + consequences[figure], 0);
}
