// SPDX-License-Identifier: Apache-2.0
import { displayUrl, type HttpResponse } from '@colophon/http';
import { RekorError } from './rekor-error.ts';

/** The error for a status that is no entry, with what the log says about it. */
export function refusal(answer: HttpResponse): RekorError {
  const said = answer.excerpt();
  const reason = said === '' ? '' : `: ${said}`;
  const message = `the transparency log at ${displayUrl(answer.url)} answered ${answer.status}${reason}`;
  return new RekorError('ERR_REKOR_REFUSED', message, { details: { status: answer.status } });
}
