// SPDX-License-Identifier: Apache-2.0
import { AttestationError } from './attestation-error.ts';
import type { Attestation } from './attestation.ts';
import type { EnvelopeContent, SigstoreBundle } from './bundle.ts';
import { IN_TOTO_PAYLOAD_TYPE } from './dsse.ts';
import { isProven, type TransparencyLogEntry } from './transparency-log-entry.ts';

/** What a PEP 740 attestation has no place for and its verifier does not need. */
export type DroppedPart = 'timestamps' | 'keyid' | 'chain';

export interface ConvertedAttestation {
  readonly attestation: Attestation;
  /** What the bundle held beside it: RFC 3161 timestamps, the envelope's key id, certificates after the leaf. */
  readonly dropped: readonly DroppedPart[];
}

/**
 * The Sigstore bundle v0.3 of a PEP 740 attestation: the same certificate, entries, statement and signature.
 * @throws AttestationError ERR_CONVERSION when a log entry has no inclusion proof with a checkpoint
 */
export function bundleFromAttestation(attestation: Attestation): SigstoreBundle {
  for (const entry of attestation.transparencyEntries)
    if (!isProven(entry)) throw cannotConvert('a log entry has no inclusion proof with a checkpoint');
  return {
    version: '0.3',
    keyMaterial: { kind: 'certificate', chain: [attestation.certificate] },
    transparencyEntries: attestation.transparencyEntries,
    timestamps: [],
    content: {
      kind: 'dsse',
      payloadType: IN_TOTO_PAYLOAD_TYPE,
      payload: attestation.statement,
      signature: attestation.signature,
      keyid: '',
    },
  };
}

/**
 * The PEP 740 attestation of a Sigstore bundle, and the names of what it could not take along. A bundle of which
 * it would lose what is signed, who signed it, or the only proof of when, is refused.
 * @throws AttestationError ERR_CONVERSION
 */
export function attestationFromBundle(bundle: SigstoreBundle): ConvertedAttestation {
  const { keyMaterial } = bundle;
  const content = inTotoEnvelope(bundle);
  if (keyMaterial.kind !== 'certificate')
    throw cannotConvert('the signer is known by a public key, not by a certificate');
  const attestation = {
    certificate: keyMaterial.chain[0],
    transparencyEntries: [onlyEntry(bundle)],
    statement: content.payload,
    signature: content.signature,
  };
  const dropped: DroppedPart[] = [];
  if (bundle.timestamps.length > 0) dropped.push('timestamps');
  if (content.keyid !== '') dropped.push('keyid');
  if (keyMaterial.chain.length > 1) dropped.push('chain');
  return { attestation, dropped };
}

function inTotoEnvelope({ content }: SigstoreBundle): EnvelopeContent {
  if (content.kind !== 'dsse') throw cannotConvert('it holds a message signature, not a DSSE envelope');
  if (content.payloadType !== IN_TOTO_PAYLOAD_TYPE)
    throw cannotConvert('its DSSE envelope does not hold an in-toto statement');
  return content;
}

// PyPI reads the first entry alone, so a second one would vanish unsaid.
function onlyEntry({ transparencyEntries, timestamps }: SigstoreBundle): TransparencyLogEntry {
  const [entry, ...others] = transparencyEntries;
  if (entry === undefined || others.length > 0)
    throw cannotConvert(`it holds ${transparencyEntries.length} log entries, not one`);
  if (!isProven(entry)) throw cannotConvert('its log entry has no inclusion proof with a checkpoint');
  if (entry.inclusionPromise === undefined || entry.integratedTime === undefined)
    throw cannotConvert(
      timestamps.length > 0
        ? 'its only proof of time is an RFC 3161 timestamp, for which a PEP 740 attestation has no place'
        : 'its log entry has no signed entry timestamp, the only proof of time in a PEP 740 attestation',
    );
  return entry;
}

function cannotConvert(reason: string): AttestationError {
  return new AttestationError('ERR_CONVERSION', `cannot convert between bundle and attestation: ${reason}`);
}
