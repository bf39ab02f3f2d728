// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from 'vitest';
import { Faults } from '../src/faults.ts';
import { type Handler, json, readBody, type Service, startService } from '../src/http-service.ts';

const open: Service[] = [];
const faults = new Faults();
let effects = 0;

const echo: Handler = async (request) => {
  const body = await readBody(request, 8);
  effects += 1;
  return json(200, { path: request.url.pathname, size: body.length }, { 'x-kept': ['a', 'b'] });
};

async function start(handler: Handler = echo): Promise<string> {
  const service = await startService('rekor', handler, { faults });
  open.push(service);
  return service.url;
}

afterEach(async () => {
  faults.clear();
  effects = 0;
  await Promise.all(open.splice(0).map((service) => service.close()));
});

describe('startService', () => {
  it('serves on a port of its own on loopback', async () => {
    const url = await start();
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    const answer = await fetch(`${url}/a/b?c=1`, { method: 'POST', body: 'four' });
    expect(await answer.json()).toEqual({ path: '/a/b', size: 4 });
    expect(answer.headers.get('x-kept')).toBe('a, b');
  });

  it('keeps the reason phrase that a handler gives', async () => {
    const url = await start(() => Promise.resolve({ status: 400, reason: 'Only so and not else' }));
    expect((await fetch(url)).statusText).toBe('Only so and not else');
  });

  it('refuses a body beyond the limit', async () => {
    expect((await fetch(await start(), { method: 'POST', body: 'x'.repeat(9) })).status).toBe(413);
  });

  it('answers 500 where a handler throws', async () => {
    const answer = await fetch(await start(() => Promise.reject(new Error('broken'))));
    expect([answer.status, await answer.text()]).toEqual([500, 'broken\n']);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(await start()).port);
    await expect(startService('ct', echo, { faults, port })).rejects.toMatchObject({
      code: 'ERR_SANDBOX_LISTEN',
    });
  });

  it('reports each exchange, with no status where the connection was cut', async () => {
    const seen: (number | undefined)[] = [];
    const service = await startService('rekor', echo, {
      faults,
      onExchange: ({ status }) => seen.push(status),
    });
    open.push(service);
    await fetch(service.url);
    faults.add({ service: 'rekor', fault: { kind: 'cut-before' } });
    await fetch(service.url).catch(() => undefined);
    expect(seen).toEqual([200, undefined]);
  });
});

describe('faults', () => {
  it('answers with a status and Retry-After instead of doing the work', async () => {
    const url = await start();
    faults.add({ service: 'rekor', times: 1, fault: { kind: 'status', status: 503, retryAfter: 2 } });
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('retry-after'), effects]).toEqual([503, '2', 0]);
    expect((await fetch(url)).status).toBe(200);
  });

  it('cuts before the effect', async () => {
    const url = await start();
    faults.add({ service: 'rekor', times: 1, fault: { kind: 'cut-before' } });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(effects).toBe(0);
  });

  it('cuts after the effect', async () => {
    const url = await start();
    faults.add({ service: 'rekor', times: 1, fault: { kind: 'cut-after' } });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(effects).toBe(1);
  });

  it('delays and then serves', async () => {
    const url = await start();
    faults.add({ service: 'rekor', fault: { kind: 'delay', ms: 60 } });
    const begin = performance.now();
    expect((await fetch(url)).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(50);
  });

  it('never answers, with nothing done', async () => {
    const url = await start();
    faults.add({ service: 'rekor', times: 1, fault: { kind: 'hang' } });
    await expect(fetch(url, { signal: AbortSignal.timeout(60) })).rejects.toThrow('timeout');
    expect([(await fetch(url)).status, effects]).toEqual([200, 1]);
  });

  it('tells the handler to lie', async () => {
    const url = await start((request) => Promise.resolve(json(200, request.lie ?? 'the truth')));
    faults.add({ service: 'rekor', times: 1, fault: { kind: 'lie', lie: 'other-entry' } });
    expect(await (await fetch(url)).json()).toBe('other-entry');
    expect(await (await fetch(url)).json()).toBe('the truth');
  });

  it('refuses connections while the service is paused, and takes them again on the same port', async () => {
    const url = await start();
    await open[0]?.pause();
    const error: unknown = await fetch(url).catch((reason: unknown) => reason);
    expect(JSON.stringify((error as Error).cause)).toContain('ECONNREFUSED');
    await open[0]?.resume();
    expect((await fetch(url)).status).toBe(200);
  });

  it.each([
    ['another service', { service: 'ct' as const }, 200],
    ['another method', { service: 'rekor' as const, method: 'POST' }, 200],
    ['another path', { service: 'rekor' as const, path: '/a' }, 200],
    ['the path', { service: 'rekor' as const, path: '/a/b' }, 500],
    ['a pattern over path and query', { service: 'rekor' as const, path: /b\?c=1$/ }, 500],
  ])('are bound to %s', async (_title, rule, status) => {
    const url = await start();
    const remove = faults.add({ ...rule, fault: { kind: 'status', status: 500 } });
    expect((await fetch(`${url}/a/b?c=1`)).status).toBe(status);
    remove();
    expect((await fetch(`${url}/a/b?c=1`)).status).toBe(200);
  });
});
