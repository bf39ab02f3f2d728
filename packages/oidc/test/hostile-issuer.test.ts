// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loginByBrowser, loginByCode } from '../src/index.ts';
import { type FakeIssuer, type IssuerAnswer, startIssuer } from './support/fake-issuer.ts';
import { failureOf, loginOptions } from './support/login-run.ts';

function login(issuer: FakeIssuer, change = {}) {
  return loginByBrowser({
    ...loginOptions(issuer, change),
    openBrowser: async (url) => void (await fetch(issuer.follow(url))),
    timeoutMs: 2000,
  });
}

const hour = 3600;

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('an issuer’s description', () => {
  const elsewhere = 'http://elsewhere.example/x';
  const answers: [string, IssuerAnswer, string][] = [
    ['is no JSON', { body: '<html>' }, 'ERR_LOGIN_ISSUER'],
    ['is no object', { body: '[]' }, 'ERR_LOGIN_ISSUER'],
    ['is of another type', { headers: { 'content-type': 'text/html' }, body: '{}' }, 'ERR_LOGIN_ISSUER'],
    ['is empty', { body: '' }, 'ERR_LOGIN_ISSUER'],
    ['is not there', { status: 404, body: 'no' }, 'ERR_LOGIN_ISSUER'],
    ['is too long', { body: `{"issuer":"${'x'.repeat(600_000)}"}` }, 'ERR_HTTP_TOO_LARGE'],
    ['is elsewhere', { status: 302, headers: { location: elsewhere }, body: '' }, 'ERR_HTTP_REDIRECT'],
    ['is broken for good', { status: 500, body: 'no' }, 'ERR_HTTP_UNAVAILABLE'],
  ];
  it.each(answers)('that %s ends the login', async (_title, answer, code) => {
    const issuer = await startIssuer();
    issuer.answers['openid-configuration'] = answer;
    expect(await failureOf(login(issuer))).toMatchObject({ code });
  });

  it.each([
    ['names another issuer', { issuer: 'https://another.example' }],
    ['names no issuer', { issuer: undefined }],
    ['names an issuer that is no URL', { issuer: 'x' }],
    ['names an issuer that is no text', { issuer: 7 }],
    ['has no page', { authorization_endpoint: undefined }],
    ['has a page without TLS', { authorization_endpoint: elsewhere }],
    ['has a page that is a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has a page that is a file', { authorization_endpoint: 'file:///etc/passwd' }],
    ['has a page with a password', { authorization_endpoint: 'https://a:b@issuer.example/' }],
    ['has a page that is no text', { authorization_endpoint: { url: 'x' } }],
    ['has keys without TLS', { jwks_uri: elsewhere }],
    ['has a token endpoint without TLS', { token_endpoint: elsewhere }],
    ['has a token endpoint that is no URL', { token_endpoint: 'http://[' }],
  ])('that %s ends the login before anybody is sent there', async (_title, metadata) => {
    const issuer = await startIssuer();
    Object.assign(issuer.metadata, metadata);
    const opened: string[] = [];
    const openBrowser = async (url: string) => void opened.push(url);
    const error = await failureOf(loginByBrowser({ ...loginOptions(issuer), openBrowser, timeoutMs: 500 }));
    expect(error).toMatchObject({ code: 'ERR_LOGIN_ISSUER' });
    expect(opened).toEqual([]);
  });

  it.each([
    ['no URL', 'sigstore.dev'],
    ['another protocol', 'ftp://issuer.example'],
    ['no TLS', 'http://issuer.example'],
    ['a password', 'https://me:secret@issuer.example'],
  ])('is not asked for where the issuer has %s', async (_title, issuerUrl) => {
    expect(await failureOf(login(await startIssuer(), { issuerUrl }))).toMatchObject({
      code: 'ERR_LOGIN_ISSUER',
    });
  });
});

describe('an answer to a code', () => {
  const claims: [string, () => Record<string, unknown>, string, string][] = [
    ['for another audience', () => ({ aud: 'another' }), 'ERR_LOGIN_ANSWER', '(aud)'],
    ['for two audiences', () => ({ aud: ['sigstore', 'another'] }), 'ERR_LOGIN_ANSWER', ''],
    ['for nobody', () => ({ aud: undefined }), 'ERR_LOGIN_ANSWER', ''],
    ['of another issuer', () => ({ iss: 'https://another.example' }), 'ERR_LOGIN_ANSWER', '(iss)'],
    ['for another login', () => ({ nonce: 'another' }), 'ERR_LOGIN_ANSWER', '(nonce)'],
    ['for no login', () => ({ nonce: undefined }), 'ERR_LOGIN_ANSWER', ''],
    ['that has expired', () => ({ exp: now() - hour }), 'ERR_LOGIN_ANSWER', '(exp)'],
    ['that has just expired', () => ({ exp: now() - 5 }), 'ERR_TOKEN_EXPIRED', ''],
    ['that never expires', () => ({ exp: undefined }), 'ERR_LOGIN_ANSWER', ''],
    ['of the future', () => ({ iat: now() + hour, nbf: now() + hour }), 'ERR_LOGIN_ANSWER', '(nbf)'],
    ['issued in the future', () => ({ iat: now() + hour }), 'ERR_TOKEN_EARLY', ''],
    ['about nobody', () => ({ sub: undefined }), 'ERR_LOGIN_ANSWER', ''],
  ];
  it.each(claims)('with a token %s ends the login', async (_title, changes, code, words) => {
    const issuer = await startIssuer();
    Object.assign(issuer.claims, changes());
    const error = await failureOf(login(issuer));
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('with a token that another key signed ends the login', async () => {
    const issuer = await startIssuer();
    issuer.foreignKey = true;
    expect(await failureOf(login(issuer))).toMatchObject({ code: 'ERR_LOGIN_ANSWER' });
  });

  it('with a token that nobody signed ends the login', async () => {
    const issuer = await startIssuer();
    const payload = { iss: issuer.url, sub: 's', aud: 'sigstore', iat: now(), exp: now() + hour };
    const token = `${part({ alg: 'none' })}.${part(payload)}.`;
    issuer.answers['token'] = { body: { access_token: 'x', token_type: 'bearer', id_token: token } };
    expect(await failureOf(login(issuer))).toMatchObject({ code: 'ERR_LOGIN_ANSWER' });
  });

  it.each([
    ['no JSON', { body: '{"access_token": ' }, 'ERR_LOGIN_ANSWER'],
    ['no token', { body: { access_token: 'x', token_type: 'bearer' } }, 'ERR_LOGIN_ANSWER'],
    [
      'a token of no parts',
      { body: { access_token: 'x', token_type: 'bearer', id_token: 'x' } },
      'ERR_LOGIN_ANSWER',
    ],
    [
      'a token that is no text',
      { body: { access_token: 'x', token_type: 'bearer', id_token: 1 } },
      'ERR_LOGIN_ANSWER',
    ],
    ['another kind of token', { body: { access_token: 'x', token_type: 'mac' } }, 'ERR_LOGIN_ANSWER'],
    [
      'a refusal',
      { status: 400, body: { error: 'invalid_grant', error_description: 'bad the-code' } },
      'ERR_LOGIN_ANSWER',
    ],
    [
      'a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
      'ERR_HTTP_REDIRECT',
    ],
    ['a failure', { status: 503, body: 'no' }, 'ERR_HTTP_UNAVAILABLE'],
  ] as [string, IssuerAnswer, string][])('that is %s ends the login', async (_title, answer, code) => {
    const issuer = await startIssuer();
    issuer.answers['token'] = answer;
    expect(await failureOf(login(issuer))).toMatchObject({ code });
  });

  it('cannot be judged without the issuer’s keys', async () => {
    const issuer = await startIssuer();
    issuer.answers['jwks'] = { body: { keys: [] } };
    expect(await failureOf(login(issuer))).toMatchObject({ code: 'ERR_LOGIN_ANSWER' });
  });

  it('is an error of ours, whatever it is', async () => {
    const issuer = await startIssuer();
    const options = loginOptions(issuer);
    const askForCode = async (url: string) => issuer.follow(url).searchParams.get('code') ?? '';
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.constantFrom('openid-configuration', 'token', 'jwks'),
        async (body, word) => {
          issuer.answers[word] = { body };
          const error = await failureOf(loginByCode({ ...options, askForCode }));
          delete issuer.answers[word];
          expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(?:LOGIN|TOKEN|HTTP)_/) });
        },
      ),
      { numRuns: 60 },
    );
  });
});
