// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * What can be wrong with a certificate, by the stage that found it: its encoding, what it claims, what it may be used for,
 * who issued it, when it was valid, the certificate transparency log's promise, and a timestamp authority's word.
 */
export type PkiErrorCode =
  | 'ERR_PEM'
  | 'ERR_CERTIFICATE'
  | 'ERR_CERTIFICATE_CLAIM'
  | 'ERR_CERTIFICATE_USAGE'
  | 'ERR_CERTIFICATE_CHAIN'
  | 'ERR_CERTIFICATE_VALIDITY'
  | 'ERR_SCT'
  | 'ERR_TIMESTAMP';

/** A certificate that is malformed, not fit for its use, or not trusted. */
export class PkiError extends AppError<PkiErrorCode> {}
