// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { loginByCode } from '../src/index.ts';
import { startIssuer } from './support/fake-issuer.ts';
import { failureOf, loginOptions } from './support/login-run.ts';

describe('a login by a code that a person carries', () => {
  it('sends them to a page that shows it, and gives their token', async () => {
    const issuer = await startIssuer();
    let asked = new URLSearchParams();
    const { claims } = await loginByCode({
      ...loginOptions(issuer),
      askForCode: async (url) => {
        issuer.follow(url);
        asked = new URL(url).searchParams;
        return ' the-code\r\n';
      },
    });
    expect(claims.email).toBe('dev@example.com');
    expect(asked.get('redirect_uri')).toBe('urn:ietf:wg:oauth:2.0:oob');
    expect(issuer.forms).toMatchObject([
      { fields: { code: 'the-code', redirect_uri: 'urn:ietf:wg:oauth:2.0:oob' } },
    ]);
  });

  it.each([
    ['nothing', undefined, 'ERR_LOGIN_DENIED'],
    ['an empty line', ' ', 'ERR_LOGIN_DENIED'],
    ['two words', 'a b', 'ERR_LOGIN_ANSWER'],
    ['an escape', '\u001B[A', 'ERR_LOGIN_ANSWER'],
    ['a novel', 'x'.repeat(3000), 'ERR_LOGIN_ANSWER'],
  ])('ends when they bring %s', async (_title, code, expected) => {
    const issuer = await startIssuer();
    const error = await failureOf(loginByCode({ ...loginOptions(issuer), askForCode: async () => code }));
    expect(error).toMatchObject({ code: expected });
    expect(issuer.forms).toEqual([]);
  });

  it('ends when the code is not the issuer’s', async () => {
    const issuer = await startIssuer();
    issuer.answers['token'] = { status: 400, body: { error: 'invalid_grant' } };
    const error = await failureOf(loginByCode({ ...loginOptions(issuer), askForCode: async () => 'guess' }));
    expect(error).toMatchObject({
      code: 'ERR_LOGIN_ANSWER',
      message: expect.stringContaining('invalid_grant'),
    });
  });
});
