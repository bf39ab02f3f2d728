// SPDX-License-Identifier: Apache-2.0
import { request } from 'node:http';
import { Secret } from '@colophon/base';
import { describe, expect, it } from 'vitest';
import { type BrowserLoginOptions, type IdToken, loginByBrowser } from '../src/index.ts';
import { type FakeIssuer, startIssuer } from './support/fake-issuer.ts';
import { failureOf, loginOptions } from './support/login-run.ts';

interface Browsing extends Partial<BrowserLoginOptions> {
  /** What the browser does with the address that it is sent back to. */
  readonly visit?: (back: URL) => Promise<unknown>;
  readonly change?: Readonly<Record<string, string>>;
}

function login(issuer: FakeIssuer, { visit, change, ...options }: Browsing = {}): Promise<IdToken> {
  return loginByBrowser({
    ...loginOptions(issuer),
    openBrowser: async (url) => {
      const back = issuer.follow(url, change);
      await (visit ?? ((address: URL) => fetch(address)))(back);
    },
    timeoutMs: 3000,
    ...options,
  });
}

describe('a login by browser', () => {
  it('gives a token for whoever logged in', async () => {
    const { claims, secret } = await login(await startIssuer());
    expect(claims).toMatchObject({ email: 'dev@example.com', email_verified: true, aud: 'sigstore' });
    expect(secret.reveal()).toMatch(/^eyJ/);
  });

  it('asks with PKCE, a state, a nonce and a redirect to a port of 127.0.0.1', async () => {
    const issuer = await startIssuer();
    const asked: URL[] = [];
    const openBrowser = async (url: string) => {
      asked.push(new URL(url));
      await fetch(issuer.follow(url));
    };
    await login(issuer, { openBrowser });
    await login(issuer, { openBrowser });
    const [one, two] = asked.map(({ searchParams }) => Object.fromEntries(searchParams));
    expect(one).toEqual({
      tenant: '1',
      client_id: 'sigstore',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/auth\/callback$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (const name of ['code_challenge', 'state', 'nonce']) expect(two?.[name]).not.toBe(one?.[name]);
    expect(issuer.forms[0]).toMatchObject({ fields: { client_id: 'sigstore', code: 'the-code' } });
    expect(issuer.forms[0]?.authorization).toBeUndefined();
  });

  it('shows the client’s secret in the header alone', async () => {
    const issuer = await startIssuer();
    await login(issuer, { clientSecret: new Secret('the-client-secret') });
    const [form] = issuer.forms;
    expect(form?.fields).not.toHaveProperty('client_secret');
    const credentials = atob(form?.authorization?.replace('Basic ', '') ?? '');
    expect(decodeURIComponent(credentials)).toBe('sigstore:the-client-secret');
  });

  it('lands on a page of fixed text that loads and runs nothing', async () => {
    const issuer = await startIssuer();
    let page: Response | undefined;
    await login(issuer, {
      change: { code: 'the-code', more: '<script>' },
      visit: async (back) => {
        page = await fetch(back);
      },
    });
    expect(page?.status).toBe(200);
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(Object.fromEntries(page?.headers ?? [])).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const text = await page?.text();
    expect(text).toContain('Login received');
    expect(text).not.toContain('script');
  });

  it('takes one answer, and closes the port', async () => {
    const issuer = await startIssuer();
    let back: URL | undefined;
    await login(issuer, {
      visit: async (address) => {
        back = address;
        await fetch(address);
      },
    });
    await expect(fetch(String(back))).rejects.toThrow('fetch failed');
  });

  it.each([
    ['another path', (back: URL) => fetch(new URL('/', back)), 404],
    ['another state', (back: URL) => fetch(changed(back, 'state', 'guessed')), 400],
    ['no state', (back: URL) => fetch(changed(back, 'state')), 400],
    ['neither code nor error', (back: URL) => fetch(changed(back, 'code')), 400],
    ['a code and an error', (back: URL) => fetch(changed(back, 'error', 'access_denied')), 400],
    ['two codes', (back: URL) => fetch(`${back.href}&code=another`), 400],
    ['another method', (back: URL) => fetch(back, { method: 'POST' }), 405],
    ['another host', (back: URL) => fetchAs(back, 'evil.example'), 404],
    ['the name localhost', (back: URL) => fetchAs(back, `localhost:${back.port}`), 404],
  ])('turns %s away, and goes on waiting', async (_title, stranger, status) => {
    const visit = async (back: URL) => {
      expect((await stranger(back)).status).toBe(status);
      await fetch(back);
    };
    expect(await login(await startIssuer(), { visit })).toHaveProperty('claims.email');
  });

  it('ends when nobody comes, and tells of those who came with another state', async () => {
    const error = await failureOf(login(await startIssuer(), { visit: guess, timeoutMs: 200 }));
    expect(error).toMatchObject({
      code: 'ERR_LOGIN_TIMEOUT',
      message: expect.stringContaining('turned away: 1'),
    });
  });

  it('ends with the reason when it is interrupted', async () => {
    const interruption = new AbortController();
    const reason = new Error('enough');
    const visit = async () => interruption.abort(reason);
    const { signal } = interruption;
    await expect(login(await startIssuer(), { visit, signal })).rejects.toBe(reason);
  });

  it('ends with what the browser’s opener throws', async () => {
    await expect(login(await startIssuer(), { openBrowser: noBrowser })).rejects.toThrow('no browser');
  });

  it.each([
    [{ error: 'access_denied', error_description: 'not \u001B[31mnow' }, 'ERR_LOGIN_DENIED', 'not [31mnow'],
    [{ error: 'server_error' }, 'ERR_LOGIN_ANSWER', 'a refusal: server_error'],
  ])('ends when the login is refused: %s', async (answer, code, words) => {
    const visit = async (back: URL) => {
      const refused = changed(back, 'code');
      for (const [name, value] of Object.entries(answer)) refused.searchParams.set(name, value);
      expect(await (await fetch(refused)).text()).toContain('Login refused');
    };
    const error = await failureOf(login(await startIssuer(), { visit }));
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

function changed(back: URL, name: string, value?: string): URL {
  const url = new URL(back);
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url;
}

function guess(back: URL): Promise<unknown> {
  return fetch(changed(back, 'state', 'guessed'));
}

async function noBrowser(): Promise<void> {
  throw new Error('no browser');
}

function fetchAs(url: URL, host: string): Promise<{ status: number | undefined }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode });
    })
      .on('error', reject)
      .end();
  });
}
