// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface TokenService {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
}

export type Answer = readonly [status: number, body: string];

/** A service on loopback that answers by the last word of the path, and by `*` what has no answer of its own. */
export async function startTokenService(answers: Readonly<Record<string, Answer>>): Promise<TokenService> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const word = url.split('?', 1)[0]?.split(/[/:]/).at(-1) ?? '';
    const [status, answer] = answers[word] ?? answers['*'] ?? [404, 'not found'];
    void text(request).then((body) => {
      requests.push({ method, url, headers, body });
      return response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
