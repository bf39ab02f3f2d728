// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@colophon/http';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface IndexServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly http: HttpClient;
}

type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** Starts a real server on a free port of loopback, and a client for it that waits for nothing. */
export async function startIndex(answer: Answer): Promise<IndexServer> {
  const seen: SeenRequest[] = [];
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = message;
    const request = { method, url, headers, body: await collect(message) };
    seen.push(request);
    answer(request, response);
  };
  const server = createServer((message, response) => {
    handle(message, response).catch(() => message.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = testClient();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    http,
    [Symbol.asyncDispose]: async () => {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client that retries a few times, at once. */
export function testClient(): HttpClient {
  let waits = 0;
  return new HttpClient({
    userAgent: 'test/1',
    timeBudgetMs: 20_000,
    random: () => (waits++ < 3 ? 0 : 1e9),
    sleep: () => Promise.resolve(),
  });
}

export function sendJson(response: ServerResponse, status: number, body: unknown, type = 'application/json') {
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function collect(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
