// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeBase64 } from '@colophon/base';
import { PkiError } from './pki-error.ts';

const LINE_LENGTH = 64;
const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----(?:\r?\n|$)/;

/**
 * Decodes PEM text (RFC 7468, strict form) that holds one or more blocks, all with the label, and nothing between them but line ends.
 * @returns the DER of each block, in order.
 * @throws PkiError ERR_PEM
 */
export function decodePem(text: string, label: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let rest = text; rest.length > 0 || blocks.length === 0; ) {
    const match = BLOCK.exec(rest);
    if (match?.[1] !== label)
      throw new PkiError('ERR_PEM', `expected PEM blocks labelled ${label} and nothing else`);
    blocks.push(decodeBody(match[2] ?? '', label));
    rest = rest.slice(match[0].length).replace(/^(?:\r?\n)+/, '');
  }
  return blocks;
}

function decodeBody(body: string, label: string): Uint8Array {
  try {
    return decodeBase64(body.replaceAll(/\r?\n/g, ''));
  } catch (cause) {
    throw new PkiError('ERR_PEM', `the PEM block ${label} is not base64`, { cause });
  }
}

/** Writes one PEM block with lines of 64 characters (RFC 7468 §3) and a final line end. */
export function encodePem(der: Uint8Array, label: string): string {
  const text = encodeBase64(der);
  let lines = '';
  for (let at = 0; at < text.length; at += LINE_LENGTH) lines += `${text.slice(at, at + LINE_LENGTH)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}
