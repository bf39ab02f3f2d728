// SPDX-License-Identifier: Apache-2.0
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Secret } from '@colophon/base';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpClient, HttpError, type HttpClientOptions, type Retry } from '../src/index.ts';
import { bodyOf, startServer } from './support/loopback-server.ts';

const open: HttpClient[] = [];

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined, ...options });
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function failureOf(promise: Promise<unknown>): Promise<HttpError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HttpError)) throw new Error(`not an HttpError: ${inspect(error)}`);
  return error;
}

describe('an answer', () => {
  it('carries status, headers, body and a harmless excerpt', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(404, { 'x-one': ['a', 'b'] }).end('no such\u001b[31m thing\r\n');
    });
    const answer = await client().request({ method: 'GET', url: `${server.url}/a?b=c` });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('x-one')).toBe('a, b');
    expect(new TextDecoder().decode(answer.body)).toContain('no such');
    expect(answer.excerpt()).toBe('no such [31m thing');
    expect(server.seen).toEqual(['GET /a?b=c']);
  });

  it('is refused once it is larger than allowed, whether it declares its length or not', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/declared') response.setHeader('content-length', '2000');
      response.write('x'.repeat(1000));
      response.end('x'.repeat(1000));
    });
    for (const path of ['/declared', '/chunked']) {
      const error = await failureOf(
        client().request({ method: 'GET', url: server.url + path, maxBytes: 1500 }),
      );
      expect(error.code).toBe('ERR_HTTP_TOO_LARGE');
      expect(error.message).toContain(`GET ${server.url}${path}: `);
    }
    expect(server.seen).toHaveLength(2);
  });

  it('can be read as a stream, with the same cap', async () => {
    await using server = await startServer((_request, response) => {
      response.write('a'.repeat(70_000));
      response.end('b'.repeat(70_000));
    });
    const read = async (maxBytes: number): Promise<number> => {
      const { body } = await client().open({ method: 'GET', url: server.url, maxBytes });
      let size = 0;
      for await (const chunk of body) size += chunk.length;
      return size;
    };
    expect(await read(140_000)).toBe(140_000);
    expect((await failureOf(read(139_999))).code).toBe('ERR_HTTP_TOO_LARGE');
  });

  it('that breaks while streamed is an HttpError', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    const { body } = await client().open({ method: 'GET', url: server.url });
    const error = await failureOf(bodyOf(body));
    expect(error.code).toBe('ERR_HTTP_UNREACHABLE');
  });
});

describe('a failing service', () => {
  it('is asked again for an idempotent request until it answers, with growing jittered waits', async () => {
    let failures = 3;
    await using server = await startServer((_request, response) => {
      if (failures-- > 0) response.writeHead(503).end('busy');
      else response.end('ok');
    });
    const retries: Retry[] = [];
    const http = client({ onRetry: (retry) => retries.push(retry), random: () => 0.5 });
    await http.request({ method: 'GET', url: server.url });
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([250, 500, 1000]);
    expect(retries[0]?.error.message).toContain('answered 503: busy');
  });

  it.each([
    ['idempotent', 503, 3],
    ['unsent', 503, 1],
    ['unsent', 429, 3],
    ['never', 429, 1],
  ] as const)('under policy %s with status %i is asked %i times', async (retry, status, times) => {
    let failures = 2;
    await using server = await startServer((_request, response) => {
      response.writeHead(failures-- > 0 ? status : 200).end();
    });
    const answer = client().request({ method: 'POST', url: server.url, body: 'x', retry });
    await answer.catch(() => undefined);
    expect(server.seen).toHaveLength(times);
  });

  it('is waited for as long as Retry-After says, in seconds or as a date', async () => {
    const now = Date.UTC(2026, 10, 21, 12, 0, 0);
    const headers = ['7', 'Sat, 21 Nov 2026 12:00:09 GMT', 'soon'];
    await using server = await startServer((_request, response) => {
      const value = headers.shift();
      if (value === undefined) response.end('ok');
      else response.writeHead(429, { 'retry-after': value }).end();
    });
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    await client({ now: () => now, sleep, random: () => 0 }).request({ method: 'GET', url: server.url });
    expect(waits).toEqual([7000, 9000, 0]);
  });

  it('is given up when the shared time budget cannot hold another wait', async () => {
    await using server = await startServer((_request, response) =>
      response.writeHead(502).end('bad gateway'),
    );
    let now = 0;
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    const http = client({ timeBudgetMs: 10_000, now: () => now, sleep, random: () => 1 });
    const error = await failureOf(http.request({ method: 'GET', url: server.url }));
    expect(error.code).toBe('ERR_HTTP_UNAVAILABLE');
    expect(error.message).toContain('answered 502: bad gateway; the time budget of 10 s');
    expect(error.details).toMatchObject({ status: 502, attempts: 5 });
    // 0.5 + 1 + 2 + 4 s are spent: the next request of this client has 2.5 s left, enough for two waits.
    const next = await failureOf(http.request({ method: 'GET', url: server.url }));
    expect(next.details).toMatchObject({ attempts: 3 });
  });

  it('is given up after ten minutes where nothing else is said', async () => {
    await using server = await startServer((_request, response) => response.writeHead(503).end());
    let now = 0;
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    const error = await failureOf(
      client({ now: () => now, sleep, random: () => 1 }).request({ method: 'GET', url: server.url }),
    );
    expect(error).toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE', details: { status: 503 } });
    expect(error.message).toContain('the time budget of 600 s allows no other attempt');
    expect([now > 570_000, now <= 600_000]).toEqual([true, true]);
  });

  it('that asks for more patience than there is fails at once and says so', async () => {
    await using server = await startServer((_request, response) =>
      response.writeHead(503, { 'retry-after': '3600' }).end(),
    );
    const error = await failureOf(client().request({ method: 'GET', url: server.url }));
    expect(error.message).toContain('asking to wait 3600 s');
    expect(server.seen).toHaveLength(1);
  });

  it('is cut off in mid-attempt at the end of the budget, and the failure before is the cause', async () => {
    let first = true;
    await using server = await startServer((_request, response) => {
      if (first) response.writeHead(500).end('first failure');
      first = false;
    });
    const error = await failureOf(
      client({ timeBudgetMs: 800, random: () => 0 }).request({ method: 'GET', url: server.url }),
    );
    expect(error.code).toBe('ERR_HTTP_BUDGET');
    expect((error.cause as HttpError).message).toContain('first failure');
  });

  it('is asked no more often than the caller allows, also where "not found" may mean "not yet"', async () => {
    await using server = await startServer((_request, response) => response.writeHead(404).end('not yet'));
    const wanted = { method: 'GET', url: server.url, retryStatuses: [404], maxAttempts: 3 } as const;
    const error = await failureOf(client().request(wanted));
    expect(error.message).toContain('answered 404: not yet (after 3 attempts)');
    expect(server.seen).toHaveLength(3);
  });

  it('answers to the caller when the caller wants that status', async () => {
    await using server = await startServer((_request, response) => response.writeHead(503).end('why'));
    const answer = await client().request({ method: 'GET', url: server.url, passStatuses: [503] });
    expect(answer.excerpt()).toBe('why');
  });
});

describe('a broken connection', () => {
  it('that is cut before the answer is retried only where repeating does no harm', async () => {
    let cuts = 1;
    await using server = await startServer((request, response) => {
      if (cuts-- > 0) request.socket.destroy();
      else response.end('ok');
    });
    await client().request({ method: 'GET', url: server.url });
    cuts = 1;
    const error = await failureOf(client().request({ method: 'POST', url: server.url, body: 'x' }));
    expect(error.code).toBe('ERR_HTTP_UNREACHABLE');
    expect(error.cause).toBeInstanceOf(Error);
    expect(server.seen).toHaveLength(3);
  });

  it('that is cut in the middle of the answer is retried too', async () => {
    let cuts = 1;
    await using server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-length': '4' });
      if (cuts-- > 0) response.write('ha', () => response.destroy());
      else response.end('half');
    });
    const answer = await client().request({ method: 'GET', url: server.url });
    expect(answer.excerpt()).toBe('half');
  });

  it('that was never made is retried for every request', async () => {
    const { url } = await closedPort();
    let attempts = 0;
    const http = client({
      onRetry: (retry) => void (attempts = retry.attempts),
      timeBudgetMs: 200,
      random: () => 0.05,
    });
    const error = await failureOf(http.request({ method: 'POST', url, body: 'x' }));
    expect(attempts).toBeGreaterThan(0);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('that is silent ends after the timeout', async () => {
    await using server = await startServer(() => undefined);
    const wanted = { method: 'GET', url: server.url, timeoutMs: 100, retry: 'never' } as const;
    expect((await failureOf(client().request(wanted))).code).toBe('ERR_HTTP_TIMEOUT');
  });

  it('that drips for ever ends with the attempt', async () => {
    await using server = await startServer((_request, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const wanted = { method: 'GET', url: server.url, attemptTimeoutMs: 150, retry: 'never' } as const;
    const error = await failureOf(client().request(wanted));
    expect(error.code).toBe('ERR_HTTP_TIMEOUT');
    expect(error.message).toContain('within 0.15 s');
  });

  it('ends with the caller`s signal, during an attempt or a wait', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/busy') response.writeHead(503).end();
    });
    for (const path of ['/silent', '/busy']) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('stop')), 50);
      const http = new HttpClient({ userAgent: 'colophon-test/1', random: () => 1 });
      open.push(http);
      const { signal } = controller;
      const error = await failureOf(http.request({ method: 'GET', url: server.url + path, signal }));
      expect(error.code).toBe('ERR_HTTP_ABORTED');
      expect((error.cause as Error).message).toBe('stop');
    }
  });
});

async function closedPort(): Promise<{ url: string }> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}` };
}

describe('a redirect', () => {
  it('is refused unless the request asks to follow', async () => {
    await using server = await startServer((_request, response) =>
      response.writeHead(302, { location: '/b' }).end(),
    );
    const error = await failureOf(client().request({ method: 'GET', url: server.url }));
    expect(error.code).toBe('ERR_HTTP_REDIRECT');
    expect(error.details).toMatchObject({ status: 302 });
  });

  it('is followed within the origin, and the answer names its place', async () => {
    await using server = await startServer((request, response) => {
      if (request.url === '/a') response.writeHead(301, { location: 'b/' }).end();
      else response.end('there');
    });
    const answer = await client().request({ method: 'GET', url: `${server.url}/a`, redirect: 'same-origin' });
    expect([answer.excerpt(), answer.url.pathname]).toEqual(['there', '/b/']);
  });

  it('to another origin never carries the request there', async () => {
    await using other = await startServer((_request, response) => response.end());
    await using server = await startServer((_request, response) =>
      response.writeHead(307, { location: `${other.url}/x?leak=1` }).end(),
    );
    const wanted = {
      method: 'GET',
      url: server.url,
      redirect: 'same-origin',
      bearer: new Secret('abc'),
    } as const;
    const error = await failureOf(client().request(wanted));
    expect(error.code).toBe('ERR_HTTP_REDIRECT');
    expect(error.message).toContain(`${other.url}/x?...`);
    expect(other.seen).toEqual([]);
  });

  it.each([
    ['of a POST', 'POST', '/b'],
    ['without end', 'GET', '/'],
    ['to nowhere', 'GET', undefined],
    ['to another scheme', 'GET', 'file:///etc/passwd'],
    ['to a place with a password', 'GET', '//user:pw@HOST/'],
  ] as const)('%s is refused', async (_title, method, location) => {
    await using server = await startServer((request, response) => {
      const place = location?.replace('HOST', request.headers.host ?? '');
      response.writeHead(307, place === undefined ? {} : { location: place }).end();
    });
    const error = await failureOf(client().request({ method, url: server.url, redirect: 'same-origin' }));
    expect(error.code).toBe('ERR_HTTP_REDIRECT');
    expect(error.message).not.toContain('pw');
  });
});

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a request body', () => {
  it('that streams is opened anew for each attempt', async () => {
    const bodies: string[] = [];
    await using server = await startServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => {
        bodies.push(`(${request.headers['content-length']})`);
        response.writeHead(server.seen.length === 1 ? 503 : 200).end();
      });
    });
    const body = { length: 5, open: () => pieces('hel', 'lo') };
    await client().request({ method: 'POST', url: server.url, body, retry: 'idempotent' });
    expect(bodies.join('')).toBe('hello(5)hello(5)');
  });

  it.each([
    ['cannot be read', 5, new Error('EIO')],
    ['is shorter than it says', 6, undefined],
    ['is longer than it says', 4, undefined],
  ])('that %s is the caller`s failure, and final', async (_title, length, thrown) => {
    await using server = await startServer((request, response) => {
      request.on('end', () => response.end()).resume();
    });
    async function* read(): AsyncIterable<Uint8Array> {
      yield* pieces('hel', 'lo');
      if (thrown !== undefined) throw thrown;
    }
    const wanted = {
      method: 'PUT',
      url: server.url,
      body: { length, open: read },
      retry: 'idempotent',
    } as const;
    const error = await failureOf(client().request(wanted));
    expect(error.code).toBe('ERR_HTTP_BODY');
    if (thrown !== undefined) expect(error.cause).toBe(thrown);
  });
});

describe('a credential', () => {
  const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0aGUtc3ViamVjdCJ9.c2ln';

  it.each([
    ['in an answer', 200],
    ['in a refusal', 403],
    ['in a failure', 500],
  ])('that the server echoes %s is shown nowhere', async (_title, status) => {
    await using server = await startServer((request, response) => {
      const { authorization = '' } = request.headers;
      response.writeHead(status).end(`you sent ${authorization} and s3cret!`);
    });
    const secrets = [new Secret('s3cret!')];
    const wanted = {
      method: 'POST',
      url: server.url,
      bearer: new Secret(TOKEN),
      secrets,
      body: 'x',
    } as const;
    const shown = await client()
      .request(wanted)
      .then(
        (answer) => answer.excerpt(),
        (error: unknown) => inspect(error, { depth: 9, showHidden: true }),
      );
    expect(shown).toContain('[redacted]');
    expect(shown).not.toMatch(/eyJ|s3cret/);
  });

  it('that comes back in an answer that is not HTTP is shown nowhere', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => socket.end(`HTTP/1.1 2x0 ${data.toString()}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const wanted = { method: 'GET', url, bearer: new Secret(TOKEN), retry: 'never' } as const;
    const error = await failureOf(client().request(wanted));
    server.close();
    expect(error.code).toBe('ERR_HTTP_UNREACHABLE');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('eyJ');
  });

  it('does not travel without TLS, except to this very machine', async () => {
    const wanted = { method: 'GET', url: 'http://upload.example/x', bearer: new Secret(TOKEN) } as const;
    expect((await failureOf(client().request(wanted))).code).toBe('ERR_HTTP_INSECURE');
  });

  it('that no header can hold is a TypeError without it', async () => {
    const wanted = { method: 'GET', url: 'http://127.0.0.1:9/', bearer: new Secret(`${TOKEN}\n`) } as const;
    const error: unknown = await client()
      .request(wanted)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error, { depth: 9 })).not.toContain('eyJ');
  });
});

describe('a URL', () => {
  it.each(['ftp://a.example/', 'not a url', 'https://user:pw@a.example/', 'https://user@a.example/'])(
    '%j is refused',
    async (url) => {
      const error = await failureOf(client().request({ method: 'GET', url }));
      expect(error.code).toBe('ERR_HTTP_URL');
      expect(error.message).not.toMatch(/user@|pw/);
    },
  );
});
