// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeBase64, EncodingError } from '@colophon/base';

const BLOCK = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** Writes a certificate as PEM (RFC 7468), with a line feed at its end. */
export function encodeCertificatePem(der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Reads the one certificate of a PEM text to DER; undefined when it is not one. Logs wrap the lines as they like. */
export function decodeCertificatePem(text: string): Uint8Array | undefined {
  const body = BLOCK.exec(text)?.[1];
  if (body === undefined) return undefined;
  try {
    return decodeBase64(body.replaceAll(/\s/g, ''));
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    return undefined;
  }
}
