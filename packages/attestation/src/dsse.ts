// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from '@colophon/base';

/** The payload type of a DSSE envelope that holds an in-toto statement. */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/**
 * The bytes that a DSSE signature is over (DSSE v1, pre-authentication encoding): type and payload, each with its
 * length in bytes, so that no part of one can be taken for the other.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = encodeUtf8(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `);
  const encoded = new Uint8Array(head.length + payload.length);
  encoded.set(head);
  encoded.set(payload, head.length);
  return encoded;
}
