// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey } from 'node:crypto';
import type { PackageIndex } from '@colophon/pypi';
import type { ClientCertificate } from '@colophon/http';
import type { ClientTls } from '../client.ts';
import type { Context } from '../command.ts';
import {
  certificatesIn,
  parseTlsCertificate,
  readTlsAuthorities,
  readTlsFile,
  unusableTlsFile,
} from '../files/tls-authorities.ts';
import type { Arguments } from '../options/arguments.ts';
import type { ChosenIndex } from './index-choice.ts';

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
  const { host } = context;
  const authorities = args.text('cert') ?? (host.environment['TWINE_CERT'] || entry?.caCert);
  const client = args.text('client-cert') ?? entry?.clientCert;
  return {
    authorities: authorities === undefined ? [] : await readTlsAuthorities(authorities, host),
    clientCertificate:
      client === undefined
        ? undefined
        : { ...certificateOf(await readTlsFile(client, host), client), origins: originsOf(index) },
  };
}

function certificateOf(text: string, path: string): Pick<ClientCertificate, 'certificate' | 'key'> {
  const [leaf, ...chain] = certificatesIn(text);
  const key = PRIVATE_KEY.exec(text)?.[0];
  if (leaf === undefined || key === undefined)
    throw unusableTlsFile(path, 'must hold a certificate and its private key, both in PEM');
  if (!parseTlsCertificate(leaf, path).checkPrivateKey(privateKey(key, path)))
    throw unusableTlsFile(path, 'holds a private key that is not the first certificate’s');
  return { certificate: [leaf, ...chain].join('\n'), key };
}

function privateKey(pem: string, path: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    throw unusableTlsFile(path, 'holds a private key that cannot be read, or is encrypted');
  }
}

function originsOf({ uploadUrl, simpleUrl }: PackageIndex): string[] {
  return [uploadUrl, ...(simpleUrl === undefined ? [] : [simpleUrl])].map((url) => new URL(url).origin);
}
