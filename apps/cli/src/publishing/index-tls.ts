// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { PackageIndex } from '@colophon/pypi';
import type { ClientCertificate } from '@colophon/http';
import { CliError } from '../cli-error.ts';
import type { ClientTls } from '../client.ts';
import type { Context } from '../command.ts';
import { readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';
import type { ChosenIndex } from './index-choice.ts';

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END ([A-Z]+ )?PRIVATE KEY-----/;

/**
 * The files of `--cert` (else TWINE_CERT, else `ca_cert` of the `.pypirc`) and `--client-cert` (else `client_cert` there).
 * @throws CliError ERR_READ_FILE, ERR_TLS_FILE
 */
export async function readIndexTls(
  args: Arguments,
  context: Context,
  { index, entry }: ChosenIndex,
): Promise<ClientTls> {
  const { environment, workingDirectory } = context.host;
  const authorities = args.text('cert') ?? (environment['TWINE_CERT'] || entry?.caCert);
  const client = args.text('client-cert') ?? entry?.clientCert;
  const read = async (path: string) =>
    Buffer.from(await readWhole(resolve(workingDirectory, path))).toString();
  return {
    authorities: authorities === undefined ? [] : authoritiesOf(await read(authorities), authorities),
    clientCertificate:
      client === undefined
        ? undefined
        : { ...certificateOf(await read(client), client), origins: originsOf(index) },
  };
}

function authoritiesOf(text: string, path: string): string[] {
  const found = text.match(CERTIFICATES) ?? [];
  if (found.length === 0) throw unusable(path, 'holds no certificate in PEM');
  for (const certificate of found) parsed(certificate, path);
  return found;
}

function certificateOf(text: string, path: string): Pick<ClientCertificate, 'certificate' | 'key'> {
  const [leaf, ...chain] = text.match(CERTIFICATES) ?? [];
  const key = PRIVATE_KEY.exec(text)?.[0];
  if (leaf === undefined || key === undefined)
    throw unusable(path, 'must hold a certificate and its private key, both in PEM');
  if (!parsed(leaf, path).checkPrivateKey(privateKey(key, path)))
    throw unusable(path, 'holds a private key that is not the first certificate’s');
  return { certificate: [leaf, ...chain].join('\n'), key };
}

function parsed(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unusable(path, 'holds a certificate that cannot be read');
  }
}

function privateKey(pem: string, path: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusable(path, 'holds a private key that cannot be read, or is encrypted');
  }
}

function originsOf({ uploadUrl, simpleUrl }: PackageIndex): string[] {
  return [uploadUrl, ...(simpleUrl === undefined ? [] : [simpleUrl])].map((url) => new URL(url).origin);
}

function unusable(path: string, why: string): CliError {
  return new CliError('ERR_TLS_FILE', `${path} ${why}`);
}
