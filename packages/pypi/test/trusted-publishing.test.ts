// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { Secret } from '@colophon/base';
import type { HttpResponse } from '@colophon/http';
import { describe, expect, it } from 'vitest';
import { mintUploadToken, processAudience, requestAudience, resolveIndex } from '../src/index.ts';
import { sendJson, startIndex } from './support/index-server.ts';

const throwsCode = (code: string) => expect.objectContaining({ code });
const NOW = new Date('2026-06-01T12:00:00Z');
const AUDIENCE = 'rehearsal';

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function jwt(claims: unknown): Secret {
  return new Secret(`${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`);
}

function answerOf(audience: string): HttpResponse {
  return {
    status: 200,
    headers: new Map([['content-type', 'application/json; charset=utf-8']]),
    url: new URL('https://upload.pypi.org/_/oidc/audience'),
    body: Buffer.from(JSON.stringify({ audience })),
    excerpt: () => '',
  };
}

async function audienceOf(status: number, body: unknown, type?: string): Promise<string> {
  await using server = await startIndex((_request, response) => sendJson(response, status, body, type));
  return await requestAudience({ index: resolveIndex(`${server.url}/legacy/`), http: server.http });
}

async function mint(status: number, body: unknown, token = jwt({ aud: AUDIENCE })) {
  await using server = await startIndex((_request, response) => sendJson(response, status, body));
  const index = resolveIndex(`${server.url}/legacy/`);
  return await mintUploadToken({ index, http: server.http, identityToken: token, now: NOW });
}

describe('requestAudience', () => {
  it('asks on the authority of the upload URL', async () => {
    await using server = await startIndex((_request, response) =>
      sendJson(response, 200, { audience: AUDIENCE }),
    );
    const index = resolveIndex(`${server.url}/some/legacy/`);
    expect(await requestAudience({ index, http: server.http })).toBe(AUDIENCE);
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/_/oidc/audience' }]);
  });

  it.each(['pypi', 'testpypi', 'sigstore', 'PYPI', 'sts.amazonaws.com'])(
    'refuses an index that asks for a token of %s',
    async (audience) => {
      await expect(audienceOf(200, { audience })).rejects.toThrowError(throwsCode('ERR_INDEX_AUDIENCE'));
    },
  );

  it.each([
    ['has no trusted publishing', 404, '<html>', 'ERR_TRUSTED_PUBLISHING_UNSUPPORTED'],
    ['has switched it off', 403, { message: 'not enabled' }, 'ERR_TRUSTED_PUBLISHING_DISABLED'],
    ['wants a log-in', 401, {}, 'ERR_INDEX_FORBIDDEN'],
    ['makes no sense', 418, {}, 'ERR_INDEX_RESPONSE'],
    ['is down', 503, 'down', 'ERR_INDEX_UNAVAILABLE'],
    ['names no audience', 200, {}, 'ERR_INDEX_RESPONSE'],
    ['names two', 200, { audience: ['a', 'b'] }, 'ERR_INDEX_RESPONSE'],
    ['names an empty one', 200, { audience: '' }, 'ERR_INDEX_RESPONSE'],
    ['names one with a line feed', 200, { audience: 'a\nb' }, 'ERR_INDEX_RESPONSE'],
    ['names it twice', 200, '{"audience":"a","audience":"b"}', 'ERR_INDEX_RESPONSE'],
    ['sends no JSON', 200, 'audience', 'ERR_INDEX_RESPONSE'],
    ['sends too much', 200, { audience: 'a', more: 'x'.repeat(70_000) }, 'ERR_INDEX_RESPONSE'],
  ])('tells of an index that %s', async (_title, status, body, code) => {
    await expect(audienceOf(status, body)).rejects.toThrowError(throwsCode(code));
  });

  it('refuses a page that says it is HTML', async () => {
    await expect(audienceOf(200, { audience: 'a' }, 'text/html')).rejects.toThrowError(
      throwsCode('ERR_INDEX_RESPONSE'),
    );
  });

  it('follows no redirect', async () => {
    await using elsewhere = await startIndex((_request, response) =>
      sendJson(response, 200, { audience: 'a' }),
    );
    await using server = await startIndex((_request, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/_/oidc/audience` }).end();
    });
    const asked = requestAudience({ index: resolveIndex(`${server.url}/legacy/`), http: server.http });
    await expect(asked).rejects.toThrowError(throwsCode('ERR_INDEX_RESPONSE'));
    expect(elsewhere.seen).toEqual([]);
  });

  it('holds PyPI itself to its own audience', () => {
    const index = resolveIndex('pypi');
    expect(processAudience(answerOf('pypi'), index)).toBe('pypi');
    for (const audience of ['testpypi', 'sigstore', 'https://github.com/owner'])
      expect(() => processAudience(answerOf(audience), index)).toThrowError(throwsCode('ERR_INDEX_AUDIENCE'));
  });
});

describe('mintUploadToken', () => {
  it('exchanges the identity token for a secret with an end', async () => {
    await using server = await startIndex((_request, response) =>
      sendJson(response, 200, { success: true, token: 'pypi-abc', expires: 1780320600, more: 1 }),
    );
    const identityToken = jwt({ aud: AUDIENCE });
    const index = resolveIndex(`${server.url}/legacy/`);
    const token = await mintUploadToken({ index, http: server.http, identityToken, now: NOW });
    expect(token.secret.reveal()).toBe('pypi-abc');
    expect(token.expires).toEqual(new Date(1780320600_000));
    expect(inspect(token)).not.toContain('pypi-abc');
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/_/oidc/mint-token' }]);
    expect(JSON.parse(String(server.seen[0]?.body))).toEqual({ token: identityToken.reveal() });
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
  });

  it.each([{ token: 'pypi-abc' }, { token: 'pypi-abc', expires: null }])(
    'counts on 900 seconds where the index names no end',
    async (body) => {
      const { expires } = await mint(200, body);
      expect(expires).toEqual(new Date('2026-06-01T12:15:00Z'));
    },
  );

  it.each([
    ['of PyPI', { aud: 'pypi' }],
    ['of TestPyPI', { aud: 'testpypi' }],
    ['of Sigstore', { aud: 'sigstore' }],
    ['of several services', { aud: [AUDIENCE, 'pypi'] }],
    ['of a list', { aud: [AUDIENCE] }],
    ['of nobody', { sub: 'me' }],
    ['that are no object', 'aud'],
  ])('keeps a token with claims %s to itself', async (_title, claims) => {
    await using server = await startIndex((_request, response) =>
      sendJson(response, 200, { token: 'pypi-abc' }),
    );
    const index = resolveIndex(`${server.url}/legacy/`);
    const minted = mintUploadToken({ index, http: server.http, identityToken: jwt(claims), now: NOW });
    await expect(minted).rejects.toThrowError(throwsCode('ERR_INDEX_AUDIENCE'));
    expect(server.seen).toEqual([]);
  });

  it.each(['hunter2', 'hunter2.e30', 'a.hunter2.b', 'a.aHVudGVyMg.b', ''])(
    'keeps what is no JWT (%j) to itself, and out of the error',
    async (text) => {
      const error: unknown = await mint(200, {}, new Secret(text)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ERR_INDEX_AUDIENCE' });
      expect(inspect(error)).not.toContain('hunter2');
    },
  );

  it("gives the index's reasons, bounded and cleaned", async () => {
    const token = jwt({ aud: AUDIENCE });
    const errors = [
      { code: 'invalid-publisher', description: 'valid token, but no corresponding publisher (\u001b[31mx)' },
      { code: 'invalid-token', description: `malformed: ${token.reveal()}\n::error::` },
      { code: 'long', description: 'y'.repeat(5000) },
    ];
    const error: unknown = await mint(422, { message: 'no', errors }, token).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      code: 'ERR_TRUSTED_PUBLISHING_REFUSED',
      details: { status: 422, codes: ['invalid-publisher', 'invalid-token', 'long'] },
    });
    const { descriptions } = (error as { details: { descriptions: string[] } }).details;
    expect(descriptions[0]).toBe('valid token, but no corresponding publisher ( [31mx)');
    expect(descriptions[2]?.length).toBeLessThan(400);
    expect(inspect(error)).not.toContain(token.reveal());
    expect(descriptions.join('')).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    ['a refusal without reasons', 422, { message: 'no' }, 'ERR_INDEX_RESPONSE'],
    [
      'a refusal with a thousand',
      422,
      { errors: Array.from({ length: 1000 }, () => ({ code: 'a', description: 'b' })) },
      'ERR_INDEX_RESPONSE',
    ],
    ['no place to mint', 404, {}, 'ERR_TRUSTED_PUBLISHING_UNSUPPORTED'],
    ['a refused credential', 403, {}, 'ERR_INDEX_FORBIDDEN'],
    ['no success', 200, { success: false, token: 'pypi-abc' }, 'ERR_INDEX_RESPONSE'],
    ['no token', 200, { success: true }, 'ERR_INDEX_RESPONSE'],
    ['a token with a line feed', 200, { token: 'pypi-\nX: y' }, 'ERR_INDEX_RESPONSE'],
    ['an end that is text', 200, { token: 'pypi-abc', expires: '1780320600' }, 'ERR_INDEX_RESPONSE'],
    ['an end before all time', 200, { token: 'pypi-abc', expires: -1 }, 'ERR_INDEX_RESPONSE'],
    ['an end after all time', 200, { token: 'pypi-abc', expires: 1e300 }, 'ERR_INDEX_RESPONSE'],
  ])('refuses %s', async (_title, status, body, code) => {
    await expect(mint(status, body)).rejects.toThrowError(throwsCode(code));
  });

  it('shows nothing of a token in an answer that it cannot read', async () => {
    for (const body of [
      '{"token":"pypi-hunter2" x}',
      '{"token": pypi-hunter2}',
      '{"token":"a","token":"pypi-hunter2"',
    ]) {
      const error: unknown = await mint(200, body).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'ERR_INDEX_RESPONSE' });
      expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    }
  });

  it('does not repeat a request that may have arrived', async () => {
    await using server = await startIndex((_request, response) => response.socket?.destroy());
    const index = resolveIndex(`${server.url}/legacy/`);
    const minted = mintUploadToken({
      index,
      http: server.http,
      identityToken: jwt({ aud: AUDIENCE }),
      now: NOW,
    });
    await expect(minted).rejects.toMatchObject({
      code: 'ERR_INDEX_UNAVAILABLE',
      details: { uncertain: true },
    });
    expect(server.seen).toHaveLength(1);
  });
});
