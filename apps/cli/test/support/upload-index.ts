// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenUpload {
  readonly user: string;
  readonly password: string;
  readonly form: string;
}

export interface UploadIndex {
  readonly uploadUrl: string;
  readonly simpleUrl: string;
  readonly uploads: readonly SeenUpload[];
  /** Of all requests, in order: `POST /legacy/`. */
  readonly requests: readonly string[];
}

/** What a test index answers by method and path, over its usual answers: status, type and text. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

/** `hangUp` takes the request and breaks the connection. A list is gone through; its last answer stays. */
export type Answer =
  | readonly [status: number, type: string, body: string, headers?: Readonly<Record<string, string>>]
  | 'hangUp';

const USUAL: Answers = { 'POST /legacy/': [200, 'text/plain', ''] };

function isOne(planned: Answer | readonly Answer[]): planned is Answer {
  return planned === 'hangUp' || typeof planned[0] === 'number';
}

/** A private index on loopback: takes every upload, and has neither pages nor trusted publishing unless `answers` says so. */
export async function startUploadIndex(answers: Answers = {}): Promise<UploadIndex> {
  const uploads: SeenUpload[] = [];
  const requests: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = `${request.method} ${request.url}`;
    requests.push(path);
    if (path === 'POST /legacy/') {
      const basic = request.headers.authorization?.replace('Basic ', '') ?? '';
      const [user = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
      uploads.push({ user, password: rest.join(':'), form: Buffer.concat(chunks).toString('latin1') });
    }
    const planned = { ...USUAL, ...answers }[path] ?? ([404, 'text/plain', 'not found'] as const);
    const count = requests.filter((one) => one === path).length;
    const now = isOne(planned) ? planned : (planned[count - 1] ?? planned.at(-1) ?? 'hangUp');
    if (now === 'hangUp') return void request.socket.destroy();
    const [status, type, body, headers = {}] = now;
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { uploadUrl: `${root}/legacy/`, simpleUrl: `${root}/simple/`, uploads, requests };
}
