// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

/**
 * - `ERR_TUF_URL`: the URL is not one of a repository
 * - `ERR_TUF_UNAVAILABLE`: the repository did not answer; the cause says how
 * - `ERR_TUF_MISSING`: the repository lacks a file that it must have
 * - `ERR_TUF_METADATA`: a file is not metadata of its role
 * - `ERR_TUF_SIGNATURE`: too few keys of the role signed
 * - `ERR_TUF_ROLLBACK`: older than what was seen before, or a root out of turn
 * - `ERR_TUF_EXPIRED`: past its expiry: frozen by somebody, or abandoned
 * - `ERR_TUF_MIXED`: of another version than the metadata above it says: files of two moments put together
 * - `ERR_TUF_HASH`: not the bytes that the metadata above it describes
 * - `ERR_TUF_TOO_LARGE`: larger than such a file may be, or than the metadata above it says
 * - `ERR_TUF_ROOT_CHAIN`: more new roots than there can honestly be
 * - `ERR_TUF_PIN`: the first root is not the one whose digest is known
 * - `ERR_TUF_TARGET`: the repository does not list the file that was asked for
 * - `ERR_TUF_NO_CACHE`: nothing is cached of the repository
 * - `ERR_TUF_CACHE`: the cache is not one, or does not begin at the root that is trusted
 * - `ERR_TUF_STORE`: the cache cannot be written
 * - `ERR_TUF_AGE`: older than the caller allows
 */
export type TufErrorCode =
  | 'ERR_TUF_URL'
  | 'ERR_TUF_UNAVAILABLE'
  | 'ERR_TUF_MISSING'
  | 'ERR_TUF_METADATA'
  | 'ERR_TUF_SIGNATURE'
  | 'ERR_TUF_ROLLBACK'
  | 'ERR_TUF_EXPIRED'
  | 'ERR_TUF_MIXED'
  | 'ERR_TUF_HASH'
  | 'ERR_TUF_TOO_LARGE'
  | 'ERR_TUF_ROOT_CHAIN'
  | 'ERR_TUF_PIN'
  | 'ERR_TUF_TARGET'
  | 'ERR_TUF_NO_CACHE'
  | 'ERR_TUF_CACHE'
  | 'ERR_TUF_STORE'
  | 'ERR_TUF_AGE';

/** Trust material that could not be had, or that must not be trusted. */
export class TufError extends AppError<TufErrorCode> {}
