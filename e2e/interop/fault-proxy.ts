// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with a request on its way. */
export type Fault =
  /** The proxy answers by itself; the service hears nothing. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** The service is asked this much later. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is cut without an answer: before the service hears of it, or after it has done its work. */
  | { readonly kind: 'drop'; readonly when: 'before' | 'after-commit' }
  /** No answer ever comes, and the connection stays open. */
  | { readonly kind: 'hang' }
  /** The answer promises its whole length and breaks off after so many bytes of the body. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The answer's body is another one, of any length. */
  | { readonly kind: 'corrupt'; readonly change: (body: Buffer) => Buffer };

export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** Matched against path and query. */
  readonly path?: RegExp;
  /** How many matching requests it strikes; 1 when not given. */
  readonly times?: number;
}

export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** Milliseconds since 1970 when it came in. */
  readonly at: number;
  readonly fault?: Fault['kind'];
  /** What the service answered, where it was asked. */
  upstreamStatus?: number;
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A reverse proxy that stands before one service and fails on demand. Signing configurations name it, roots do not. */
export class FaultProxy {
  readonly requests: ProxiedRequest[] = [];
  readonly #target: URL;
  readonly #server = http.createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  #rules: { rule: FaultRule; left: number }[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  /** What to put in the place of the target's URL; the target's path is kept. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { pathname, search } = this.#target;
    return `http://localhost:${port}${pathname === '/' ? '' : pathname}${search}`;
  }

  /** Adds rules; the first that fits a request and is not used up strikes. */
  fail(...rules: readonly FaultRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, left: rule.times ?? 1 })));
  }

  /** Forgets all rules and all requests. */
  reset(): void {
    this.#rules = [];
    this.requests.length = 0;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const fault = this.#strike(method, path);
    const seen: ProxiedRequest = { method, path, at: Date.now(), ...(fault && { fault: fault.kind }) };
    this.requests.push(seen);
    const body = await readAll(request);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'drop' && fault.when === 'before') return void response.destroy();
    if (fault?.kind === 'status') return answerByItself(response, fault);
    if (fault?.kind === 'delay') await sleep(fault.milliseconds);
    const answer = await this.#forward(request, body);
    seen.upstreamStatus = answer.status;
    return deliver(response, answer, fault);
  }

  #strike(method: string, path: string): Fault | undefined {
    const found = this.#rules.find(
      ({ rule, left }) => left > 0 && (rule.method ?? method) === method && (rule.path?.test(path) ?? true),
    );
    if (found !== undefined) found.left -= 1;
    return found?.rule.fault;
  }

  async #forward(request: http.IncomingMessage, body: Buffer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = { ...request.headers, host: this.#target.host, 'content-length': String(body.length) };
    delete (headers as http.OutgoingHttpHeaders)['transfer-encoding'];
    const { hostname, port } = this.#target;
    const options = { hostname, port, path: request.url, method: request.method, headers, agent: false };
    const onward = http.request(options, (reply) => {
      readAll(reply).then(
        (bytes) => resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: bytes }),
        reject,
      );
    });
    onward.on('error', reject).end(body);
    return promise;
  }
}

function answerByItself(response: http.ServerResponse, fault: Fault & { kind: 'status' }): void {
  const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  response.writeHead(fault.status, { 'content-type': 'text/plain', ...wait }).end(fault.body ?? '');
}

function deliver(response: http.ServerResponse, answer: Answer, fault: Fault | undefined): void {
  if (fault?.kind === 'drop') return void response.destroy();
  const body = fault?.kind === 'corrupt' ? fault.change(answer.body) : answer.body;
  const headers: http.OutgoingHttpHeaders = { ...answer.headers, 'content-length': body.length };
  delete headers['transfer-encoding'];
  delete headers.connection;
  response.writeHead(answer.status, headers);
  if (fault?.kind !== 'truncate') return void response.end(body);
  return void response.write(body.subarray(0, fault.bytes), () => response.destroy());
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
