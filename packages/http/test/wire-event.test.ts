// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { Secret } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import { HttpClient, type HttpRequest, type WireEvent } from '../src/index.ts';
import { startServer } from './support/loopback-server.ts';

const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0aGUtc3ViamVjdCJ9.c2ln';

async function eventsOf(request: HttpRequest): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  const http = new HttpClient({
    userAgent: 'colophon-test/1',
    sleep: async () => undefined,
    onWire: (event) => events.push(event),
  });
  await http.request(request).catch(() => undefined);
  await http.close();
  return events;
}

describe('what is told of the wire', () => {
  it('is each request with its headers and size, and each answer with its status', async () => {
    await using server = await startServer((_request, response) => {
      response.writeHead(201, { 'x-kind': 'entry' }).end('made');
    });
    const url = `${server.url}/log?secret=1`;
    const events = await eventsOf({ method: 'POST', url, headers: { 'X-Mine': 'a' }, body: 'four' });
    const shown = `${server.url}/log?...`;
    expect(events).toMatchObject([
      { kind: 'request', method: 'POST', url: shown, bytes: 4, headers: { 'x-mine': 'a' } },
      { kind: 'answer', method: 'POST', url: shown, status: 201, headers: { 'x-kind': 'entry' } },
    ]);
  });

  it('is every attempt, and why a connection broke', async () => {
    let asked = 0;
    await using server = await startServer((request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.writeHead(asked === 2 ? 503 : 200).end();
    });
    const events = await eventsOf({ method: 'GET', url: server.url });
    expect(events.map(({ kind }) => kind)).toEqual([
      'request',
      'failure',
      'request',
      'answer',
      'request',
      'answer',
    ]);
    expect(events[1]).toMatchObject({ text: expect.stringContaining('closed') });
  });

  it('holds no credential, wherever one stands, and nothing that moves a terminal', async () => {
    await using server = await startServer((request, response) => {
      const { authorization = '' } = request.headers;
      response
        .writeHead(200, {
          'set-cookie': 'session=abcdefgh',
          'x-echo': `${authorization} and s3cret!`,
          'x-terminal': 'a\u009b2Jb',
          location: '/next?token=abcdefgh',
          'x-link': 'https://a.example/b?token=abcdefgh',
        })
        .end(authorization);
    });
    const events = await eventsOf({
      method: 'POST',
      url: `${server.url}/?token=abcdefgh`,
      bearer: new Secret(TOKEN),
      secrets: [new Secret('s3cret!')],
      headers: { cookie: 'session=abcdefgh' },
      body: TOKEN,
    });
    expect(events).toHaveLength(2);
    expect(inspect(events, { depth: 9 })).not.toMatch(/eyJ|s3cret|abcdefgh|\u009b/);
    expect(events[0]).toMatchObject({ headers: { authorization: '[redacted]', cookie: '[redacted]' } });
    expect(events[1]).toMatchObject({
      headers: { location: '/next?...', 'x-link': 'https://a.example/b?...' },
    });
  });
});
