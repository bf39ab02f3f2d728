// SPDX-License-Identifier: Apache-2.0
import { AppError, EncodingError } from '@colophon/base';

export type AttestationErrorCode =
  | 'ERR_STATEMENT'
  | 'ERR_PREDICATE'
  | 'ERR_BUNDLE'
  | 'ERR_LOG_ENTRY'
  | 'ERR_ATTESTATION'
  | 'ERR_PROVENANCE'
  | 'ERR_CONVERSION';

/** A document that is not what its format demands, or that another format cannot hold. */
export class AttestationError extends AppError<AttestationErrorCode> {}

/** Runs `read`, and gives a failure of its readers the code of the document that was being read. */
export function reading<T>(code: AttestationErrorCode, document: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new AttestationError(code, `not a valid ${document}: ${cause.message}`, {
      cause,
      details: cause.details,
    });
  }
}
