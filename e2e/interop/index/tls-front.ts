// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { runCommand } from '../build/command.ts';

/** TLS in front of a service that speaks plain HTTP. */
export interface TlsFront {
  readonly origin: string;
  /** PEM of the certificate, which is its own authority. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** Passes what arrives by TLS on to the port of `url`, byte by byte. For clients that take the scheme for granted. */
export async function startTlsFront(openssl: string, folder: string, url: string): Promise<TlsFront> {
  const [key, certificate] = [join(folder, 'front.key'), join(folder, 'front.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const profile = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=serverAuth'];
  await runCommand(openssl, [...request, ...names, ...profile, '-keyout', key, '-out', certificate]);
  const port = Number(new URL(url).port);
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, (client) => {
    const service = connect(port, '127.0.0.1');
    client.pipe(service).pipe(client);
    client.on('error', () => service.destroy());
    service.on('error', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    certificate,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
