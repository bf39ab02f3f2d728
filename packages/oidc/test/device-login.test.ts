// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type DeviceInstructions, type DeviceLoginOptions, loginByDevice } from '../src/index.ts';
import { type FakeIssuer, type IssuerAnswer, startIssuer } from './support/fake-issuer.ts';
import { failureOf, loginOptions } from './support/login-run.ts';

const refusal = (error: string): IssuerAnswer => ({ status: 400, body: { error } });

/** A device whose clock runs only while it waits. */
function device(issuer: FakeIssuer, change: Partial<DeviceLoginOptions> = {}) {
  let clock = Date.now();
  const waits: number[] = [];
  const shown: DeviceInstructions[] = [];
  const login = loginByDevice({
    ...loginOptions(issuer, { now: () => new Date(clock) }),
    instruct: (instructions) => void shown.push(instructions),
    sleep: async (ms) => {
      waits.push(ms / 1000);
      clock += ms;
    },
    ...change,
  });
  return { login, waits, shown };
}

function answerInTurn(issuer: FakeIssuer, ...errors: string[]): void {
  const left = [...errors];
  Object.defineProperty(issuer.answers, 'token', {
    configurable: true,
    get: () => (left.length > 0 ? refusal(left.shift() ?? '') : undefined),
  });
}

describe('a login of a device', () => {
  it('tells where to type what, asks as often as it may, and gives the token', async () => {
    const issuer = await startIssuer();
    answerInTurn(issuer, 'authorization_pending', 'slow_down', 'authorization_pending');
    const { login, waits, shown } = device(issuer);
    expect((await login).claims.email).toBe('dev@example.com');
    expect(waits).toEqual([2, 2, 7, 7]);
    expect(shown).toEqual([
      { url: `${issuer.url}/verify?user_code=BCDF-GHJK`, userCode: 'BCDF-GHJK', lifetimeMs: 300_000 },
    ]);
    expect(issuer.forms.at(-1)?.fields).toEqual({
      client_id: 'sigstore',
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: 'the-device-code',
    });
  });

  it('waits where the issuer says so with 401', async () => {
    const issuer = await startIssuer();
    const left: IssuerAnswer[] = [{ status: 401, body: { error: 'authorization_pending' } }];
    Object.defineProperty(issuer.answers, 'token', { configurable: true, get: () => left.pop() });
    const { login, waits } = device(issuer);
    await login;
    expect(waits).toEqual([2, 2]);
  });

  it.each([
    [undefined, 5],
    [0.001, 1],
    [50, 50],
    [86_400, 60],
  ])('waits a sensible time where the issuer asks for %s s', async (interval, expected) => {
    const issuer = await startIssuer();
    issuer.answers['device'] = { body: { ...(await describedDevice(issuer)), interval } };
    Object.assign(issuer.claims, { exp: Math.floor(Date.now() / 1000) + 3600 });
    const { login, waits } = device(issuer);
    await login;
    expect(waits).toEqual([expected]);
  });

  it.each([
    ['access_denied', 'ERR_LOGIN_DENIED'],
    ['expired_token', 'ERR_LOGIN_TIMEOUT'],
    ['invalid_grant', 'ERR_LOGIN_ANSWER'],
    ['invalid_client', 'ERR_LOGIN_ANSWER'],
  ])('ends with %s', async (error, code) => {
    const issuer = await startIssuer();
    answerInTurn(issuer, error);
    expect(await failureOf(device(issuer).login)).toMatchObject({ code });
  });

  it('ends by itself when the code is over, and when the person may take no longer', async () => {
    const issuer = await startIssuer();
    issuer.answers['token'] = refusal('authorization_pending');
    const whole = device(issuer);
    expect(await failureOf(whole.login)).toMatchObject({ code: 'ERR_LOGIN_TIMEOUT' });
    expect(whole.waits).toHaveLength(150);
    const short = device(issuer, { timeoutMs: 10_000 });
    expect(await failureOf(short.login)).toMatchObject({ code: 'ERR_LOGIN_TIMEOUT' });
    expect(short.waits).toHaveLength(5);
  });

  it('ends with the reason when it is interrupted', async () => {
    const interruption = new AbortController();
    const reason = new Error('enough');
    const instruct = () => setTimeout(() => interruption.abort(reason), 50);
    const options = { ...loginOptions(await startIssuer()), signal: interruption.signal };
    await expect(loginByDevice({ ...options, instruct })).rejects.toBe(reason);
  });

  it.each([
    ['no code', { user_code: undefined }],
    ['a code with an escape', { user_code: '\u001B[2J' }],
    ['a code with two lines', { user_code: 'A\nB' }],
    ['a page without TLS', { verification_uri: 'http://elsewhere.example/' }],
    ['a page that is a script', { verification_uri: 'javascript:alert(1)' }],
    ['a whole page without TLS', { verification_uri_complete: 'http://elsewhere.example/' }],
    ['no end', { expires_in: undefined }],
    ['a negative end', { expires_in: -1 }],
    ['no time between questions', { interval: 0 }],
  ])('shows nothing where the issuer answers %s', async (_title, change) => {
    const issuer = await startIssuer();
    issuer.answers['device'] = { body: { ...(await describedDevice(issuer)), ...change } };
    const { login, shown } = device(issuer);
    expect(await failureOf(login)).toMatchObject({
      code: expect.stringMatching(/^ERR_LOGIN_(?:ANSWER|ISSUER)$/),
    });
    expect(shown).toEqual([]);
  });

  it('shows the plain page where the whole one is of another host', async () => {
    const issuer = await startIssuer();
    const change = { verification_uri_complete: 'https://elsewhere.example/' };
    issuer.answers['device'] = { body: { ...(await describedDevice(issuer)), ...change } };
    const { login, shown } = device(issuer);
    await login;
    expect(shown[0]?.url).toBe(`${issuer.url}/verify`);
  });

  it.each([
    ['no such way', { device_authorization_endpoint: undefined }, 'logs no devices in'],
    [
      'a way without TLS',
      { device_authorization_endpoint: 'http://elsewhere.example/' },
      'neither https nor',
    ],
  ])('ends at an issuer that has %s', async (_title, metadata, words) => {
    const issuer = await startIssuer();
    Object.assign(issuer.metadata, metadata);
    expect(await failureOf(device(issuer).login)).toMatchObject({
      code: 'ERR_LOGIN_ISSUER',
      message: expect.stringContaining(words),
    });
  });

  it('takes no token of another audience, issuer or key', async () => {
    for (const claims of [{ aud: 'another' }, { iss: 'https://another.example' }]) {
      const issuer = await startIssuer();
      Object.assign(issuer.claims, claims);
      expect(await failureOf(device(issuer).login)).toMatchObject({ code: 'ERR_LOGIN_ANSWER' });
    }
    const issuer = await startIssuer();
    issuer.foreignKey = true;
    expect(await failureOf(device(issuer).login)).toMatchObject({ code: 'ERR_LOGIN_ANSWER' });
  });
});

async function describedDevice({ url }: FakeIssuer): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/device`);
  return (await answer.json()) as Record<string, unknown>;
}
