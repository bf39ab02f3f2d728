// SPDX-License-Identifier: Apache-2.0
import { displayUrl, type HttpResponse } from '@colophon/http';
import { IndexError, type IndexErrorCode } from './index-error.ts';
import { uploadRefusal } from './refusal-reason.ts';
import { refusalWords } from './server-words.ts';

/** The statuses with which indexes take a file: pypi.org answers 200, others 201, 202 or 204. */
const ACCEPTED = new Set([200, 201, 202, 204]);

/**
 * Reads an index's answer to an upload; opens no connection. Returns where the file was taken.
 * @throws IndexError ERR_FILE_EXISTS, ERR_INDEX_FORBIDDEN, ERR_INDEX_REFUSED, ERR_INDEX_UNAVAILABLE or
 * ERR_INDEX_RESPONSE, with the index's own words in message and `details.words`, and what they mean in `details.reason`
 */
export function processUpload(
  response: Pick<HttpResponse, 'status' | 'body' | 'url'>,
  context: { readonly filename: string; readonly secrets: readonly string[] },
): void {
  const { status } = response;
  const words = refusalWords(response, context.secrets);
  const reason = status >= 400 ? uploadRefusal(words) : undefined;
  const url = displayUrl(response.url);
  const fail = (code: IndexErrorCode, what: string, uncertain = false) =>
    new IndexError(code, `${context.filename}: ${url} ${what}${words === '' ? '' : `: ${words}`}`, {
      details: { url, status, words, uncertain, ...(reason === undefined ? {} : { reason }) },
    });
  if (ACCEPTED.has(status) && !isHtml(response.body)) return;
  if (status < 400)
    throw fail('ERR_INDEX_RESPONSE', `answered ${status}, not as an upload is answered`, true);
  if (status >= 500) throw fail('ERR_INDEX_UNAVAILABLE', `answered ${status}`, true);
  const code = refusalCode(status, words);
  throw fail(
    code,
    code === 'ERR_INDEX_UNAVAILABLE' ? `takes no uploads now (${status})` : `refused (${status})`,
  );
}

/** Warehouse's phrases are looked for, because one status (400, 403) stands for many causes there. */
function refusalCode(status: number, words: string): IndexErrorCode {
  if (status === 408 || status === 429 || /temporarily disabled/i.test(words)) return 'ERR_INDEX_UNAVAILABLE';
  if ((status === 400 || status === 409) && /\balready exists?\b/i.test(words)) return 'ERR_FILE_EXISTS';
  return status === 401 || status === 403 ? 'ERR_INDEX_FORBIDDEN' : 'ERR_INDEX_REFUSED';
}

// A login page or a web front end answers 200 to anything; that is not a file taken.
function isHtml(body: Uint8Array): boolean {
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(Buffer.from(body.subarray(0, 1024)).toString('latin1'));
}
