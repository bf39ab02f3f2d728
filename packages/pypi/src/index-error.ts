// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_INDEX_URL`: not a usable index URL: not https (or http on loopback), or with a user name, query or fragment
 * - `ERR_INDEX_AUDIENCE`: the index wants a token that belongs to another service, or the token at hand is not for it
 * - `ERR_INDEX_UNAVAILABLE`: no answer, or one that says to come back later; `details.uncertain` is true where the
 *   request may have had its effect all the same
 * - `ERR_INDEX_RESPONSE`: an answer that is not what its format demands, or a redirect that is not followed
 * - `ERR_INDEX_HTML`: the index offers its pages as HTML only, without the JSON form
 * - `ERR_INDEX_REFUSED`: the index refused, in its own words (`details.words`)
 * - `ERR_INDEX_FORBIDDEN`: the index did not accept the credential, or wants one
 * - `ERR_TRUSTED_PUBLISHING_UNSUPPORTED`: the index has no trusted publishing
 * - `ERR_TRUSTED_PUBLISHING_DISABLED`: the index has switched trusted publishing off
 * - `ERR_TRUSTED_PUBLISHING_REFUSED`: the index gives no token for this identity; `details.codes` says why
 * - `ERR_UPLOAD_FILE`: the file to upload cannot be read, has an impossible name, or changed after it was digested
 * - `ERR_UPLOAD_ATTESTATIONS`: a set of attestations that no index takes
 * - `ERR_FILE_EXISTS`: the index already has a file of this name, or these bytes under another name
 * - `ERR_PROJECT_NAME`: not a project name
 * - `ERR_PROJECT_NOT_FOUND`: the index does not know the project
 * - `ERR_FILE_NOT_FOUND`: the index lists a file that it does not serve
 * - `ERR_FILE_DIGEST`: downloaded bytes that do not have the listed digest, or no digest is listed
 * - `ERR_FILE_SIZE`: a download that is larger or smaller than listed
 * - `ERR_FILE_WRITE`: a download that could not be stored
 * - `ERR_PYPIRC`: a `.pypirc` that Python's reader of configuration files does not read either
 */
export type IndexErrorCode =
  | 'ERR_INDEX_URL'
  | 'ERR_INDEX_AUDIENCE'
  | 'ERR_INDEX_UNAVAILABLE'
  | 'ERR_INDEX_RESPONSE'
  | 'ERR_INDEX_HTML'
  | 'ERR_INDEX_REFUSED'
  | 'ERR_INDEX_FORBIDDEN'
  | 'ERR_TRUSTED_PUBLISHING_UNSUPPORTED'
  | 'ERR_TRUSTED_PUBLISHING_DISABLED'
  | 'ERR_TRUSTED_PUBLISHING_REFUSED'
  | 'ERR_UPLOAD_FILE'
  | 'ERR_UPLOAD_ATTESTATIONS'
  | 'ERR_FILE_EXISTS'
  | 'ERR_PROJECT_NAME'
  | 'ERR_PROJECT_NOT_FOUND'
  | 'ERR_FILE_NOT_FOUND'
  | 'ERR_FILE_DIGEST'
  | 'ERR_FILE_SIZE'
  | 'ERR_FILE_WRITE'
  | 'ERR_PYPIRC';

/** What went wrong between us and a package index. `details` may hold `url` (redacted), `status`, `words`, `codes` and
 * `reason` (a `RefusalReason`). */
export class IndexError extends AppError<IndexErrorCode> {}
