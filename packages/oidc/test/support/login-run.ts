// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { HttpClient } from '@colophon/http';
import { expect, onTestFinished } from 'vitest';
import type { LoginOptions } from '../../src/index.ts';
import type { FakeIssuer } from './fake-issuer.ts';

/** What a login at an issuer needs; services that fail are given up soon. */
export function loginOptions(issuer: FakeIssuer, change: Partial<LoginOptions> = {}): LoginOptions {
  const http = new HttpClient({
    userAgent: 'colophon-test/1',
    timeBudgetMs: 10_000,
    // Retries wait for no real time, and so must be few.
    random: () => 1,
    sleep: async () => undefined,
  });
  onTestFinished(() => http.close());
  return { issuerUrl: issuer.url, clientId: 'sigstore', http, now: () => new Date(), ...change };
}

/** The error of a login, which nowhere holds a token, a code or a secret. */
export async function failureOf(login: Promise<unknown>): Promise<Error> {
  const error: unknown = await login.then(
    () => expect.fail('the login succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new TypeError('something else than an error was thrown');
  const shown = inspect(error, { depth: 9, showHidden: true });
  for (const secret of ['eyJ', 'the-code', 'the-device-code', 'the-client-secret'])
    expect(shown).not.toContain(secret);
  return error;
}
