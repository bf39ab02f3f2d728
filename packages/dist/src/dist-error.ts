// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * What can be wrong with a distribution:
 * - `ERR_DIST_FILENAME`: the name is not that of a wheel or an sdist;
 * - `ERR_DIST_VERSION`: a text is not a PEP 440 version;
 * - `ERR_DIST_READ`: the file cannot be read (absent, a directory, no permission, changed meanwhile);
 * - `ERR_DIST_ARCHIVE`: the archive is damaged, ambiguous or dangerous;
 * - `ERR_DIST_MISSING_METADATA`: a sound archive without METADATA or PKG-INFO where it belongs;
 * - `ERR_DIST_METADATA`: that member is not core metadata;
 * - `ERR_CHECKSUMS`: a checksum file has a line that is not one.
 */
export type DistErrorCode =
  | 'ERR_DIST_FILENAME'
  | 'ERR_DIST_VERSION'
  | 'ERR_DIST_READ'
  | 'ERR_DIST_ARCHIVE'
  | 'ERR_DIST_MISSING_METADATA'
  | 'ERR_DIST_METADATA'
  | 'ERR_CHECKSUMS';

/** A failure of this package. */
export class DistError extends AppError<DistErrorCode> {}
