// SPDX-License-Identifier: Apache-2.0

/** What is signed, and where it is logged: a message signature or an in-toto statement on Rekor v1 or v2, or PEP 740. */
export type Form = 'message-v1' | 'message-v2' | 'dsse-v1' | 'dsse-v2' | 'pep740';

/** A peer, or a service that it asked, said no; the message is its reason. Anything else that is thrown ends the run. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The publisher of PEP 740, in the shape of the provenance object. */
export interface Publisher {
  readonly kind: string;
  readonly [field: string]: string;
}

/** Who signs, as a certificate and as an index name it. */
export interface Identity {
  readonly san: string;
  readonly issuer: string;
  readonly publisher: Publisher;
}

export interface SigningJob {
  readonly form: Form;
  readonly artifact: string;
  /** An in-toto statement about the artifact: what a DSSE form must sign, byte for byte. */
  readonly statement: string;
  /** A fresh identity token for Fulcio. */
  readonly token: string;
  /** Where the bundle or attestation goes. */
  readonly output: string;
}

export interface VerifyingJob {
  readonly form: Form;
  readonly artifact: string;
  readonly evidence: string;
  readonly identity: Identity;
}

/** A reason why a peer has no way to do something. */
export interface Impossible {
  readonly impossible: string;
}

export type Ability<Job> = ((job: Job) => Promise<unknown>) | Impossible;

/** Why a verifier can not notice a mutation of some form, for those that it is known to accept. */
export type Blindness = Readonly<Partial<Record<Form, Readonly<Partial<Record<MutationName, string>>>>>>;

export const mutationNames = ['signature-byte', 'other-artifact', 'other-identity'] as const;
export type MutationName = (typeof mutationNames)[number];

/** One implementation: a row where it signs, a column where it verifies. Both throw Refusal to say no. */
export interface Peer {
  readonly name: string;
  readonly sign: Readonly<Record<Form, Ability<SigningJob>>>;
  readonly verify: Readonly<Record<Form, Ability<VerifyingJob>>>;
  readonly blind?: Blindness;
  /** Said of a form that the peer reaches by a detour. */
  readonly notes?: Readonly<Partial<Record<Form, string>>>;
}

export function impossible(reason: string): Impossible {
  return { impossible: reason };
}

export function logVersion(form: Form): 1 | 2 {
  return form.endsWith('-v2') ? 2 : 1;
}

export function isMessage(form: Form): boolean {
  return form.startsWith('message');
}
