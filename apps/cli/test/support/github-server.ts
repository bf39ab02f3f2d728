// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestGitHub {
  /** For GITHUB_API_URL. */
  readonly apiUrl: string;
  /** Of each request: its path, and what authorization it carried. */
  readonly requests: readonly (readonly [path: string, authorization: string | undefined])[];
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A double of api.github.com on loopback: `answer` gives what a path (with its query) is answered; `here` is its own URL. */
export async function startGitHub(
  answer: (path: string, here: string) => Answered | undefined,
): Promise<TestGitHub> {
  const requests: [string, string | undefined][] = [];
  const here = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    requests.push([path, request.headers.authorization]);
    const { status = 200, headers = {}, body = '' } = answer(path, here()) ?? { status: 404, body: '{}' };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { apiUrl: here(), requests };
}
