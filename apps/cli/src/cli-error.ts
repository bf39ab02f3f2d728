// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

export type CliErrorCode =
  | 'ERR_USAGE'
  | 'ERR_NO_INPUT'
  | 'ERR_READ_FILE'
  | 'ERR_OUTPUT_EXISTS'
  | 'ERR_OUTPUT_WRITE'
  | 'ERR_STATEMENT_FILE'
  | 'ERR_SUBJECT'
  | 'ERR_EVIDENCE_CONFLICT'
  | 'ERR_NO_EVIDENCE'
  | 'ERR_NO_PROVENANCE'
  | 'ERR_NOT_ATTESTED'
  | 'ERR_CHECK_REFUSED'
  | 'ERR_CREDENTIAL_MISSING'
  | 'ERR_CREDENTIAL_CONFLICT'
  | 'ERR_CREDENTIAL_UNFIT'
  | 'ERR_PASSWORD_MISSING'
  | 'ERR_TLS_FILE'
  | 'ERR_TOKEN_SPENT'
  | 'ERR_PUBLISHER_MISMATCH'
  | 'ERR_PRIVATE_REPOSITORY'
  | 'ERR_FILE_DIFFERS'
  | 'ERR_NOT_VISIBLE'
  | 'ERR_READ_BACK'
  | 'ERR_JOURNAL'
  | 'ERR_RELEASE_BEGUN'
  | 'ERR_NOT_OURS'
  | 'ERR_NOT_BUILT'
  | 'ERR_UNKNOWN_INSTANCE'
  | 'ERR_KEY'
  | 'ERR_STORE_REFUSED'
  | 'ERR_STORE_LIMIT'
  | 'ERR_STORE_ANSWER'
  | 'ERR_INTERRUPTED';

/** A failure that only the command line knows: its words, its files, its order of work. */
export class CliError extends AppError<CliErrorCode> {}

/** The command line itself is wrong. */
export function usageError(message: string): CliError {
  return new CliError('ERR_USAGE', message);
}
