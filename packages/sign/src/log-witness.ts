// SPDX-License-Identifier: Apache-2.0
import { type InclusionProof, isProven, type TransparencyLogEntry } from '@colophon/attestation';
import { encodeBase64 } from '@colophon/base';
import type { RekorV1Client } from '@colophon/rekor';
import type { SignatureBundle, VerificationMaterial, Witness } from '@sigstore/sign';
import { SignError } from './sign-error.ts';

type WitnessedEntry = NonNullable<VerificationMaterial['tlogEntries']>[number];

/** Has a transparency log witness DSSE envelopes, in the form that @sigstore/sign's builders ask for. */
export class LogWitness implements Witness {
  readonly #log: Pick<RekorV1Client, 'createDsseEntry'>;

  constructor(log: Pick<RekorV1Client, 'createDsseEntry'>) {
    this.#log = log;
  }

  async testify(content: SignatureBundle, certificatePem: string): Promise<VerificationMaterial> {
    if (content?.$case !== 'dsseEnvelope') throw new TypeError('only DSSE envelopes are logged');
    const { payload, payloadType, signatures } = content.dsseEnvelope;
    const envelope = {
      payload: encodeBase64(payload),
      payloadType,
      signatures: signatures.map(({ sig, keyid }) => ({ sig: encodeBase64(sig), keyid })),
    };
    const entry = await this.#log.createDsseEntry({ envelopeJson: JSON.stringify(envelope), certificatePem });
    return { tlogEntries: [witnessed(entry)] };
  }
}

function witnessed(entry: TransparencyLogEntry): WitnessedEntry {
  if (!isProven(entry))
    throw new SignError('ERR_SIGNED_BUNDLE', 'the log entry has no inclusion proof with a checkpoint');
  const { inclusionPromise: promise, integratedTime = 0n } = entry;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logId) },
    kindVersion: { ...entry.kindVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: promise === undefined ? undefined : { signedEntryTimestamp: Buffer.from(promise) },
    inclusionProof: witnessedProof(entry.inclusionProof),
    canonicalizedBody: Buffer.from(entry.canonicalizedBody),
  };
}

function witnessedProof(
  proof: InclusionProof & { readonly checkpoint: string },
): WitnessedEntry['inclusionProof'] {
  return {
    logIndex: String(proof.logIndex),
    rootHash: Buffer.from(proof.rootHash),
    treeSize: String(proof.treeSize),
    hashes: proof.hashes.map((hash) => Buffer.from(hash)),
    checkpoint: { envelope: proof.checkpoint },
  };
}
