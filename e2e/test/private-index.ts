// SPDX-License-Identifier: Apache-2.0
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** An index of a company, which knows nothing of attestations or of trusted publishing. */
export interface PrivateIndex {
  readonly uploadUrl: string;
  /** Who uploaded which fields, in order. */
  readonly uploads: readonly { readonly user: string; readonly fields: readonly string[] }[];
  close(): Promise<void>;
}

/** How such servers answer: to an upload with the right password, and to a path that they do not know. */
export interface Manner {
  readonly taken: readonly [status: number, type: string, body: string];
  readonly unknown: readonly [status: number, type: string, body: string];
}

const PASSWORD = 'corp-password';

/** Starts one on loopback that lets `ci` in, with the password `corp-password`. */
export async function startPrivateIndex(
  { taken, unknown }: Manner,
  tls?: ServerOptions,
): Promise<PrivateIndex> {
  const uploads: { user: string; fields: string[] }[] = [];
  const handle: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const basic = request.headers.authorization?.replace('Basic ', '') ?? '';
      const [user = '', password] = Buffer.from(basic, 'base64').toString().split(':');
      const isUpload = request.method === 'POST' && request.url === '/upload/';
      const allowed = user === 'ci' && password === PASSWORD;
      if (isUpload && allowed) uploads.push({ user, fields: fieldNames(Buffer.concat(chunks)) });
      const [status, type, body] = !isUpload ? unknown : allowed ? taken : [401, 'text/plain', 'no'];
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    uploadUrl: `${tls === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}/upload/`,
    uploads,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function fieldNames(body: Buffer): string[] {
  return [...body.toString('latin1').matchAll(/form-data; name="([^"]+)"/g)].map(([, name]) => name ?? '');
}
