// SPDX-License-Identifier: Apache-2.0
import { excerpt } from './excerpt.ts';
import type { Exchange } from './exchange.ts';
import { displayUrl } from './http-url.ts';

/**
 * What went over the wire, fit to be shown: URLs without their query, no bodies, and header values without credentials,
 * control characters and undue length.
 */
export type WireEvent =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Of the body. */
      readonly bytes: number;
    }
  | {
      readonly kind: 'answer';
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      /** From the beginning of the request to the head of the answer. */
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'failure';
      readonly method: string;
      readonly url: string;
      readonly text: string;
      readonly milliseconds: number;
    };

/** Headers whose values are credentials, whatever they look like. */
const CREDENTIALS = /^(?:authorization|proxy-authorization|cookie|set-cookie|www-authenticate)$/i;

export function requestEvent({ method, url, headers, body, secrets }: Exchange): WireEvent {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : (body?.length ?? 0);
  return {
    kind: 'request',
    method,
    url: displayUrl(url),
    headers: shown(Object.entries(headers), secrets),
    bytes: size,
  };
}

export function answerEvent(
  { method, url, secrets }: Exchange,
  answer: { readonly status: number; readonly headers: ReadonlyMap<string, string> },
  milliseconds: number,
): WireEvent {
  const { status } = answer;
  const headers = shown(answer.headers, secrets);
  return { kind: 'answer', method, url: displayUrl(url), status, headers, milliseconds };
}

export function failureEvent({ method, url }: Exchange, text: string, milliseconds: number): WireEvent {
  return { kind: 'failure', method, url: displayUrl(url), text, milliseconds };
}

function shown(
  headers: Iterable<readonly [name: string, value: string]>,
  secrets: readonly string[],
): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of headers)
    texts[excerpt(name)] = CREDENTIALS.test(name) ? '[redacted]' : excerpt(withoutQueries(value), secrets);
  return texts;
}

// A redirect's target may carry in its query what a request's would.
function withoutQueries(value: string): string {
  return value.replaceAll(/(\bhttps?:\/\/[^\s?]*|^\/[^\s?]*)\?\S*/g, '$1?...');
}
