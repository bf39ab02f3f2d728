// SPDX-License-Identifier: Apache-2.0
import { parseJson, type JsonObject } from '@colophon/base';
import type { Handler, SandboxResponse } from '../http-service.ts';

/**
 * How an answer is false. Each is sound but for what it says: only who checks that very thing finds it.
 * - `wrong-signature`: one bit of the service's signature is another
 * - `other-signer`: a stranger with keys of its own answers
 * - `other-entry`: what is answered is signed soundly, and about something else than what was asked
 * - `other-key`, `other-identity`, `other-issuer`: of a certificate or token, what it certifies or claims
 * - `other-audience`: of a token
 * - `other-nonce`, `other-time`: of a time stamp
 * - `other-purpose`, `expired`: of a certificate, or of a token
 * - `no-timestamp`, `detached-timestamp`: a certificate without that of a log, or with it beside and not in it
 */
export type Lie =
  | 'wrong-signature'
  | 'other-signer'
  | 'other-entry'
  | 'other-key'
  | 'other-identity'
  | 'other-issuer'
  | 'other-audience'
  | 'other-nonce'
  | 'other-time'
  | 'other-purpose'
  | 'expired'
  | 'no-timestamp'
  | 'detached-timestamp';

/** The lies that a service can tell, each as the service that tells it. */
export type Lies = Readonly<Partial<Record<Lie, Handler>>>;

/** A service that is honest until it is told to lie. A lie that it does not know is a TypeError. */
export function lying(honest: Handler, lies: Lies): Handler {
  return (request) => {
    if (request.lie === undefined) return honest(request);
    const liar = lies[request.lie];
    if (liar) return liar(request);
    throw new TypeError(`this service does not lie by ${request.lie}`);
  };
}

/** A service whose answers of status 200 and 201 are changed. */
export function changing(
  honest: Handler,
  change: (answer: SandboxResponse & { readonly body: string | Uint8Array }) => SandboxResponse['body'],
): Handler {
  return async (request) => {
    const answer = await honest(request);
    const { status, body } = answer;
    if (status > 201 || (typeof body !== 'string' && !(body instanceof Uint8Array))) return answer;
    const changed = change({ ...answer, body });
    return changed === undefined ? answer : { ...answer, body: changed };
  };
}

/** A service whose JSON is changed in place. */
export function changingJson(honest: Handler, change: (document: JsonObject) => void): Handler {
  return changing(honest, ({ body }) => {
    const document = parseJson(body) as JsonObject;
    change(document);
    return JSON.stringify(document);
  });
}

/** The same bytes but for the last bit, which is a signature's where a structure ends with one. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

/** `flipped`, of bytes in base64 or base64url. */
export function flippedText(text: string, encoding: 'base64' | 'base64url' = 'base64'): string {
  return Buffer.from(flipped(Buffer.from(text, encoding))).toString(encoding);
}

/** A signed note whose signature is another. */
export function flippedNote(note: string): string {
  return note.replace(/(?<=\n\u2014 \S+ )\S+/, (signature) => flippedText(signature));
}
