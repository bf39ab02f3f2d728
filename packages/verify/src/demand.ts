// SPDX-License-Identifier: Apache-2.0
import type { ErrorDetails } from '@colophon/base';
import { failure, type VerificationError, type VerificationErrorCode } from './verification-error.ts';

/** The error of a demand that is not met; what was found is in the details, for whoever asks why. */
export function differs(
  code: VerificationErrorCode,
  what: string,
  wanted?: string,
  found?: string,
): VerificationError {
  const details: ErrorDetails = {
    what,
    ...(wanted === undefined ? {} : { wanted }),
    ...(found === undefined ? {} : { found }),
  };
  const message = found === undefined ? `the certificate names no ${what}` : `the ${what} is another one`;
  return failure(code, message, details);
}
