// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { HttpClient } from '@colophon/http';
import { afterEach, describe, expect, it } from 'vitest';
import { detectAmbientToken, type Environment } from '../src/index.ts';
import { NOW, toyToken } from './support/toy-token.ts';

const http = new HttpClient({
  userAgent: 'colophon-test/1',
  timeBudgetMs: 500,
  sleep: async () => undefined,
});
const stops: (() => void)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await http.close();
});

interface Service {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

async function startService(status: number, body: string): Promise<Service> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status).end(body);
  });
  stops.push(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`,
    requests,
  };
}

async function detect(environment: Environment): Promise<unknown> {
  return await detectAmbientToken({ environment, audience: 'sigstore', http, now: () => NOW });
}

function jobAt(url: string): Environment {
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-credential',
  };
}

describe('detectAmbientToken', () => {
  it('finds nothing outside of the places it knows', async () => {
    expect(await detect({})).toBeUndefined();
    expect(
      await detect({ GITHUB_ACTIONS: '', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9' }),
    ).toBeUndefined();
  });

  it('asks GitHub with the audience joined to the query and the runner`s credential', async () => {
    const service = await startService(200, JSON.stringify({ count: 1, value: toyToken() }));
    const token = await detect(jobAt(service.url));
    expect(token).toMatchObject({ claims: { aud: 'sigstore' } });
    expect(service.requests).toHaveLength(1);
    expect(service.requests[0]?.url).toBe('/token?api-version=2.0&audience=sigstore');
    expect(service.requests[0]?.headers.authorization).toBe('bearer runner-credential');
  });

  it.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])(
    'names the missing permission when %s is not set',
    async (name) => {
      const refused = detect({ ...jobAt('http://127.0.0.1:9/'), [name]: undefined });
      await expect(refused).rejects.toMatchObject({
        code: 'ERR_TOKEN_PERMISSION',
        message: expect.stringContaining('id-token: write'),
      });
    },
  );

  it.each([
    ['a refusal', 403, 'no, runner-credential', 'ERR_TOKEN_SERVICE'],
    ['a service that stays down', 500, 'down', 'ERR_HTTP_UNAVAILABLE'],
    ['an answer without a token', 200, '{"count":0}', 'ERR_TOKEN_SERVICE'],
    ['an answer that is cut', 200, `{"value":"${toyToken()}`, 'ERR_TOKEN_SERVICE'],
    [
      'a token for somebody else',
      200,
      JSON.stringify({ value: toyToken({ aud: 'pypi' }) }),
      'ERR_TOKEN_AUDIENCE',
    ],
    ['a token that is expired', 200, JSON.stringify({ value: toyToken({ exp: 1 }) }), 'ERR_TOKEN_EXPIRED'],
    ['a value that is no token', 200, '{"value":"nothing"}', 'ERR_TOKEN_MALFORMED'],
  ])('ends on %s, and tells no credential', async (_title, status, body, code) => {
    const service = await startService(status, body);
    const error: unknown = await detect(jobAt(service.url)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/eyJ|runner-credential/);
  });
});
