// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { identityOf, otherIdentityOf } from './identities.ts';
import { type ExpectedRefusal, expectedRefusals } from './expected-refusals.ts';
import { mutate, telltales } from './mutations.ts';
import { type MutationName, mutationNames, type Peer, Refusal, type VerifyingJob } from './peer.ts';
import { type Scenario, type Scene, scenarios } from './scene.ts';

export type Outcome =
  /** `mutations` holds the words of each refusal. */
  | {
      readonly kind: 'ok';
      readonly mutations: Readonly<Partial<Record<MutationName, string>>>;
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'impossible'; readonly reason: string }
  /** Neither what should be nor what is known: fails the run. */
  | { readonly kind: 'wrong'; readonly reason: string };

export interface Cell {
  readonly scenario: Scenario;
  readonly signer: Peer;
  readonly verifier: Peer;
  readonly outcome: Outcome;
}

/** Stands before the words of an error that is no refusal; no expectation may match it. */
const BREAKDOWN = 'broke down: ';

type Signed = { readonly evidence: string } | { readonly outcome: Outcome };

/** Fills the whole table: in each scenario every peer signs that can, and every peer judges every result. */
export async function fillTable(peers: readonly Peer[], scene: Scene): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const scenario of scenarios) {
    const signed = await Promise.all(peers.map((signer) => signOnce(signer, scenario, scene)));
    for (const [index, signer] of peers.entries()) {
      const row = await Promise.all(
        peers.map(async (verifier) => {
          const outcome = await judge({ scenario, signer, verifier }, signed[index] as Signed, scene);
          return { scenario, signer, verifier, outcome };
        }),
      );
      cells.push(...row);
    }
  }
  return cells;
}

/** Why a filled table fails the run: cells that are wrong, and expectations that nothing meets any more. */
export function faultsOf(cells: readonly Cell[]): string[] {
  const wrong = cells
    .filter(({ outcome }) => outcome.kind === 'wrong')
    .map(({ scenario, signer, verifier }) => `${scenario.name}: ${signer.name} to ${verifier.name} is wrong`);
  const met = new Set(cells.map(({ outcome }) => (outcome.kind === 'refused' ? outcome.reason : undefined)));
  const unmet = expectedRefusals.filter(({ because }) => !met.has(because));
  return [...wrong, ...unmet.map(({ because }) => `an expected refusal did not happen: ${because}`)];
}

async function signOnce(signer: Peer, scenario: Scenario, scene: Scene): Promise<Signed> {
  const { form, issuer } = scenario;
  const sign = signer.sign[form];
  if (typeof sign !== 'function') return { outcome: { kind: 'impossible', reason: sign.impossible } };
  const output = join(scene.folder, `${fileName(signer)}.${form}.${issuer}.json`);
  const { artifact, statement } = scene;
  const refusal = await refusalOf(() =>
    sign({ form, artifact, statement, token: scene.issueToken(issuer), output }),
  );
  if (refusal === undefined) return { evidence: output };
  const known = expectedRefusals.find(
    (one) => one.verifier === undefined && fits(one, { scenario, signer }, refusal),
  );
  return { outcome: refusalOutcome(known, `signing: ${refusal}`) };
}

type Pair = Omit<Cell, 'outcome'>;

async function judge(pair: Pair, signed: Signed, scene: Scene): Promise<Outcome> {
  const { verifier } = pair;
  const { form, issuer } = pair.scenario;
  if ('outcome' in signed) return signed.outcome;
  const verify = verifier.verify[form];
  if (typeof verify !== 'function') return { kind: 'impossible', reason: verify.impossible };
  const { artifact } = scene;
  const job: VerifyingJob = { form, artifact, evidence: signed.evidence, identity: identityOf(issuer) };
  const refusal = await refusalOf(() => verify(job));
  if (refusal !== undefined)
    return refusalOutcome(
      expectedRefusals.find((one) => fits(one, pair, refusal)),
      refusal,
    );
  return judgeMutations(pair, verify, job, scene);
}

async function judgeMutations(
  { scenario: { form, issuer }, signer, verifier }: Pair,
  verify: (job: VerifyingJob) => Promise<unknown>,
  job: VerifyingJob,
  scene: Scene,
): Promise<Outcome> {
  const notes = [signer.notes?.[form], verifier.notes?.[form]].filter((note) => note !== undefined);
  const remarks = new Set(notes);
  const mutations: Partial<Record<MutationName, string>> = {};
  // Verifiers of one row run side by side, so each has a file of its own.
  const evidence = `${job.evidence}.${fileName(verifier)}.mutant`;
  const substitutes = { artifact: scene.otherArtifact, identity: otherIdentityOf(issuer), evidence };
  for (const name of mutationNames) {
    const mutant = await mutate(name, job, substitutes);
    const refusal = await refusalOf(() => verify(mutant));
    const blind = verifier.blind?.[form]?.[name];
    const wrong = wrongMutation(name, refusal, blind);
    if (wrong !== undefined) return { kind: 'wrong', reason: `${name} ${wrong}` };
    if (refusal !== undefined) mutations[name] = refusal;
    if (blind !== undefined) remarks.add(`${name} goes unnoticed: ${blind}`);
  }
  return { kind: 'ok', mutations, remarks: [...remarks] };
}

function wrongMutation(
  name: MutationName,
  refusal: string | undefined,
  blind: string | undefined,
): string | undefined {
  if (refusal === undefined) return blind === undefined ? 'goes unnoticed' : undefined;
  if (blind !== undefined) return `is refused, though this peer was held to be blind to it: ${refusal}`;
  const isMeant = telltales[name].test(refusal) && !refusal.startsWith(BREAKDOWN);
  return isMeant ? undefined : `is refused for another reason: ${refusal}`;
}

function refusalOutcome(known: ExpectedRefusal | undefined, reason: string): Outcome {
  return known === undefined ? { kind: 'wrong', reason } : { kind: 'refused', reason: known.because };
}

function fits(expected: ExpectedRefusal, pair: Partial<Pair>, refusal: string): boolean {
  return (
    expected.form === pair.scenario?.form &&
    (expected.signer === undefined || expected.signer === pair.signer?.name) &&
    (expected.verifier === undefined || expected.verifier === pair.verifier?.name) &&
    !refusal.startsWith(BREAKDOWN) &&
    refusal.includes(expected.words)
  );
}

/** The words of a refusal; undefined when there was none. A peer that breaks down has not refused, but speaks here too. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    return `${BREAKDOWN}${error instanceof Error ? error.message : String(error)}`;
  }
}

function fileName(peer: Peer): string {
  return peer.name.replace('/', '-');
}
