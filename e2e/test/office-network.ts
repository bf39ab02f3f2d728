// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Sandbox, ServiceName } from '@colophon/sandbox';
import { selfSigned } from './self-signed.ts';

const SERVICES: readonly ServiceName[] = ['oidc', 'fulcio', 'rekor', 'rekorV2', 'tsa'];

/** A network as offices have it: services by names that only a proxy resolves, and TLS by an authority of its own. */
export interface OfficeNetwork {
  /** PEM of the authority. */
  readonly authority: string;
  readonly proxyUrl: string;
  /** What the proxy was asked, such as `CONNECT fulcio.test:443`. */
  readonly seen: string[];
  /** Everything that clients sent through it. */
  bytes(): Buffer;
  /** Of a text, the sandbox's URLs as this network knows them. */
  renamed(text: string): string;
  close(): Promise<void>;
}

export async function openOfficeNetwork(sandbox: Sandbox): Promise<OfficeNetwork> {
  const pair = selfSigned(SERVICES.map(hostOf));
  const fronts = new Map<string, number>();
  const servers: Server[] = [];
  for (const service of SERVICES) {
    const port = Number(new URL(sandbox.urls[service]).port);
    const front = createTlsServer(pair, (client) => relay(client, port));
    front.on('tlsClientError', () => undefined);
    servers.push(front);
    fronts.set(`${hostOf(service)}:443`, await listen(front));
  }
  const seen: string[] = [];
  const chunks: Buffer[] = [];
  const proxy = createHttpServer().on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    const port = fronts.get(request.url ?? '');
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    return relay(socket, port);
  });
  servers.push(proxy);
  return {
    authority: pair.cert,
    proxyUrl: `http://127.0.0.1:${await listen(proxy)}`,
    seen,
    bytes: () => Buffer.concat(chunks),
    renamed: (text) =>
      SERVICES.reduce(
        (all, service) => all.replaceAll(sandbox.urls[service], `https://${hostOf(service)}`),
        text,
      ),
    close: async () => {
      for (const server of servers) server.close();
      proxy.closeAllConnections();
    },
  };
}

function hostOf(service: ServiceName): string {
  return `${service.toLowerCase()}.test`;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function relay(client: Socket, port: number): void {
  const service = connect(port, '127.0.0.1');
  client.on('error', () => service.destroy()).pipe(service);
  service.on('error', () => client.destroy()).pipe(client);
}
