// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoginLie } from '../src/login/login-lie.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { base64, call, certificateRequest, newKeyPair } from './requests.ts';

const REDIRECT = 'http://127.0.0.1:1/auth/callback';
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';
const VERIFIER = randomBytes(32).toString('base64url');
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ login: { clients: { sigstore: '', 'a client': 'its secret' } } });
});
afterEach(() => {
  sandbox.login.lies.clear();
  sandbox.clock.reset();
});
afterAll(() => sandbox.close());

function authorization(change: Readonly<Record<string, string | undefined>> = {}): string {
  const query = {
    client_id: 'sigstore',
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid email',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${sandbox.login.issuerUrl}/auth?${new URLSearchParams(given).toString()}`;
}

function post(path: string, form: Record<string, string>, headers = {}): Promise<Response> {
  const body = new URLSearchParams(form);
  return fetch(sandbox.login.issuerUrl + path, { method: 'POST', body, headers, redirect: 'manual' });
}

async function visitOf(page: Response): Promise<string> {
  return /name="visit" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
}

/** Logs in on the page of a visit, and gives the last answer. */
async function logIn(page: Response, action = 'allow'): Promise<Response> {
  const visit = await visitOf(page);
  const consent = await post('/who', { visit, email: 'dev@example.com', action: 'login' });
  expect(await consent.text()).toContain('<strong>dev@example.com</strong>');
  return post('/consent', { visit, action });
}

async function redirected(change = {}, action = 'allow'): Promise<URL> {
  const answer = await logIn(await fetch(authorization(change)), action);
  return new URL(answer.headers.get('location') ?? '');
}

async function codeOf(change = {}): Promise<string> {
  return (await redirected(change)).searchParams.get('code') ?? '';
}

async function exchange(code: string, form: Record<string, string> = {}, headers = {}) {
  const answer = await post(
    '/token',
    {
      grant_type: 'authorization_code',
      client_id: 'sigstore',
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      code,
      ...form,
    },
    headers,
  );
  return (await answer.json()) as Record<string, string>;
}

describe('a login by browser', () => {
  it('gives a token for whoever logged in, which Fulcio takes', async () => {
    const back = await redirected();
    expect(back.href).toContain(REDIRECT);
    expect(back.searchParams.get('state')).toBe('the-state');
    const { id_token: token = '', access_token: access } = await exchange(
      back.searchParams.get('code') ?? '',
    );
    const issuer = sandbox.login.issuerUrl;
    const { body } = await call(`${issuer}/.well-known/openid-configuration`);
    expect(body.issuer).toBe(issuer);
    const keys = createRemoteJWKSet(new URL(body.jwks_uri));
    const { payload } = await jwtVerify(token, keys, { issuer, audience: 'sigstore' });
    expect(payload).toMatchObject({ email: 'dev@example.com', email_verified: true, nonce: 'the-nonce' });
    expect(access).toBe(token);
    const csr = base64(certificateRequest(newKeyPair()));
    const certificate = await call(
      `${sandbox.urls.fulcio}/api/v2/signingCert`,
      { certificateSigningRequest: csr },
      { authorization: `Bearer ${token}` },
    );
    expect(certificate.status).toBe(200);
  });

  it('takes a secret in the header or in the form', async () => {
    const client = { client_id: 'a client' };
    const basic = `Basic ${Buffer.from('a+client:its+secret').toString('base64')}`;
    expect(await exchange(await codeOf(client), { client_id: '' }, { authorization: basic })).toHaveProperty(
      'id_token',
    );
    const form = { ...client, client_secret: 'its secret' };
    expect(await exchange(await codeOf(client), form)).toHaveProperty('id_token');
    expect(await exchange(await codeOf(client), client)).toMatchObject({ error: 'invalid_client' });
  });

  it('gives a code once, for a minute, and to its own client', async () => {
    const code = await codeOf();
    expect(await exchange(code)).toHaveProperty('id_token');
    expect(await exchange(code)).toEqual({ error: 'invalid_grant' });
    const old = await codeOf();
    sandbox.clock.advance(61_000);
    expect(await exchange(old)).toEqual({ error: 'invalid_grant' });
    const foreign = { client_id: 'a client', client_secret: 'its secret' };
    expect(await exchange(await codeOf(), foreign)).toEqual({ error: 'invalid_grant' });
  });

  it.each([
    ['another verifier', { code_verifier: 'another' }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    ['another address', { redirect_uri: `${REDIRECT}2` }, 'invalid_grant'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['another secret', { client_secret: 'x' }, 'invalid_client'],
  ])('gives nothing for %s', async (_title, form, error) => {
    expect(await exchange(await codeOf(), form)).toMatchObject({ error });
  });

  it.each([
    ['an address elsewhere', { redirect_uri: 'https://example.com/' }],
    ['a host that begins like this one', { redirect_uri: 'http://localhost.example.com/' }],
    ['no challenge', { code_challenge: undefined }],
    ['a challenge in the clear', { code_challenge_method: 'plain' }],
    ['another client', { client_id: 'nobody' }],
    ['tokens in the address', { response_type: 'id_token' }],
    ['other scopes', { scope: 'email' }],
  ])('shows an error to a person who was sent with %s', async (_title, change) => {
    const page = await fetch(authorization(change), { redirect: 'manual' });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('<h1>Error</h1>');
  });

  it('says when it was refused', async () => {
    const back = await redirected({}, 'cancel');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'the-state',
    });
  });

  it('shows the code to carry where no redirect leads to the program', async () => {
    const page = await logIn(await fetch(authorization({ redirect_uri: OUT_OF_BAND })));
    const code = /<code id="code">(\w+)</.exec(await page.text())?.[1] ?? '';
    expect(await exchange(code, { redirect_uri: OUT_OF_BAND })).toHaveProperty('id_token');
  });

  it('escapes what it is given', async () => {
    const page = await fetch(`${sandbox.login.issuerUrl}/device?user_code=${encodeURIComponent('"><b>')}`);
    expect(await page.text()).toContain('value="&#34;&#62;&#60;b&#62;"');
  });
});

async function beginDevice() {
  const answer = await post('/device/code', { client_id: 'sigstore', scope: 'openid email' });
  return (await answer.json()) as Record<string, string>;
}

async function poll(deviceCode = ''): Promise<Record<string, string>> {
  const form = { grant_type: DEVICE_GRANT, device_code: deviceCode, client_id: 'sigstore' };
  return (await (await post('/token', form)).json()) as Record<string, string>;
}

const visit = (userCode = '') => post('/device', { user_code: userCode.toLowerCase() });

describe('a device', () => {
  it('waits for the person who types its code', async () => {
    const { device_code: code, user_code: userCode } = await beginDevice();
    expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
    expect(await poll(code)).toMatchObject({ error: 'slow_down' });
    sandbox.clock.advance(6000);
    expect(await poll(code)).toMatchObject({ error: 'slow_down' });
    await logIn(await visit(userCode));
    sandbox.clock.advance(16_000);
    expect(decodeJwt((await poll(code))['id_token'] ?? '')).toMatchObject({ email: 'dev@example.com' });
    expect(await poll(code)).toMatchObject({ error: 'invalid_grant' });
  });

  it('is told when it was refused, or waited too long', async () => {
    const [refused, late] = [await beginDevice(), await beginDevice()];
    await logIn(await visit(refused['user_code']), 'cancel');
    expect(await poll(refused['device_code'])).toMatchObject({ error: 'access_denied' });
    sandbox.clock.advance(301_000);
    expect(await poll(late['device_code'])).toMatchObject({ error: 'expired_token' });
    expect((await visit(late['user_code'])).status).toBe(400);
  });
});

describe('a lie', () => {
  const claimLies: [LoginLie, Record<string, unknown>][] = [
    ['wrong-audience', { aud: 'another' }],
    ['two-audiences', { aud: ['sigstore', 'another'] }],
    ['wrong-nonce', { nonce: 'another-nonce' }],
    ['other-issuer', { iss: 'http://elsewhere.example' }],
  ];
  it.each(claimLies)('%s changes a claim', async (lie, claims) => {
    sandbox.login.lies.add(lie);
    expect(decodeJwt((await exchange(await codeOf()))['id_token'] ?? '')).toMatchObject(claims);
  });

  it('changes how a token is signed', async () => {
    sandbox.login.lies.add('algorithm-none');
    const { id_token: unsigned = '' } = await exchange(await codeOf());
    expect([decodeProtectedHeader(unsigned).alg, unsigned.split('.')[2]]).toEqual(['none', '']);
    sandbox.login.lies.clear();
    sandbox.login.lies.add('other-key');
    const { id_token: token = '' } = await exchange(await codeOf());
    const keys = createRemoteJWKSet(new URL(`${sandbox.login.issuerUrl}/.well-known/jwks`));
    await expect(jwtVerify(token, keys)).rejects.toThrow('signature verification failed');
  });

  it.each([
    ['wrong-state', `${REDIRECT}?`, 'another-state'],
    ['redirect-elsewhere', 'http://elsewhere.example/', 'the-state'],
  ] as const)('%s changes where the browser goes', async (lie, begin, state) => {
    sandbox.login.lies.add(lie);
    const { href, searchParams } = await redirected();
    expect(href.startsWith(begin)).toBe(true);
    expect(searchParams.get('state')).toBe(state);
  });
});
