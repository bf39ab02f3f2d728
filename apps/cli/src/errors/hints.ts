// SPDX-License-Identifier: Apache-2.0
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { ERROR_TABLE, type ErrorCode } from './error-table.ts';

/** Where every error code has a section. */
export const ERROR_PAGE = 'https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md';

export interface Advice {
  readonly exit: ExitStatus;
  readonly hint: string | undefined;
  readonly retry: boolean;
}

/** What to say and do about an error code. A code without a row can only come from a bug. */
export function adviceFor(code: string): Advice {
  const row = Object.hasOwn(ERROR_TABLE, code) ? ERROR_TABLE[code as ErrorCode] : undefined;
  if (row === undefined) return { exit: EXIT.bug, hint: undefined, retry: false };
  return { exit: EXIT[row.exit], hint: row.hint, retry: row.retry };
}
