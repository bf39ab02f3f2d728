// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { sha256 } from '@colophon/base';
import { afterEach, describe, expect, it } from 'vitest';
import { TimestampAuthorityClient } from '../src/index.ts';
import { type LoopbackServer, type Reply, startServer } from './support/loopback-server.ts';
import { granted, readQuery, rejected, startTsa } from './support/toy-tsa.ts';
import { NOW } from './support/toy-token.ts';

const SIGNATURE = Uint8Array.of(0x30, 1, 2, 3);
const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const servers: LoopbackServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.stop();
  await http.close();
});

function clientOf(server: LoopbackServer): TimestampAuthorityClient {
  servers.push(server);
  return new TimestampAuthorityClient({ url: `${server.url}/a/path?b=c`, http });
}

describe('TimestampAuthorityClient', () => {
  it('posts a query for the signature itself to the whole URL, with a fresh nonce each time', async () => {
    const server = await startTsa();
    const client = clientOf(server);
    expect(await client.requestTimestamp(SIGNATURE)).toMatchObject({ time: NOW });
    await client.requestTimestamp(SIGNATURE);
    const [first, second] = server.requests;
    expect(first).toMatchObject({ path: '/a/path?b=c', contentType: 'application/timestamp-query' });
    const queries = [first, second].map((request) => readQuery(request?.bytes ?? new Uint8Array()));
    expect(queries[0]?.imprint).toEqual(Buffer.from(sha256(SIGNATURE)));
    expect(queries[0]?.nonce).not.toBe(queries[1]?.nonce);
  });

  it('asks again when the authority is busy', async () => {
    let asked = 0;
    const server = await startServer(({ bytes }) => {
      asked += 1;
      if (asked < 3) return { status: asked === 1 ? 503 : 429, body: '' };
      return { status: 200, body: granted({ ...readQuery(bytes), time: NOW }) };
    });
    expect(await clientOf(server).requestTimestamp(SIGNATURE)).toMatchObject({ time: NOW });
  });

  it.each<[string, Reply, string]>([
    ['a refusal', { status: 400, body: 'bad \u001b request' }, 'ERR_TSA_REFUSED'],
    ['a rejection', { status: 200, body: rejected(2n, 'no') }, 'ERR_TSA_REFUSED'],
    ['a page', { status: 200, body: '<html>' }, 'ERR_TSA_ANSWER'],
    [
      'an older timestamp',
      { status: 200, body: granted({ imprint: sha256(SIGNATURE), nonce: 1n, time: NOW }) },
      'ERR_TSA_TIMESTAMP',
    ],
    ['an answer without end', { status: 200, body: new Uint8Array(64 * 1024 + 1) }, 'ERR_HTTP_TOO_LARGE'],
  ])('ends on %s', async (_title, reply, code) => {
    const client = clientOf(await startServer(() => reply));
    const error: unknown = await client.requestTimestamp(SIGNATURE).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('\u001b');
  });

  it('does not wait without end for an authority that is silent', async () => {
    const impatient = new HttpClient({ userAgent: 'colophon-test/1', timeBudgetMs: 300 });
    const server = await startServer(() => new Promise<Reply>(() => undefined));
    servers.push(server);
    const client = new TimestampAuthorityClient({ url: server.url, http: impatient });
    await expect(client.requestTimestamp(SIGNATURE)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_HTTP_/),
    });
    await impatient.close();
  });
});
