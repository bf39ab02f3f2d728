// SPDX-License-Identifier: Apache-2.0
import { isAppError, type JsonObject } from '@colophon/base';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { adviceFor } from '../errors/hints.ts';
import { refusalAdvice } from '../errors/refusal-advice.ts';
import { causes } from './error.ts';

/** The exit status that one failed file has by itself. */
export function statusOfError(error: unknown): ExitStatus {
  return isAppError(error) ? adviceFor(error.code).exit : EXIT.bug;
}

/** A failure as `--json` lists it for one file. */
export function failureJson(error: unknown): { status: ExitStatus; code: string } & JsonObject {
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = isAppError(failure) ? failure.code : 'ERR_BUG';
  return {
    status: statusOfError(error),
    code,
    message: failure.message,
    causes: causes(failure),
    retry: adviceFor(code).retry,
    ...reasonOf(failure),
  };
}

/** Which refusal of an index it was, where that is known: scripts tell refusals apart by it. */
export function reasonOf(error: Error): { reason?: string } {
  const reason = isAppError(error) ? error.details['reason'] : undefined;
  return typeof reason === 'string' && refusalAdvice(reason) !== undefined ? { reason } : {};
}
