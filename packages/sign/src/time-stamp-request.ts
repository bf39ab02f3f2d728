// SPDX-License-Identifier: Apache-2.0
import { encodeDer, encodeOid, encodeSequence, encodeUnsigned, TAG } from './der-encoding.ts';

const VERSION_1 = encodeDer(TAG.integer, Uint8Array.of(1));
// The parameter is NULL and not absent: some authorities read no other form.
const SHA_256 = encodeSequence(encodeOid('2.16.840.1.101.3.4.2.1'), encodeDer(TAG.null));
const CERTIFICATE_WANTED = encodeDer(TAG.boolean, Uint8Array.of(0xff));

/** What is to be timestamped, and the number that the answer must repeat. */
export interface TimeStampQuery {
  /** The SHA-256 digest of the data: 32 bytes. */
  readonly sha256: Uint8Array;
  /** Without it an authority, or whoever speaks for it, could answer with an older timestamp. */
  readonly nonce: bigint;
}

/** Writes a TimeStampReq (RFC 3161 §2.4.1) that asks for the authority's certificate too. */
export function encodeTimeStampRequest({ sha256, nonce }: TimeStampQuery): Uint8Array {
  const imprint = encodeSequence(SHA_256, encodeDer(TAG.octetString, sha256));
  return encodeSequence(VERSION_1, imprint, encodeUnsigned(nonce), CERTIFICATE_WANTED);
}
