// SPDX-License-Identifier: Apache-2.0
import type { ForgedSigstore } from '../forge/authority.ts';
import { type AttestationShape, forgeAttestation } from '../forge/attestation.ts';
import { DIGEST, FILENAME, REPOSITORY, WORKFLOW } from '../forge/facts.ts';

/** A publisher in the form of pypi-attestations and of provenance objects. */
export type PublisherJson =
  | { readonly kind: 'GitHub'; readonly repository: string; readonly workflow: string }
  | { readonly kind: 'GitLab'; readonly repository: string; readonly workflow_filepath: string }
  | { readonly kind: 'Google'; readonly email: string };

export type RootName = 'forged' | 'public-good' | 'staging' | 'sandbox';

/** One upload's field `attestations`, with all that a judge needs to know. */
export interface VerdictCase {
  /** Cases of one kind change the same thing. */
  readonly kind: string;
  readonly name: string;
  readonly field: string;
  readonly publisher: PublisherJson;
  readonly file: { readonly filename: string; readonly sha256: string };
  readonly root: RootName;
  /** Where the verdict is known beforehand; both judges are held to it. */
  readonly expected?: 'accepted' | 'refused';
}

/** A forged attestation, and for whom and what it is judged where that is not the usual. */
export interface ForgedCase {
  readonly kind: string;
  readonly name: string;
  readonly shape: AttestationShape;
  readonly publisher?: PublisherJson;
  readonly filename?: string;
  readonly digest?: string;
  readonly expected?: 'accepted' | 'refused';
}

export const GITHUB: PublisherJson = { kind: 'GitHub', repository: REPOSITORY, workflow: WORKFLOW };

/** The cases of one kind, from shapes by name. */
export function casesOf(kind: string, shapes: Readonly<Record<string, AttestationShape>>): ForgedCase[] {
  return Object.entries(shapes).map(([name, shape]) => ({ kind, name, shape }));
}

export function forgeCase(sigstore: ForgedSigstore, forged: ForgedCase): VerdictCase {
  const { kind, name, shape, publisher = GITHUB, filename = FILENAME, digest = DIGEST, expected } = forged;
  return {
    kind,
    name,
    field: JSON.stringify([forgeAttestation(sigstore, shape)]),
    publisher,
    file: { filename, sha256: digest },
    root: 'forged',
    ...(expected === undefined ? {} : { expected }),
  };
}
