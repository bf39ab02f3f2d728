// SPDX-License-Identifier: Apache-2.0
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Undefined values are not sent. */
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array | undefined;
}

/** Sends exactly these headers: fetch would add some of its own. */
export function send({ method, url, headers, body }: SentRequest): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const request = http.request(url, { method, headers: { ...given, ...length } }, (message) => {
    const { statusCode: status = 0, statusMessage: reason = '' } = message;
    buffer(message).then(
      (bytes) => resolve({ status, reason, headers: message.headers, body: bytes }),
      reject,
    );
  });
  request.once('error', reject);
  request.end(body);
  return promise;
}
