// SPDX-License-Identifier: Apache-2.0
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly body: string | Uint8Array;
}

export interface LoopbackServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  stop(): void;
}

/** Starts a real server that answers by a function, on a free port of 127.0.0.1. */
export async function startServer(
  reply: (request: ReceivedRequest) => Reply | Promise<Reply>,
): Promise<LoopbackServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization, 'content-type': contentType } = request.headers;
      const bytes = Buffer.concat(chunks);
      const received = { path: request.url ?? '', authorization, contentType, bytes, body: bytes.toString() };
      requests.push(received);
      void answer(response, reply(received));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, stop: () => void server.close() };
}

async function answer(response: ServerResponse, reply: Reply | Promise<Reply>): Promise<void> {
  const { status, body } = await reply;
  response.writeHead(status).end(body);
}
