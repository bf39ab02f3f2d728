// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultProxy } from '../fault-proxy.ts';

const committed: string[] = [];
const service = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    committed.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
    response
      .writeHead(201, { 'content-type': 'application/json', location: '/entries/1' })
      .end('{"entry":1}');
  });
});
let proxy: FaultProxy;

beforeAll(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  service.listen(0, '127.0.0.1', resolve);
  await promise;
  proxy = await FaultProxy.start(`http://127.0.0.1:${(service.address() as AddressInfo).port}/base`);
});
beforeEach(() => {
  proxy.reset();
  committed.length = 0;
});
afterAll(async () => {
  await proxy.close();
  service.close();
});

const post = (init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.url}/log?x=1`, { method: 'POST', body: 'leaf', ...init });

describe('a fault proxy', () => {
  test('passes a request and its answer on unchanged where no rule fits', async () => {
    proxy.fail({ path: /other/, fault: { kind: 'status', status: 500 } });
    const response = await post();
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      201,
      '/entries/1',
      '{"entry":1}',
    ]);
    expect(committed).toEqual(['POST /base/log?x=1 leaf']);
    expect(proxy.requests).toMatchObject([{ method: 'POST', path: '/base/log?x=1', upstreamStatus: 201 }]);
  });

  test('answers with a status and Retry-After as often as it was told, without asking the service', async () => {
    proxy.fail({ times: 2, fault: { kind: 'status', status: 429, retryAfter: '3', body: 'slow down' } });
    const answers = [await post(), await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 201]);
    expect(answers[0]?.headers.get('retry-after')).toBe('3');
    expect(committed).toHaveLength(1);
  });

  test('cuts the connection before the service hears of the request', async () => {
    proxy.fail({ fault: { kind: 'drop', when: 'before' } });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(committed).toEqual([]);
  });

  test('cuts the connection after the service has done its work', async () => {
    proxy.fail({ fault: { kind: 'drop', when: 'after-commit' } });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(committed).toHaveLength(1);
    expect(proxy.requests).toMatchObject([{ fault: 'drop', upstreamStatus: 201 }]);
  });

  test('breaks an answer off in the middle of its body', async () => {
    proxy.fail({ fault: { kind: 'truncate', bytes: 4 } });
    const response = await post();
    expect(response.headers.get('content-length')).toBe('11');
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('changes the bytes of an answer', async () => {
    proxy.fail({ fault: { kind: 'corrupt', change: (body) => body.fill('x', 0, 2) } });
    expect(await (await post()).text()).toBe('xxentry":1}');
  });

  test('never answers when told to hang, and a client that gives up is let go', async () => {
    proxy.fail({ fault: { kind: 'hang' } });
    await expect(post({ signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    expect(committed).toEqual([]);
  });

  test('asks the service later when told to delay', async () => {
    proxy.fail({ fault: { kind: 'delay', milliseconds: 80 } });
    const pending = post();
    await expect.poll(() => proxy.requests.length).toBe(1);
    expect(committed).toEqual([]);
    expect((await pending).status).toBe(201);
  });
});
