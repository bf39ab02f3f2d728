// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_FULCIO_REFUSED`: the certificate authority does not issue a certificate, and says why
 * - `ERR_FULCIO_ANSWER`: it answered something that is not a certificate with an embedded timestamp
 * - `ERR_FULCIO_CERTIFICATE`: its certificate is not the one we asked for, or not one that a verifier would trust
 * - `ERR_SIGNED_BUNDLE`: what was put together is not what was signed: a fault of this program or of its libraries
 */
export type SignErrorCode =
  | 'ERR_FULCIO_REFUSED'
  | 'ERR_FULCIO_ANSWER'
  | 'ERR_FULCIO_CERTIFICATE'
  | 'ERR_SIGNED_BUNDLE';

/** A signature that was not made. */
export class SignError extends AppError<SignErrorCode> {}
