// SPDX-License-Identifier: Apache-2.0
import { EXIT, type ExitStatus } from '../exit-status.ts';
import type { AppError } from '@colophon/base';
import { refusalAdvice } from './refusal-advice.ts';
import { ERROR_TABLE, type ErrorCode } from './error-table.ts';

/** Where every error code has a section. */
export const ERROR_PAGE = 'https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md';

/** Where every finding of `check`, and every refusal of an index that is known, has a section. */
export const FINDING_PAGE = 'https://github.com/colophon-py/colophon/blob/main/docs/reference/findings.md';

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

/** What to say and do about an error: for a refusal of an index that is known, what that one means. */
export function adviceOf({ code, details }: AppError): Advice & { readonly see: string } {
  const advice = adviceFor(code);
  const hint = refusalAdvice(details['reason']);
  return hint === undefined
    ? { ...advice, see: `${ERROR_PAGE}#${code.toLowerCase()}` }
    : { ...advice, hint, see: `${FINDING_PAGE}#${String(details['reason'])}` };
}
