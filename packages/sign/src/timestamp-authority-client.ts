// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { sha256 } from '@colophon/base';
import { displayUrl, type HttpClient, parseHttpUrl } from '@colophon/http';
import { SignError } from './sign-error.ts';
import { processTimeStampAnswer, type TimestampResponse } from './time-stamp-answer.ts';
import { encodeTimeStampRequest } from './time-stamp-request.ts';

export interface TimestampAuthorityClientOptions {
  /** The whole URL: nothing is added to it. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const TIMEOUT_MS = 30_000;

/** A timestamp authority by RFC 3161 over HTTP (§3.4): any, not only Sigstore's. */
export class TimestampAuthorityClient {
  readonly url: string;
  readonly #options: TimestampAuthorityClientOptions;

  constructor(options: TimestampAuthorityClientOptions) {
    this.#options = options;
    this.url = parseHttpUrl(options.url).href;
  }

  /**
   * Has a signature timestamped: its bytes themselves, not what they sign. A fresh nonce goes into each request; asking
   * twice does no harm.
   * @throws SignError ERR_TSA_REFUSED, ERR_TSA_ANSWER, ERR_TSA_TIMESTAMP
   * @throws HttpError when the authority cannot be reached
   */
  async requestTimestamp(signature: Uint8Array): Promise<TimestampResponse> {
    const { http, signal } = this.#options;
    const query = { sha256: sha256(signature), nonce: randomBytes(8).readBigUInt64BE() };
    const answer = await http.request({
      method: 'POST',
      url: this.url,
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: encodeTimeStampRequest(query),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      retry: 'idempotent',
      ...(signal === undefined ? {} : { signal }),
    });
    const place = displayUrl(answer.url);
    if (answer.status < 300) return processTimeStampAnswer(answer.body, query, place);
    const said = answer.excerpt();
    const message = `${place} refused a timestamp with ${answer.status}${said === '' ? '' : `: ${said}`}`;
    throw new SignError('ERR_TSA_REFUSED', message, { details: { status: answer.status } });
  }
}
