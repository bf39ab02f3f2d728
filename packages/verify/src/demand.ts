// SPDX-License-Identifier: Apache-2.0
import { quote } from '@colophon/base';
import { failure, type VerificationError, type VerificationErrorCode } from './verification-error.ts';

const MAX_EXCERPT = 200;

/** The error of a demand that is not met: what was wanted, and what the certificate says instead, if anything. */
export function differs(
  code: VerificationErrorCode,
  what: string,
  wanted: string,
  found?: string,
): VerificationError {
  if (found === undefined) return failure(code, `the certificate names no ${what}`, { what, wanted });
  const message = `the ${what} is ${quote(found, MAX_EXCERPT)}, not ${quote(wanted, MAX_EXCERPT)}`;
  return failure(code, message, { what, wanted, found });
}
