// SPDX-License-Identifier: Apache-2.0
import type { Form } from './peer.ts';

/** A refusal that is right, or known of a released peer. Everything else that is refused fails the run. */
export interface ExpectedRefusal {
  readonly form: Form;
  readonly signer?: string;
  readonly verifier?: string;
  /** The refusal must hold these words. */
  readonly words: string;
  readonly because: string;
}

export const expectedRefusals: readonly ExpectedRefusal[] = [
  {
    form: 'dsse-v2',
    signer: '@sigstore',
    words: 'invalid type, must be hashedrekord',
    because: 'it sends an entry of the type dsse, which Rekor v2 no longer takes',
  },
];
