// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

export interface LoopbackLog {
  readonly url: string;
  /** Method and path of each request. */
  readonly seen: string[];
  readonly bodies: string[];
  stop(): void;
}

/** A log that gives one prepared reply after the other, and remembers what it was asked. */
export async function startLog(...replies: Reply[]): Promise<LoopbackLog> {
  const seen: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`);
      bodies.push(Buffer.concat(chunks).toString());
      replies.shift()?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, seen, bodies, stop: () => void server.close() };
}

/** Breaks the connection without a word. */
export const cut: Reply = (_response, request) => request.socket.destroy();

export const status =
  (code: number, body = '', headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end(body);
