// SPDX-License-Identifier: Apache-2.0
import {
  AttestationError,
  attestationFromBundle,
  bundleFromAttestation,
  IN_TOTO_PAYLOAD_TYPE,
  isProven,
  parseStatement,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type Attestation,
  type DroppedPart,
  type SigstoreBundle,
  type Statement,
} from '@colophon/attestation';
import { isAppError } from '@colophon/base';
import type { Evidence } from '@colophon/verify';

/** What a conversion leaves behind: parts that the target has no place for and its readers do not need. */
export type Dropped = DroppedPart | 'publisher';

export interface Converted<T> {
  readonly value: T;
  readonly dropped: readonly Dropped[];
}

/** What an index takes as an attestation, and what its verifiers count. */
const PEP740_TYPES: readonly string[] = [PUBLISH_PREDICATE_TYPE, SLSA_PROVENANCE_PREDICATE_TYPE];

/** The statement of a piece of evidence; undefined for a signature over the file itself. @throws AttestationError */
export function statementOf(evidence: Evidence): Statement | undefined {
  if (evidence.kind === 'pep740') return parseStatement(evidence.attestation.statement);
  const { content } = evidence.bundle;
  if (content.kind !== 'dsse' || content.payloadType !== IN_TOTO_PAYLOAD_TYPE) return undefined;
  return parseStatement(content.payload, { legacy: true });
}

/** The same, of evidence to convert. @throws AttestationError ERR_CONVERSION */
export function convertibleStatement(evidence: Evidence): Statement | undefined {
  return refusing(evidence, () => statementOf(evidence));
}

/**
 * A piece of evidence as a Sigstore bundle v0.3, which every reader of today takes.
 * @throws AttestationError ERR_CONVERSION when a log entry has no inclusion proof with a checkpoint
 */
export function toBundle(evidence: Evidence): Converted<SigstoreBundle> {
  if (evidence.kind === 'pep740') {
    const value = naming(evidence, () => bundleFromAttestation(evidence.attestation));
    return { value, dropped: evidence.claimedPublisher === undefined ? [] : ['publisher'] };
  }
  const { bundle } = evidence;
  if (bundle.version === '0.3') return { value: bundle, dropped: [] };
  if (!bundle.transparencyEntries.every(isProven))
    throw refused(
      evidence,
      'a log entry has no inclusion proof with a checkpoint, which bundle v0.3 demands',
    );
  const { keyMaterial } = bundle;
  if (keyMaterial.kind === 'public-key') return { value: { ...bundle, version: '0.3' }, dropped: [] };
  const [leaf, ...others] = keyMaterial.chain;
  return {
    value: { ...bundle, version: '0.3', keyMaterial: { kind: 'certificate', chain: [leaf] } },
    dropped: others.length === 0 ? [] : ['chain'],
  };
}

/**
 * A piece of evidence as a PEP 740 attestation that an index would take: of a type that it takes, about one file.
 * @throws AttestationError ERR_CONVERSION
 */
export function toAttestation(evidence: Evidence): Converted<Attestation> {
  const { attestation, dropped } = attestationOf(evidence);
  const { predicateType, subjects } = refusing(evidence, () => parseStatement(attestation.statement));
  if (!PEP740_TYPES.includes(predicateType))
    throw refused(evidence, `a PEP 740 attestation is of another type than ${predicateType}`);
  if (subjects.length !== 1)
    throw refused(evidence, `a PEP 740 attestation is about one file, and this about ${subjects.length}`);
  return { value: attestation, dropped };
}

function attestationOf(evidence: Evidence): { attestation: Attestation; dropped: readonly Dropped[] } {
  if (evidence.kind === 'bundle') return naming(evidence, () => attestationFromBundle(evidence.bundle));
  const { attestation, claimedPublisher } = evidence;
  return { attestation, dropped: claimedPublisher === undefined ? [] : ['publisher'] };
}

/** That a piece of evidence does not fit a format. */
export function refused({ name }: Evidence, reason: string, cause?: Error): AttestationError {
  return new AttestationError('ERR_CONVERSION', `${name}: ${reason}`, { cause });
}

/** What cannot be read of a piece of evidence cannot be put into another format. @throws AttestationError ERR_CONVERSION */
export function refusing<T>(evidence: Evidence, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw refused(evidence, error.message, error);
  }
}

function naming<T>({ name }: Evidence, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    const { code, message, details, cause } = error;
    throw new AttestationError(code, `${name}: ${message}`, { details, cause });
  }
}
