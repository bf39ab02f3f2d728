// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_FULCIO_REFUSED`: the certificate authority does not issue a certificate, and says why
 * - `ERR_FULCIO_ANSWER`: it answered something that is not a certificate with an embedded timestamp
 * - `ERR_FULCIO_CERTIFICATE`: its certificate is not the one we asked for, or not one that a verifier would trust
 * - `ERR_TSA_REFUSED`: the timestamp authority grants no timestamp
 * - `ERR_TSA_ANSWER`: it answered something that is not a timestamp response
 * - `ERR_TSA_TIMESTAMP`: its timestamp is not for our request, or of a time at which the certificate does not hold
 * - `ERR_PROVENANCE_CLAIMS`: the identity token does not describe a build
 * - `ERR_PROVENANCE_CERTIFICATE`: the certificate says something else of the build than the token
 * - `ERR_SIGN_LATE`: the log says a time at which the certificate had ended
 * - `ERR_SIGN_FILE`: the file to sign cannot be read
 * - `ERR_SIGN_INTERRUPTED`: the caller's signal came while a file was read
 * - `ERR_SIGNED_BUNDLE`: what was put together is not what was signed: a fault of this program or of its libraries
 */
export type SignErrorCode =
  | 'ERR_FULCIO_REFUSED'
  | 'ERR_FULCIO_ANSWER'
  | 'ERR_FULCIO_CERTIFICATE'
  | 'ERR_TSA_REFUSED'
  | 'ERR_TSA_ANSWER'
  | 'ERR_TSA_TIMESTAMP'
  | 'ERR_PROVENANCE_CLAIMS'
  | 'ERR_PROVENANCE_CERTIFICATE'
  | 'ERR_SIGN_LATE'
  | 'ERR_SIGN_FILE'
  | 'ERR_SIGN_INTERRUPTED'
  | 'ERR_SIGNED_BUNDLE';

/** A signature that was not made. */
export class SignError extends AppError<SignErrorCode> {}
