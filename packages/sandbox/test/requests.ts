// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { BitString, Constructed, Integer, ObjectIdentifier, Sequence, fromBER } from 'asn1js';
import { pemOf } from '../src/pem.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function newKeyPair(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve });
}

const ECDSA = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3', sha512: '1.2.840.10045.4.3.4' };

export interface RequestOptions {
  readonly hash?: keyof typeof ECDSA;
  /** OID of the signature algorithm, where it is not ECDSA. */
  readonly algorithm?: string;
  /** The key that signs, where it is not the one that the request is for. */
  readonly signer?: KeyObject;
}

/** A PKCS#10 request with an empty subject, made by hand. */
export function certificateRequest(keys: KeyPair, options: RequestOptions = {}): string {
  const { hash = 'sha256', algorithm, signer = keys.privateKey } = options;
  const spki = fromBER(keys.publicKey.export({ format: 'der', type: 'spki' })).result;
  const attributes = new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 } });
  const info = new Sequence({ value: [new Integer({ value: 0 }), new Sequence(), spki, attributes] });
  const signature = sign(algorithm ? undefined : hash, new Uint8Array(info.toBER()), signer);
  const oid = new Sequence({ value: [new ObjectIdentifier({ value: algorithm ?? ECDSA[hash] })] });
  const request = new Sequence({
    value: [info, oid, new BitString({ valueHex: new Uint8Array(signature) })],
  });
  return pemOf(new Uint8Array(request.toBER()), 'CERTIFICATE REQUEST');
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer under test has whatever shape it has
  readonly body: any;
}

/** Sends JSON, or gets where there is nothing to send, and reads JSON where the answer is JSON. */
export async function call(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/** Base64 of text, as protobuf's JSON form has bytes. */
export function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}
