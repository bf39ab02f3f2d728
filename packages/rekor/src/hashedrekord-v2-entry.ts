// SPDX-License-Identifier: Apache-2.0
import {
  isProven,
  preAuthEncoding,
  type ProvenLogEntry,
  type TransparencyLogEntry,
} from '@colophon/attestation';
import { encodeBase64, encodeUtf8, equalBytes, sha256 } from '@colophon/base';
import { assertKind, otherEntry } from './entry-comparison.ts';
import type { LogProposal } from './log-proposal.ts';

const KEY_DETAILS = 'PKIX_ECDSA_P256_SHA_256';

/** The digest that Rekor v2 logs: of the artifact, or of what a DSSE signature is over. */
function digestOf({ content }: LogProposal): Uint8Array {
  return content.kind === 'message'
    ? content.sha256
    : sha256(preAuthEncoding(content.payloadType, content.payload));
}

/** Writes the request for a new entry of Rekor v2, which knows one kind: `hashedrekord` 0.0.2. */
export function encodeHashedRekordV2Request(proposal: LogProposal): string {
  const x509Certificate = { rawBytes: encodeBase64(proposal.certificate) };
  const signature = {
    content: encodeBase64(proposal.content.signature),
    verifier: { x509Certificate, keyDetails: KEY_DETAILS },
  };
  return JSON.stringify({ hashedRekordRequestV002: { digest: encodeBase64(digestOf(proposal)), signature } });
}

/**
 * The canonical entry (RFC 8785) that a Rekor v2 log makes of a proposal, byte for byte. The keys stand in the order
 * that the canonical form demands, and no value needs an escape.
 */
export function canonicalHashedRekordV2(proposal: LogProposal): Uint8Array {
  const x509Certificate = { rawBytes: encodeBase64(proposal.certificate) };
  const hashedRekordV002 = {
    data: { algorithm: 'SHA2_256', digest: encodeBase64(digestOf(proposal)) },
    signature: {
      content: encodeBase64(proposal.content.signature),
      verifier: { keyDetails: KEY_DETAILS, x509Certificate },
    },
  };
  return encodeUtf8(
    JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002 } }),
  );
}

/**
 * Checks that an entry is the one that was proposed, wholly, and proven by a checkpoint; and that it names no time,
 * which a Rekor v2 log has none of (rekor-tiles, CLIENTS.md).
 * @throws RekorError ERR_REKOR_ENTRY
 */
export function assertHashedRekordV2Entry(
  entry: TransparencyLogEntry,
  proposal: LogProposal,
): ProvenLogEntry {
  assertKind(entry, 'hashedrekord', '0.0.2');
  if (!equalBytes(entry.canonicalizedBody, canonicalHashedRekordV2(proposal)))
    throw otherEntry('its body is not what the proposal comes to');
  if (entry.integratedTime !== undefined || entry.inclusionPromise !== undefined)
    throw otherEntry('it names a time, which this version of the log has none of');
  if (!isProven(entry)) throw otherEntry('it has no inclusion proof with a checkpoint');
  if (entry.inclusionProof.logIndex !== entry.logIndex) throw otherEntry('it names two indices');
  return entry;
}
