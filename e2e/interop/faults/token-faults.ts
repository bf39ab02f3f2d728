// SPDX-License-Identifier: Apache-2.0
import { FaultProxy, type FaultRule } from '../fault-proxy.ts';
import { forgedToken } from './corruption.ts';
import type { Claims, IssuerKind } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';
import { always, type FaultCase, fails, gaveUp, nothing, succeeds } from './fault-case.ts';

const issued =
  (kind: IssuerKind, claims?: Claims, audience?: string) =>
  (stack: Stack): string =>
    stack.issueToken(kind, claims, audience);

const past = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** The environment of a job on GitHub whose token service is struck. The proxy ends with the process. */
const job =
  (...rules: readonly FaultRule[]) =>
  async ({ ambientGithub }: Stack): Promise<Readonly<Record<string, string>>> => {
    const proxy = await FaultProxy.start(ambientGithub.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
    proxy.fail(...rules);
    return { ...ambientGithub, ACTIONS_ID_TOKEN_REQUEST_URL: proxy.url };
  };

/** What can be known of a token is known before anybody is asked for anything. */
export const tokenFaults: readonly FaultCase[] = [
  {
    name: 'token: expired',
    path: 'attest',
    token: (stack) => stack.issueToken('github', { iat: past(600), nbf: past(600), exp: past(300) }),
    expected: fails(40, 'ERR_TOKEN_EXPIRED', nothing),
  },
  {
    name: 'token: for another audience',
    path: 'attest',
    token: issued('github', {}, 'pypi'),
    expected: fails(40, 'ERR_TOKEN_AUDIENCE', nothing),
  },
  {
    name: 'token: e-mail address that is not verified',
    path: 'sign-v2',
    token: issued('email', { email_verified: false }),
    expected: fails(40, 'ERR_TOKEN_IDENTITY', nothing),
  },
  {
    name: 'token: signed by somebody else than its issuer (Fulcio refuses)',
    path: 'attest',
    token: (stack) => {
      const [head, body] = stack.issueToken('github').split('.');
      return [head, body, stack.issueToken('github').split('.')[2]].join('.');
    },
    expected: fails(41, 'ERR_FULCIO_REFUSED', nothing),
  },
  {
    name: 'token: of an issuer that Fulcio does not know',
    path: 'attest',
    token: issued('github', { iss: 'https://token.actions.example.com' }),
    expected: fails(41, 'ERR_FULCIO_REFUSED', nothing),
  },
  {
    name: 'token: without a claim that Fulcio wants',
    path: 'attest',
    token: issued('github', { repository_id: null }),
    expected: fails(41, 'ERR_FULCIO_REFUSED', nothing),
  },
  {
    name: 'token: of a private repository',
    path: 'attest',
    token: issued('github', { repository_visibility: 'private' }),
    expected: fails(2, 'ERR_PRIVATE_REPOSITORY', nothing),
  },
  {
    name: 'token service: 503, once',
    path: 'attest',
    environment: job({ fault: { kind: 'status', status: 503 } }),
    expected: succeeds(),
  },
  {
    name: 'token service: 500, for ever',
    path: 'attest',
    budget: 1,
    environment: job({ fault: { kind: 'status', status: 500 }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_UNAVAILABLE'), nothing),
  },
  {
    name: 'token service: 429, once, asking to wait for 1 s',
    path: 'attest',
    environment: job({ fault: { kind: 'status', status: 429, retryAfter: '1' } }),
    expected: succeeds(),
    atLeastMs: 1_000,
  },
  {
    name: 'token service: silent',
    path: 'attest',
    budget: 1,
    environment: job({ fault: { kind: 'hang' }, times: always }),
    expected: fails(42, gaveUp('ERR_HTTP_TIMEOUT'), nothing),
    atMostMs: 8_000,
  },
  {
    name: 'token service: cut after it has issued',
    path: 'attest',
    environment: job({ fault: { kind: 'drop', when: 'after-commit' } }),
    expected: succeeds(),
  },
  {
    name: 'token service: a token with a forged signature (Fulcio refuses)',
    path: 'attest',
    environment: job({ fault: { kind: 'corrupt', change: forgedToken } }),
    expected: fails(41, 'ERR_FULCIO_REFUSED', nothing),
  },
  {
    name: 'token service: refuses the job',
    path: 'attest',
    environment: job({ fault: { kind: 'status', status: 403 } }),
    expected: fails(40, 'ERR_TOKEN_SERVICE', nothing),
  },
];
