// SPDX-License-Identifier: Apache-2.0
import type { EnvelopeContent, ProvenLogEntry } from '@colophon/attestation';

/** A signature over an artifact, which is known by its digest alone. */
export interface SignedDigest {
  readonly kind: 'message';
  /** The SHA-256 digest of the artifact: 32 bytes. */
  readonly sha256: Uint8Array;
  /** ECDSA over that digest, in DER. */
  readonly signature: Uint8Array;
}

/** What is to be logged: a signature, over an artifact or in a DSSE envelope, and whose it is. */
export interface LogProposal {
  readonly content: SignedDigest | EnvelopeContent;
  /** The signer's certificate in DER, leaf only. Its key is on P-256. */
  readonly certificate: Uint8Array;
}

/** A transparency log, of whichever version. */
export interface TransparencyLog {
  /** The base URL, without a slash at its end. */
  readonly url: string;
  readonly majorApiVersion: 1 | 2;
  /**
   * Logs a signature and gives the entry, which is the one proposed. Whether the log really holds it is for a verifier
   * to say.
   * @throws RekorError
   * @throws HttpError when the log cannot be reached
   */
  createEntry(proposal: LogProposal): Promise<ProvenLogEntry>;
}
