// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderColumns } from '../columns.ts';
import { runColophon } from '../peers/colophon-command.ts';
import { CONTENT, predicateCases, type PredicateCase } from './cases.ts';
import { judges, type Judged, type PredicateScene } from './judges.ts';
import { compareWords } from './same-words.ts';

export interface PredicatesReport {
  readonly table: string;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly log: 1 | 2;
  readonly accepted: readonly string[];
  readonly wrong: readonly string[];
}

/**
 * Has the product sign every type of predicate on both logs, and peers judge it; then says the words of `sigstore sign` and
 * `sigstore attest` to both programs.
 */
export async function checkPredicates(scene: PredicateScene): Promise<PredicatesReport> {
  const outcomes: Outcome[] = [];
  for (const log of [1, 2] as const)
    for (const [index, made] of predicateCases.entries())
      outcomes.push(await signAndJudge(made, { log, scene, id: `${log}-${index}` }));
  const words = await compareWords(scene);
  return {
    table: `${renderColumns([
      ['statement', 'log', 'verified by', ''],
      ...outcomes.map(({ name, log, accepted, wrong }) => [
        name,
        `Rekor v${log}`,
        accepted.join(', '),
        wrong.length === 0 ? 'ok' : 'WRONG',
      ]),
    ])}\n${words.table}`,
    faults: [
      ...outcomes.flatMap(({ name, log, wrong }) =>
        wrong.map((reason) => `predicates: ${name}, Rekor v${log}: ${reason}`),
      ),
      ...words.faults,
    ],
  };
}

interface Setting {
  readonly log: 1 | 2;
  readonly scene: PredicateScene;
  readonly id: string;
}

async function signAndJudge(made: PredicateCase, { log, scene, id }: Setting): Promise<Outcome> {
  const folder = join(scene.folder, id);
  await mkdir(folder, { recursive: true });
  const artifact = join(folder, made.filename);
  await writeFile(artifact, CONTENT);
  const { name } = made;
  const refused = await sign(made, { log, scene, id }, artifact);
  if (refused !== undefined) return { name, log, accepted: [], wrong: [refused] };
  const judged = { artifact, made, bundle: `${artifact}.${made.suffix}.sigstore.json` };
  const verdicts = await Promise.all(
    Object.keys(judges).map(async (judge) => [judge, await verdictOf(judge, judged, scene)] as const),
  );
  const wrong = verdicts.flatMap(([judge, refusal]) =>
    refusal === undefined ? [] : [`${judge}: ${refusal}`],
  );
  return {
    name,
    log,
    accepted: verdicts.flatMap(([judge, refusal]) => (refusal === undefined ? [judge] : [])),
    wrong: [...wrong, ...(await wrongBytes(judged))],
  };
}

async function sign(
  made: PredicateCase,
  { log, scene: { stack } }: Setting,
  artifact: string,
): Promise<string | undefined> {
  const { files } = stack;
  const [name, text] = made.document ?? [];
  const path = join(artifact, '..', name ?? 'none');
  if (text !== undefined) await writeFile(path, text);
  const { status, stderr } = await runColophon([
    'attest',
    artifact,
    ...made.argv.map((word) => (word === name ? path : word)),
    '--trust-config',
    log === 1 ? files.trustConfigV1 : files.trustConfigV2,
    // The issuers' keys are asked for by https.
    '--ca-cert',
    files.keys.tlsAuthority,
    '--identity-token',
    stack.issueToken(made.issuer),
  ]);
  return status === 0 ? undefined : `exit ${status}: ${stderr}`;
}

async function verdictOf(name: string, judged: Judged, scene: PredicateScene): Promise<string | undefined> {
  try {
    await judges[name]?.(judged, scene);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// What the user wrote stands in the statement as it was written; a ready statement is the payload itself.
async function wrongBytes({ bundle, made }: Judged): Promise<string[]> {
  const [, text] = made.document ?? [];
  if (text === undefined) return [];
  const { dsseEnvelope } = JSON.parse(await readFile(bundle, 'utf8')) as {
    dsseEnvelope: { payload: string };
  };
  const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString();
  const kept = made.argv[0] === '--statement' ? payload === text : payload.includes(`"predicate":${text}`);
  return kept ? [] : ['the document was not signed as it was written'];
}
