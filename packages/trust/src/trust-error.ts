// SPDX-License-Identifier: Apache-2.0
import { AppError, EncodingError } from '@colophon/base';

export type TrustErrorCode = 'ERR_TRUSTED_ROOT' | 'ERR_SIGNING_CONFIG' | 'ERR_TRUST_CONFIG';

/** Trust material that is not what its format demands, or a signing configuration with nothing to choose from. */
export class TrustError extends AppError<TrustErrorCode> {}

/** Runs `read`, and gives a failure of its readers the code of the document that was being read. */
export function reading<T>(code: TrustErrorCode, document: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new TrustError(code, `not a valid ${document}: ${cause.message}`, {
      cause,
      details: cause.details,
    });
  }
}
