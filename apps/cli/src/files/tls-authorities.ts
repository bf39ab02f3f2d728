// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import { readWhole } from './input-file.ts';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads a file of TLS authorities, PEM. One that holds none would be without effect.
 * @throws CliError ERR_READ_FILE, ERR_TLS_FILE
 */
export async function readTlsAuthorities(path: string, host: Host): Promise<string[]> {
  const found = certificatesIn(await readTlsFile(path, host));
  if (found.length === 0) throw unusableTlsFile(path, 'holds no certificate in PEM');
  for (const certificate of found) parseTlsCertificate(certificate, path);
  return found;
}

/** The text of a file of PEM, whatever else is in it. @throws CliError ERR_READ_FILE */
export async function readTlsFile(path: string, { workingDirectory }: Host): Promise<string> {
  return Buffer.from(await readWhole(resolve(workingDirectory, path))).toString();
}

/** The certificates of a text, each in PEM. */
export function certificatesIn(text: string): string[] {
  return text.match(CERTIFICATES) ?? [];
}

/** @throws CliError ERR_TLS_FILE */
export function parseTlsCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unusableTlsFile(path, 'holds a certificate that cannot be read');
  }
}

export function unusableTlsFile(path: string, why: string): CliError {
  return new CliError('ERR_TLS_FILE', `${path} ${why}`);
}
