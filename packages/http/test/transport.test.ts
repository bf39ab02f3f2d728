// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { Secret } from '@colophon/base';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpClient, type HttpClientOptions } from '../src/index.ts';
import { selfSigned } from './support/self-signed.ts';
import { startServer } from './support/loopback-server.ts';

const stops: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0).toReversed()) await stop();
});

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined, ...options });
  stops.push(() => http.close());
  return http;
}

async function listen(server: Server): Promise<number> {
  stops.push(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('TLS', () => {
  let pair: { key: string; cert: string };
  beforeAll(() => {
    pair = selfSigned();
  });

  async function startTls(): Promise<string> {
    const server = createHttpsServer(pair, (_request, response) => response.end('private'));
    return `https://localhost:${await listen(server)}/`;
  }

  async function startMutual(ca: string[]): Promise<string> {
    const manner = { ...pair, ca, requestCert: true, rejectUnauthorized: false };
    const server = createHttpsServer(manner, ({ socket }, response) => {
      const { raw } = (socket as TLSSocket).getPeerCertificate();
      response.end(raw === undefined ? 'nobody' : 'proven');
    });
    return `https://localhost:${await listen(server)}/`;
  }

  it('to an unknown authority fails at once, with its reason', async () => {
    const request = client().request({
      method: 'GET',
      url: await startTls(),
      bearer: new Secret('abcdefgh'),
    });
    const error: unknown = await request.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_HTTP_TLS', details: { attempts: 1 } });
    expect(inspect(error, { depth: 9 })).not.toContain('abcdefgh');
  });

  it('to an authority that was given works', async () => {
    const answer = await client({ caCertificates: [pair.cert] }).request({
      method: 'GET',
      url: await startTls(),
    });
    expect(answer.excerpt()).toBe('private');
  });

  it('shows a client certificate to the origins that it is for, and to no other', async () => {
    const own = selfSigned();
    const server = () => startMutual([pair.cert, own.cert]);
    const [index, other] = [await server(), await server()];
    const http = client({
      caCertificates: [pair.cert],
      clientCertificate: { certificate: own.cert, key: own.key, origins: [new URL(index).origin] },
    });
    expect((await http.request({ method: 'GET', url: index })).excerpt()).toBe('proven');
    expect((await http.request({ method: 'GET', url: other })).excerpt()).toBe('nobody');
  });

  it('to a server that speaks something else fails', async () => {
    await using server = await startServer((_request, response) => response.end());
    const url = server.url.replace('http:', 'https:');
    await expect(client().request({ method: 'GET', url })).rejects.toMatchObject({ code: 'ERR_HTTP_TLS' });
  });

  it('goes through a proxy as a tunnel, and the proxy does not see the credential', async () => {
    const url = new URL(await startTls());
    const proxy = await startProxy(Number(url.port));
    const http = client({ caCertificates: [pair.cert], httpsProxy: proxy.url });
    // A name that only the proxy can reach: loopback itself never goes through a proxy.
    const request = {
      method: 'GET',
      url: `https://index.test:${url.port}/`,
      bearer: new Secret('abcdefgh'),
    } as const;
    await expect(http.request(request)).rejects.toMatchObject({ code: 'ERR_HTTP_TLS' });
    expect(proxy.seen).toEqual([`CONNECT index.test:${url.port}`]);
    expect(Buffer.concat(proxy.bytes).includes('abcdefgh')).toBe(false);
  });

  it('goes around the proxy where it is told to, and on loopback', async () => {
    const proxy = await startProxy(1);
    const http = client({
      caCertificates: [pair.cert],
      httpsProxy: proxy.url,
      httpProxy: proxy.url,
      noProxy: 'none.invalid',
    });
    expect((await http.request({ method: 'GET', url: await startTls() })).excerpt()).toBe('private');
    const gone = http.request({ method: 'GET', url: 'https://none.invalid/', maxAttempts: 1 });
    await expect(gone).rejects.toMatchObject({ code: 'ERR_HTTP_UNREACHABLE' });
    expect(proxy.seen).toEqual([]);
  });
});

describe('a proxy', () => {
  it('is reached by http where its scheme is not named', async () => {
    const proxy = await startProxy(1);
    const http = client({ httpsProxy: new URL(proxy.url).host });
    await http.request({ method: 'GET', url: 'https://index.test/', maxAttempts: 1 }).catch(() => undefined);
    expect(proxy.seen).toEqual(['CONNECT index.test:443']);
  });

  it.each(['not a url', 'ftp://proxy.test:21', 'http://user:abcdefgh@[bad', 'file:///proxy'])(
    'that is none is refused before anything is asked, and not shown: %s',
    (httpsProxy) => {
      const opening = () => client({ httpsProxy });
      expect(opening).toThrow(expect.objectContaining({ code: 'ERR_HTTP_URL' }));
      expect(opening).not.toThrow(/abcdefgh/);
    },
  );

  it('that refuses ends the request at once', async () => {
    const port = await listen(
      createHttpServer().on('connect', (_request, socket: Socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      }),
    );
    const http = client({ httpsProxy: `http://127.0.0.1:${port}` });
    const error: unknown = await http
      .request({ method: 'GET', url: 'https://index.test/' })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_HTTP_UNREACHABLE', details: { attempts: 1 } });
  });

  it('in the environment is not looked at', async () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'])
      vi.stubEnv(name, 'http://127.0.0.1:9');
    vi.stubEnv('NO_PROXY', '');
    const proxy = await startProxy(1);
    const http = client({ httpsProxy: proxy.url });
    const wanted = { method: 'GET', url: 'http://none.invalid/', maxAttempts: 1 } as const;
    await expect(http.request(wanted)).rejects.toMatchObject({
      message: expect.stringContaining('none.invalid'),
    });
    expect(proxy.seen).toEqual([]);
  });
});

/** A proxy that leads every tunnel to one port of this machine, and keeps what it was sent. */
async function startProxy(target: number): Promise<{ url: string; seen: string[]; bytes: Buffer[] }> {
  const seen: string[] = [];
  const bytes: Buffer[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end();
  });
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    const upstream = connect(target, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.on('data', (chunk: Buffer) => bytes.push(chunk)).pipe(upstream);
    upstream.on('error', () => socket.destroy()).pipe(socket);
    socket.on('error', () => upstream.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, seen, bytes };
}
