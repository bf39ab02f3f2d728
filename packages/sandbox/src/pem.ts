// SPDX-License-Identifier: Apache-2.0
import { decodeBase64 } from '@colophon/base';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/;

/** The DER of the first PEM block (RFC 7468) of a text, which must have one of the labels. */
export function derOfPem(pem: string, labels: readonly string[]): Uint8Array {
  const block = BLOCK.exec(pem);
  if (!block?.[1] || !labels.includes(block[1])) throw new TypeError(`no PEM block ${labels.join(' or ')}`);
  return decodeBase64((block[2] ?? '').replaceAll(/\s/g, ''));
}

/** A PEM block as Go and OpenSSL write it: lines of 64, a newline at the end. */
export function pemOf(der: Uint8Array, label: string): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/** All PEM blocks of a text, and what stands beside them. */
export function allPemBlocks(text: string): { readonly blocks: readonly PemBlock[]; readonly rest: string } {
  const blocks: PemBlock[] = [];
  const rest = text.replaceAll(new RegExp(BLOCK, 'g'), (_block, label: string, body: string) => {
    blocks.push({ label, der: decodeBase64(body.replaceAll(/\s/g, '')) });
    return '';
  });
  return { blocks, rest: rest.trim() };
}
