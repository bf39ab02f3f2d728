// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forgeSigstore, type ForgedSigstore } from '../forge/authority.ts';
import { forgeCase, type ForgedCase, type VerdictCase } from './case.ts';
import { certificateCases } from './certificate-cases.ts';
import { checkpointCases } from './checkpoint-cases.ts';
import {
  type Compared,
  compareVerdicts,
  countVerdicts,
  faultsOfVerdicts,
  renderStricter,
  type VerdictCounts,
} from './compare.ts';
import { identityCases } from './identity-cases.ts';
import { indexJudge } from './index-judge.ts';
import { type LiveCases, prepareLiveCases } from './live-cases.ts';
import { logCases } from './log-cases.ts';
import { exchangeCases, objectCases } from './object-cases.ts';
import { PypiJudge } from './pypi-judge.ts';
import { statementCases } from './statement-cases.ts';
import { readVectors } from './vector-cases.ts';

const GOOD: ForgedCase = { kind: 'good', name: 'forged', shape: {}, expected: 'accepted' };

export interface VerdictResult {
  readonly counts: VerdictCounts;
  /** The table of stricter verdicts. */
  readonly text: string;
  /** What is not as it must be, a line each. */
  readonly faults: readonly string[];
}

/**
 * Puts the sandbox index's verdict on attestations beside that of pypi-attestations: on all PEP 740 vectors, on
 * mutations of good attestations with every layer signed again, and, by HTTP, on damaged attestations of Colophon's.
 */
export async function checkVerdicts(interpreter: string, folder: string): Promise<VerdictResult> {
  await mkdir(folder, { recursive: true });
  const sigstore = forgeSigstore();
  const vectors = readVectors();
  const live = await prepareLiveCases(join(folder, 'live'));
  const roots = {
    forged: sigstore.trustedRoot,
    'public-good': await readJson(vectors.roots['public-good']),
    staging: await readJson(vectors.roots.staging),
  };
  const library = PypiJudge.start(interpreter, join(folder, 'library'), {
    ...roots,
    sandbox: live.job.sandbox.trustedRoot,
  });
  try {
    const offline = [...forgedCases(sigstore), ...vectors.asTheyAre, ...vectors.damaged];
    const compared = [
      ...(await compareVerdicts(offline, indexJudge(roots), library)),
      ...(await compareLive(live, library)),
    ];
    await writeFile(join(folder, 'verdicts.json'), JSON.stringify(compared.map(summaryOf), undefined, 1));
    return { counts: countVerdicts(compared), text: renderStricter(), faults: faultsOfVerdicts(compared) };
  } finally {
    await library.close();
    await live.job.close();
  }
}

function forgedCases(sigstore: ForgedSigstore): VerdictCase[] {
  const forged = [
    GOOD,
    ...certificateCases(),
    ...identityCases(),
    ...statementCases(),
    ...logCases(),
    ...checkpointCases(),
    ...objectCases(),
  ];
  return [...forged.map((one) => forgeCase(sigstore, one)), ...exchangeCases(sigstore)];
}

async function compareLive({ cases, judge, job }: LiveCases, library: PypiJudge): Promise<Compared[]> {
  const compared = await compareVerdicts(cases, judge, library);
  const kept = job.sandbox.index.projects().reduce((sum, { releases }) => sum + releases.size, 0);
  const accepted = compared.filter(({ index }) => index.accepted).length;
  if (kept !== accepted) throw new Error(`the index keeps ${kept} releases, and accepted ${accepted}`);
  return compared;
}

function summaryOf({ one: { kind, name, root }, index, library }: Compared): object {
  return { kind, name, root, index, library };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}
