// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import fc from 'fast-check';
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { OidcError, parseIdToken } from '../src/index.ts';
import { GITHUB_CLAIMS, NOW, tokenOf, toyToken } from './support/toy-token.ts';

const WANTED = { audience: 'sigstore', now: NOW };
const SECONDS = NOW.getTime() / 1000;

function refusalOf(text: string, expectation = WANTED): OidcError {
  try {
    parseIdToken(text, expectation);
  } catch (error) {
    if (error instanceof OidcError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

describe('parseIdToken', () => {
  it('reads the public claims and keeps the token a secret', () => {
    const text = toyToken({ actor: 'octocat', repository: 'octo-org/pkg', jti: 'one-time' });
    const token = parseIdToken(`${text}\n`, WANTED);
    expect(token.claims).toEqual({ ...GITHUB_CLAIMS, repository: 'octo-org/pkg' });
    expect(token.secret.reveal()).toBe(text);
    expect(inspect(token, { depth: 9 }) + JSON.stringify(token)).not.toContain('eyJ');
  });

  it('takes an audience in a list of one', () => {
    expect(parseIdToken(toyToken({ aud: ['sigstore'] }), WANTED).claims.aud).toBe('sigstore');
  });

  it.each([
    ['another audience', { aud: 'pypi' }, 'ERR_TOKEN_AUDIENCE'],
    ['an audience that only begins alike', { aud: 'sigstore.example' }, 'ERR_TOKEN_AUDIENCE'],
    ['no audience', { aud: undefined }, 'ERR_TOKEN_MALFORMED'],
    ['several audiences', { aud: ['sigstore', 'pypi'] }, 'ERR_TOKEN_MALFORMED'],
    ['an end that is now', { exp: SECONDS }, 'ERR_TOKEN_EXPIRED'],
    ['an end in the past', { exp: SECONDS - 1 }, 'ERR_TOKEN_EXPIRED'],
    ['an issue in the future', { iat: SECONDS + 6 }, 'ERR_TOKEN_EARLY'],
    ['a begin in the future', { nbf: SECONDS + 6 }, 'ERR_TOKEN_EARLY'],
    ['an end beyond all dates', { exp: 1e300, nbf: 1e299 }, 'ERR_TOKEN_EARLY'],
    ['an end that is a text', { exp: '9999999999' }, 'ERR_TOKEN_MALFORMED'],
    ['no end', { exp: undefined }, 'ERR_TOKEN_MALFORMED'],
    ['no issue', { iat: undefined }, 'ERR_TOKEN_MALFORMED'],
    ['no issuer', { iss: undefined }, 'ERR_TOKEN_MALFORMED'],
    ['an empty subject', { sub: '' }, 'ERR_TOKEN_MALFORMED'],
    ['a begin that is null', { nbf: null }, 'ERR_TOKEN_MALFORMED'],
  ])('refuses a token with %s', (_title, claims, code) => {
    expect(refusalOf(toyToken(claims)).code).toBe(code);
  });

  it('allows an issuer`s clock that is a few seconds ahead', () => {
    expect(parseIdToken(toyToken({ iat: SECONDS + 4, nbf: SECONDS + 4 }), WANTED).claims.iat).toBe(
      SECONDS + 4,
    );
  });

  it.each([
    ['text that is no token', 'hello'],
    ['two parts', 'e30.e30'],
    ['four parts', 'e30.e30.e30.e30'],
    ['a payload that is not base64url', 'e30.e+0.e30'],
    ['a payload that is not JSON', tokenOf('{')],
    ['a payload that is a list', tokenOf('[]')],
    ['a claim that stands twice', tokenOf('{"aud":"sigstore","aud":"pypi"}')],
    ['a token of a megabyte', toyToken({ padding: 'x'.repeat(1_000_000) })],
    ['a line break inside', toyToken().replace('.', '.\n')],
  ])('refuses %s', (_title, text) => {
    expect(refusalOf(text).code).toBe('ERR_TOKEN_MALFORMED');
  });

  it('never tells a part of the token, whatever is wrong with it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), fc.constantFrom('sigstore', 'pypi'), (salt, audience) => {
        for (const text of [
          toyToken({ salt }),
          toyToken({ salt, exp: 1 }),
          tokenOf(`{${salt}`),
          `${salt}.${salt}.`,
        ]) {
          const shown = shownRefusal(text, audience);
          for (const part of text.split('.')) expect(part.length > 12 && shown.includes(part)).toBe(false);
        }
      }),
    );
  });

  it('shows a hostile audience without its control characters and not at any length', () => {
    const { message } = refusalOf(toyToken({ aud: `\u001b[2J${'x'.repeat(5000)}` }));
    expect(message.length).toBeLessThan(250);
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });
});

function shownRefusal(text: string, audience: string): string {
  try {
    return inspect(parseIdToken(text, { audience, now: NOW }).claims);
  } catch (error) {
    return inspect(error, { depth: 9, showHidden: true });
  }
}

describe.runIf(haveVectors)('tokens as issuers write them', () => {
  it('are refused once they are expired', () => {
    const text = readVectorText('tokens/github-actions.expired.jwt');
    expect(refusalOf(text).code).toBe('ERR_TOKEN_EXPIRED');
    const then = new Date('2026-02-01T10:26:30Z');
    expect(parseIdToken(text, { audience: 'sigstore', now: then }).claims.repository_visibility).toBe(
      'public',
    );
    expect(refusalOf(text, { audience: 'pypi', now: then }).code).toBe('ERR_TOKEN_AUDIENCE');
  });

  const dummies = haveVectors
    ? (JSON.parse(readVectorText('tokens/oidc-dummy-tokens.json')) as Record<string, Dummy>)
    : {};

  it.each(Object.entries(dummies))('%s is read by the claims it has', (_name, { token, claims }) => {
    const parsed = parseIdToken(token, { audience: 'pypi', now: new Date((claims.exp - 1) * 1000) });
    expect(parsed.claims).toMatchObject({ iss: claims.iss, sub: claims.sub, aud: 'pypi', exp: claims.exp });
    expect(refusalOf(token).code).toBe('ERR_TOKEN_AUDIENCE');
  });
});

interface Dummy {
  readonly token: string;
  readonly claims: { readonly iss: string; readonly sub: string; readonly exp: number };
}
