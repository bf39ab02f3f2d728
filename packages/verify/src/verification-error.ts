// SPDX-License-Identifier: Apache-2.0
import { AppError, isAppError, type ErrorDetails } from '@colophon/base';

/**
 * The stages of a verification, in their order: what fails at a later one held at those before. The names up to
 * `ERR_SCT` are @colophon/pki's.
 */
export const VERIFICATION_STAGES = [
  /** The trusted root lacks what is needed to judge: undecided, not failed. */
  'ERR_TRUST_MATERIAL',
  /** The document has a form, or a kind of signer or content, that is not judged. */
  'ERR_EVIDENCE',
  /** What stands where evidence should is not JSON. */
  'ERR_EVIDENCE_JSON',
  /** What stands where evidence should is JSON of another kind. */
  'ERR_EVIDENCE_KIND',
  'ERR_CERTIFICATE',
  'ERR_CERTIFICATE_CLAIM',
  'ERR_CERTIFICATE_USAGE',
  /** A log entry is missing, repeated, malformed or of an unknown kind. */
  'ERR_LOG_ENTRY',
  /** A log entry is about another signature, signer or content. */
  'ERR_LOG_ENTRY_MISMATCH',
  /** Nothing proves when the signature was made, or a proof of time is wrong. */
  'ERR_TIMESTAMP',
  'ERR_CERTIFICATE_CHAIN',
  'ERR_CERTIFICATE_VALIDITY',
  'ERR_SCT',
  /** The log is not one of the trusted root's. */
  'ERR_LOG_UNKNOWN',
  /** The trusted root does not vouch for the log's key at that time. */
  'ERR_LOG_VALIDITY',
  /** The signed entry timestamp is wrong. */
  'ERR_LOG_PROMISE',
  /** The checkpoint is malformed or not signed by the log. */
  'ERR_LOG_CHECKPOINT',
  /** The inclusion proof is wrong. */
  'ERR_LOG_INCLUSION',
  'ERR_SIGNATURE',
  'ERR_STATEMENT',
  /** The name of the artifact is missing or not a distribution's. */
  'ERR_ARTIFACT_NAME',
  'ERR_SUBJECT_NAME',
  'ERR_SUBJECT_DIGEST',
  'ERR_PREDICATE_TYPE',
  /** Someone else signed than was demanded. */
  'ERR_IDENTITY',
  /** The right signer, but not under the circumstances that were demanded. */
  'ERR_CLAIM',
] as const;

export type VerificationErrorCode = (typeof VERIFICATION_STAGES)[number];

/** Evidence that does not prove what it should. The code names the stage that failed. */
export class VerificationError extends AppError<VerificationErrorCode> {}

const STAGES: ReadonlyMap<string, number> = new Map(VERIFICATION_STAGES.map((code, index) => [code, index]));

/** How far a verification came: the position of its failure among the stages. */
export function stageOf(error: VerificationError): number {
  return STAGES.get(error.code) ?? 0;
}

/** Tells whether nothing was judged, for want of trust material, so that the evidence is neither right nor wrong. */
export function isUndecided(error: VerificationError): boolean {
  return error.code === 'ERR_TRUST_MATERIAL';
}

/** Tells whether the evidence holds by itself and only is not what was demanded: by others, or of another type. */
export function isForeign(error: VerificationError): boolean {
  return ['ERR_PREDICATE_TYPE', 'ERR_IDENTITY', 'ERR_CLAIM'].includes(error.code);
}

/**
 * Runs one stage and turns whatever it throws into a VerificationError: one of ours stays, a typed error of another
 * package keeps its code if that names a stage, anything else, raw errors of a library included, gets `fallback`.
 */
export function atStage<T>(fallback: VerificationErrorCode, message: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof VerificationError) throw cause;
    if (isAppError(cause) && STAGES.has(cause.code))
      throw new VerificationError(cause.code as VerificationErrorCode, cause.message, {
        cause,
        details: cause.details,
      });
    const reason = isAppError(cause) ? `${message}: ${cause.message}` : message;
    throw new VerificationError(fallback, reason, { cause });
  }
}

export function failure(
  code: VerificationErrorCode,
  message: string,
  details: ErrorDetails = {},
): VerificationError {
  return new VerificationError(code, message, { details });
}
