// SPDX-License-Identifier: Apache-2.0
import { HttpError, type HttpClient, type HttpResponse } from '@colophon/http';
import { TufError } from './tuf-error.ts';

export interface MirrorAccess {
  readonly http: HttpClient;
  readonly signal?: AbortSignal | undefined;
}

/** Patience with a repository: a few small files, which a cache can stand in for. */
const MAX_ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 30_000;

/** The files of a repository, over the network. */
export class TufMirror {
  readonly #url: string;
  readonly #access: MirrorAccess;

  constructor(url: string, access: MirrorAccess) {
    this.#url = url;
    this.#access = access;
  }

  /**
   * A file of at most `maxBytes`; undefined where there is none. 403 counts as none: stores that may not be listed
   * answer so (the specification's own reading, §5.3.3).
   * @throws TufError ERR_TUF_UNAVAILABLE, ERR_TUF_TOO_LARGE
   */
  async find(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const { status, body } = await this.#request(path, maxBytes);
    if (status === 200) return body;
    if (status === 404 || status === 403) return undefined;
    throw new TufError('ERR_TUF_UNAVAILABLE', `${this.#url}/${path} answered ${status}`);
  }

  /** The same for a file that must be there. @throws TufError ERR_TUF_MISSING too */
  async fetch(path: string, maxBytes: number): Promise<Uint8Array> {
    const body = await this.find(path, maxBytes);
    if (body === undefined) throw new TufError('ERR_TUF_MISSING', `${this.#url} has no ${path}`);
    return body;
  }

  async #request(path: string, maxBytes: number): Promise<HttpResponse> {
    const { http, signal } = this.#access;
    try {
      return await http.request({
        method: 'GET',
        url: `${this.#url}/${path}`,
        maxBytes,
        maxAttempts: MAX_ATTEMPTS,
        attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
        redirect: 'same-origin',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      throw cause instanceof HttpError ? asTufError(cause, `${this.#url}/${path}`, maxBytes) : cause;
    }
  }
}

function asTufError(cause: HttpError, url: string, maxBytes: number): Error {
  if (cause.code === 'ERR_HTTP_ABORTED') return cause;
  if (cause.code === 'ERR_HTTP_TOO_LARGE')
    return new TufError('ERR_TUF_TOO_LARGE', `${url} is larger than ${maxBytes} bytes`, { cause });
  return new TufError('ERR_TUF_UNAVAILABLE', `${url} cannot be had`, { cause });
}
