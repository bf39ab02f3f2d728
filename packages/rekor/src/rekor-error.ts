// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_REKOR_REFUSED`: the log does not take the entry, and says why
 * - `ERR_REKOR_DUPLICATE`: a Rekor v2 log has this very entry already and cannot give it out: only a fresh signature helps
 * - `ERR_REKOR_FROZEN`: the log takes no entries any more; the signing configuration that names it is out of date
 * - `ERR_REKOR_ANSWER`: the log answered something that is not an entry in its own format
 * - `ERR_REKOR_ENTRY`: the log answered an entry that is not the one it was asked for
 */
export type RekorErrorCode =
  | 'ERR_REKOR_REFUSED'
  | 'ERR_REKOR_DUPLICATE'
  | 'ERR_REKOR_FROZEN'
  | 'ERR_REKOR_ANSWER'
  | 'ERR_REKOR_ENTRY';

/** A transparency log that gave no entry for ours. */
export class RekorError extends AppError<RekorErrorCode> {}
