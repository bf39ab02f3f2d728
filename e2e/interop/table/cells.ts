// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { type ExpectedRefusal, expectedRefusals } from './expected-refusals.ts';
import { mutate, telltales } from './mutations.ts';
import {
  type Form,
  forms,
  type MutationName,
  mutationNames,
  type Peer,
  Refusal,
  type VerifyingJob,
} from './peer.ts';
import type { Scene } from './scene.ts';

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
  readonly form: Form;
  readonly signer: Peer;
  readonly verifier: Peer;
  readonly outcome: Outcome;
}

type Signed = { readonly evidence: string } | { readonly outcome: Outcome };

/** Fills the whole table: every peer signs every form that it can, and every peer judges every result. */
export async function fillTable(peers: readonly Peer[], scene: Scene): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const form of forms) {
    const signed = await Promise.all(peers.map((signer) => signOnce(signer, form, scene)));
    for (const [index, signer] of peers.entries()) {
      const row = await Promise.all(
        peers.map(async (verifier) => {
          const outcome = await judge({ form, signer, verifier }, signed[index] as Signed, scene);
          return { form, signer, verifier, outcome };
        }),
      );
      cells.push(...row);
    }
  }
  return cells;
}

async function signOnce(signer: Peer, form: Form, scene: Scene): Promise<Signed> {
  const sign = signer.sign[form];
  if (typeof sign !== 'function') return { outcome: { kind: 'impossible', reason: sign.impossible } };
  const output = join(scene.folder, `${fileName(signer)}.${form}.json`);
  const { artifact, statement } = scene;
  const refusal = await refusalOf(() =>
    sign({ form, artifact, statement, token: scene.tokenFor(form), output }),
  );
  if (refusal === undefined) return { evidence: output };
  const known = expectedRefusals.find(
    (one) => one.verifier === undefined && fits(one, { form, signer }, refusal),
  );
  return { outcome: refusalOutcome(known, `signing: ${refusal}`) };
}

type Pair = Omit<Cell, 'outcome'>;

async function judge(pair: Pair, signed: Signed, scene: Scene): Promise<Outcome> {
  const { form, verifier } = pair;
  if ('outcome' in signed) return signed.outcome;
  const verify = verifier.verify[form];
  if (typeof verify !== 'function') return { kind: 'impossible', reason: verify.impossible };
  const { artifact } = scene;
  const job: VerifyingJob = { form, artifact, evidence: signed.evidence, identity: scene.identityFor(form) };
  const refusal = await refusalOf(() => verify(job));
  if (refusal !== undefined)
    return refusalOutcome(
      expectedRefusals.find((one) => fits(one, pair, refusal)),
      refusal,
    );
  return judgeMutations(pair, verify, job, scene);
}

async function judgeMutations(
  { form, signer, verifier }: Pair,
  verify: (job: VerifyingJob) => Promise<unknown>,
  job: VerifyingJob,
  scene: Scene,
): Promise<Outcome> {
  const notes = [signer.notes?.[form], verifier.notes?.[form]].filter((note) => note !== undefined);
  const remarks = new Set(notes);
  const mutations: Partial<Record<MutationName, string>> = {};
  // Verifiers of one row run side by side, so each has a file of its own.
  const substitutes = {
    ...scene.substitutesFor(form),
    evidence: `${job.evidence}.${fileName(verifier)}.mutant`,
  };
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
  return telltales[name].test(refusal) ? undefined : `is refused for another reason: ${refusal}`;
}

function refusalOutcome(known: ExpectedRefusal | undefined, reason: string): Outcome {
  return known === undefined ? { kind: 'wrong', reason } : { kind: 'refused', reason: known.because };
}

function fits(expected: ExpectedRefusal, pair: Partial<Pair>, refusal: string): boolean {
  return (
    expected.form === pair.form &&
    (expected.signer === undefined || expected.signer === pair.signer?.name) &&
    (expected.verifier === undefined || expected.verifier === pair.verifier?.name) &&
    refusal.includes(expected.words)
  );
}

async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function fileName(peer: Peer): string {
  return peer.name.replace('/', '-');
}
