// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, verify } from 'node:crypto';
import { decodePem, encodePem } from '@colophon/pki';
import { type LoopbackServer, type ReceivedRequest, type Reply, startServer } from './loopback-server.ts';
import type { LeafRecipe, ToyCa } from './toy-ca.ts';
import { ISSUER, NOW, SUBJECT } from './toy-token.ts';

/** The public key of a PKCS#10 request for P-256, once its own signature was checked. */
export function keyOfRequest(pem: string): Uint8Array {
  const [request] = decodePem(pem, 'CERTIFICATE REQUEST');
  if (request === undefined) throw new Error('no request');
  const [info, , signature] = childrenOf(request);
  const [, , spki] = childrenOf(info ?? new Uint8Array());
  if (info === undefined || spki === undefined || signature === undefined) throw new Error('not a request');
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  if (!verify('sha256', info, key, contentOf(signature).subarray(1)))
    throw new Error('not signed by its key');
  return spki;
}

/** The elements inside a constructed DER element. */
export function childrenOf(element: Uint8Array): Uint8Array[] {
  const children: Uint8Array[] = [];
  for (let rest = contentOf(element); rest.length > 0; ) {
    const { header, length } = headerOf(rest);
    children.push(rest.subarray(0, header + length));
    rest = rest.subarray(header + length);
  }
  return children;
}

export function contentOf(element: Uint8Array): Uint8Array {
  return element.subarray(headerOf(element).header);
}

function headerOf(element: Uint8Array): { header: number; length: number } {
  const first = element[1] ?? 0;
  if (first < 0x80) return { header: 2, length: first };
  const octets = element.subarray(2, 2 + (first & 0x7f));
  return { header: 2 + octets.length, length: octets.reduce((sum, octet) => sum * 256 + octet, 0) };
}

export function answerWith(...certificates: readonly Uint8Array[]): string {
  const chain = { certificates: certificates.map((der) => encodePem(der, 'CERTIFICATE')) };
  return JSON.stringify({ signedCertificateEmbeddedSct: { chain } });
}

/** What a well-behaved Fulcio would put into a certificate for the toy token. */
export function leafRecipe(publicKeyInfo: Uint8Array, change: Partial<LeafRecipe> = {}): LeafRecipe {
  const notAfter = new Date(NOW.getTime() + 600_000);
  return { publicKeyInfo, uri: SUBJECT, issuer: ISSUER, notBefore: NOW, notAfter, ...change };
}

/** A Fulcio that gives everybody a certificate for the toy token's identity. */
export async function startFulcio(ca: ToyCa, change: Partial<LeafRecipe> = {}): Promise<LoopbackServer> {
  return await startServer(({ body }: ReceivedRequest): Reply => {
    const { certificateSigningRequest } = JSON.parse(body) as { certificateSigningRequest: string };
    const key = keyOfRequest(Buffer.from(certificateSigningRequest, 'base64').toString());
    return { status: 201, body: answerWith(ca.issue(leafRecipe(key, change))) };
  });
}
