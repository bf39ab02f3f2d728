// SPDX-License-Identifier: Apache-2.0
import type { OutgoingHttpHeaders } from 'node:http';

/** `rekor2Tiles` is the read side of Rekor v2: in the real installation another server. */
export type ComparedService = 'fulcio' | 'rekor1' | 'rekor2' | 'rekor2Tiles' | 'tsa';

/** A token to send: both sides issue it with the same claims under the same issuer. */
export interface WantedToken {
  readonly kind: 'github' | 'gitlab' | 'buildkite' | 'circleci' | 'google';
  /** Over the usual claims; null takes one away. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is done to the signed token before it is sent. */
  readonly change: (token: string) => string;
}

/** One request of the list, sent to the sandbox and to the real service alike. */
export interface ComparedRequest {
  readonly service: ComparedService;
  /** Unique within its service. */
  readonly name: string;
  readonly method: string;
  /** May hold `{uuid}`, `{hash}`, `{tree}`, `{index}` and `{next}`: of the first entry that the side's Rekor v1 took. So may a body of text. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array | undefined;
  readonly token?: WantedToken;
}

export interface RequestParts {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array | object;
  readonly token?: WantedToken;
}

/** Makes the requests of a service: POST where there is a body, else GET; `contentType` of what has a body. */
export function requestsOf(service: ComparedService, contentType: string) {
  return (name: string, path: string, parts: RequestParts = {}): ComparedRequest => {
    const { body, token } = parts;
    const isText = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    return {
      service,
      name,
      method: parts.method ?? (body === undefined ? 'GET' : 'POST'),
      path,
      headers: { ...(body !== undefined && { 'content-type': contentType }), ...parts.headers },
      body: isText ? body : JSON.stringify(body),
      ...(token && { token }),
    };
  };
}
