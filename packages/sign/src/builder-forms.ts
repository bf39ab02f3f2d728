// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { decodePem } from '@colophon/pki';
import type { LogProposal } from '@colophon/rekor';
import type { SignatureBundle, VerificationMaterial } from '@sigstore/sign';
import type { Testimony } from './signature-witness.ts';

type WitnessedEntry = NonNullable<VerificationMaterial['tlogEntries']>[number];

/** What a builder of @sigstore/sign hands to a witness, as a log is asked for it. */
export function proposalOf(content: SignatureBundle, certificatePem: string): LogProposal {
  if (content?.$case !== 'dsseEnvelope') throw new TypeError('a builder is used for DSSE envelopes alone');
  const { payload, payloadType, signatures } = content.dsseEnvelope;
  const [signature, ...others] = signatures;
  const [certificate, ...more] = decodePem(certificatePem, 'CERTIFICATE');
  if (signature === undefined || certificate === undefined || others.length + more.length > 0)
    throw new TypeError('a builder makes envelopes with one signature by one certificate');
  const { sig, keyid } = signature;
  return { content: { kind: 'dsse', payload, payloadType, signature: sig, keyid }, certificate };
}

/** What a witness hands back to a builder. */
export function materialOf({ timestamps, transparencyEntries }: Testimony): VerificationMaterial {
  return {
    tlogEntries: transparencyEntries.map(entryOf),
    rfc3161Timestamps: timestamps.map((der) => ({ signedTimestamp: Buffer.from(der) })),
  };
}

function entryOf(entry: ProvenLogEntry): WitnessedEntry {
  const { inclusionPromise: promise, integratedTime = 0n } = entry;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logId) },
    kindVersion: { ...entry.kindVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: promise === undefined ? undefined : { signedEntryTimestamp: Buffer.from(promise) },
    inclusionProof: proofOf(entry.inclusionProof),
    canonicalizedBody: Buffer.from(entry.canonicalizedBody),
  };
}

function proofOf(proof: ProvenLogEntry['inclusionProof']): WitnessedEntry['inclusionProof'] {
  return {
    logIndex: String(proof.logIndex),
    rootHash: Buffer.from(proof.rootHash),
    treeSize: String(proof.treeSize),
    hashes: proof.hashes.map((hash) => Buffer.from(hash)),
    checkpoint: { envelope: proof.checkpoint },
  };
}
