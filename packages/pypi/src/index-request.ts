// SPDX-License-Identifier: Apache-2.0
import { AppError, type JsonValue, parseJson } from '@colophon/base';
import { displayUrl, type HttpClient, HttpError, type HttpRequest, type HttpResponse } from '@colophon/http';
import { IndexError, type IndexErrorCode } from './index-error.ts';
import { serverWords } from './server-words.ts';

const CODES: Readonly<Partial<Record<HttpError['code'], IndexErrorCode>>> = {
  ERR_HTTP_UNREACHABLE: 'ERR_INDEX_UNAVAILABLE',
  ERR_HTTP_TIMEOUT: 'ERR_INDEX_UNAVAILABLE',
  ERR_HTTP_UNAVAILABLE: 'ERR_INDEX_UNAVAILABLE',
  ERR_HTTP_BUDGET: 'ERR_INDEX_UNAVAILABLE',
  ERR_HTTP_TOO_LARGE: 'ERR_INDEX_RESPONSE',
  ERR_HTTP_REDIRECT: 'ERR_INDEX_RESPONSE',
};

/**
 * Sends a request to an index and says what a failure means there. What has nothing to do with the index (a
 * certificate authority that is not known, the caller's own abort) stays the HttpError that it is.
 * @throws IndexError ERR_INDEX_UNAVAILABLE, ERR_INDEX_RESPONSE
 * @throws HttpError
 */
export async function askIndex(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await http.request(request);
  } catch (error) {
    throw indexFailure(error, request.method);
  }
}

/** The IndexError that a failed request amounts to, or the error itself. */
export function indexFailure(error: unknown, method: string): unknown {
  if (!(error instanceof HttpError)) return error;
  const code = CODES[error.code];
  if (code === undefined) return error;
  // The answer to a POST got lost, not necessarily the request. A 429 says that nothing was done.
  const uncertain = method !== 'GET' && error.details['status'] !== 429;
  return new IndexError(code, error.message, { cause: error, details: { ...error.details, uncertain } });
}

/** What the answer is, for messages: `GET https://pypi.org/simple/x/: not a project page`. */
export interface AnswerFormat<T> {
  readonly what: string;
  readonly mediaTypes: readonly string[];
  /** The answer holds a credential: the parser's own complaint, which quotes what it could not read, is left out. */
  readonly confidential?: true;
  readonly read: (document: JsonValue) => T;
}

/** Reads a JSON answer strictly. @throws IndexError ERR_INDEX_RESPONSE */
export function readAnswer<T>(response: HttpResponse, format: AnswerFormat<T>): T {
  const url = displayUrl(response.url);
  const type = mediaTypeOf(response);
  if (!format.mediaTypes.includes(type)) {
    const found = type === '' ? 'no content type' : serverWords(type);
    throw new IndexError('ERR_INDEX_RESPONSE', `${url}: expected ${format.what} as JSON, not ${found}`, {
      details: { url, status: response.status },
    });
  }
  try {
    return format.read(parseJson(response.body));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const text = `${url}: not ${format.what}: ${serverWords(cause.message)}`;
    const details = { url, status: response.status };
    throw new IndexError('ERR_INDEX_RESPONSE', text, format.confidential ? { details } : { cause, details });
  }
}

/** The media type of an answer, lower case, without parameters; empty where there is none. */
export function mediaTypeOf(response: Pick<HttpResponse, 'headers'>): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The failure of an answer whose status has no meaning of its own here. */
export function unexpectedStatus(response: HttpResponse, what: string): IndexError {
  const { status } = response;
  const url = displayUrl(response.url);
  const words = response.excerpt();
  const forbidden = status === 401 || status === 403;
  const code = forbidden ? 'ERR_INDEX_FORBIDDEN' : 'ERR_INDEX_RESPONSE';
  return new IndexError(code, `${url} answered ${status}, not ${what}`, { details: { url, status, words } });
}
