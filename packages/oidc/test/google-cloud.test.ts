// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AmbientTokenOptions } from '../src/index.ts';
import { detect, refusal } from './support/ambient-run.ts';
import { type Answer, startTokenService, type TokenService } from './support/token-service.ts';
import { toyToken } from './support/toy-token.ts';

const ACCOUNT = 'release@octo-org.iam.gserviceaccount.com';
const ACCESS_TOKEN = 'ya29.access-token-of-the-machine';
const METADATA_PATH = '/computeMetadata/v1/instance/service-accounts/default';
const GOOGLE = { iss: 'https://accounts.google.com', email: ACCOUNT, email_verified: true };

interface Place {
  readonly service: TokenService;
  readonly options: Partial<AmbientTokenOptions>;
}

async function machineOf(answers: Readonly<Record<string, Answer>>): Promise<Place> {
  const service = await startTokenService(answers);
  const google = { metadata: service.origin, iamCredentials: service.origin };
  return { service, options: { google, readFile: () => 'Google Compute Engine\n' } };
}

async function impersonator(answers: Readonly<Record<string, Answer>>): Promise<Place> {
  const { service, options } = await machineOf({
    token: [200, JSON.stringify({ access_token: ACCESS_TOKEN, token_type: 'Bearer' })],
    ...answers,
  });
  return { service, options: { ...options, environment: { GOOGLE_SERVICE_ACCOUNT_NAME: ACCOUNT } } };
}

describe('a machine of Google Cloud', () => {
  it('asks the metadata server for a token of its own account, with the e-mail address in it', async () => {
    const { service, options } = await machineOf({ identity: [200, `${toyToken(GOOGLE)}\n`] });
    expect(await detect(options)).toMatchObject({
      claims: { email: ACCOUNT, email_verified: true },
      provider: 'Google Cloud',
      renewable: true,
    });
    expect(service.requests).toMatchObject([
      {
        method: 'GET',
        url: `${METADATA_PATH}/identity?audience=sigstore&format=full`,
        headers: { 'metadata-flavor': 'Google' },
      },
    ]);
  });

  it('asks by the client that uses no proxy', async () => {
    const { service, options } = await machineOf({ identity: [200, toyToken(GOOGLE)] });
    const proxied = new HttpClient({ userAgent: 't/1', httpProxy: 'http://127.0.0.1:9', timeBudgetMs: 50 });
    const directHttp = new HttpClient({ userAgent: 't/1' });
    onTestFinished(async () => {
      await Promise.all([proxied.close(), directHttp.close()]);
    });
    expect(await detect({ ...options, http: proxied, directHttp })).toBeDefined();
    expect(service.requests).toHaveLength(1);
  });

  it.each([
    ['has no account', [404, 'not found'], 'ERR_TOKEN_PERMISSION', 'needs a service account'],
    ['may not ask', [403, 'no'], 'ERR_TOKEN_PERMISSION', 'needs a service account'],
    ['asks wrongly', [400, 'what'], 'ERR_TOKEN_SERVICE', 'answered 400: what'],
    ['asks in vain', [500, 'down'], 'ERR_HTTP_UNAVAILABLE', '500'],
    ['is told no token', [200, '<html>'], 'ERR_TOKEN_MALFORMED', 'Google Cloud gave a token of no use'],
  ] as const)('ends when it %s', async (_title, answer, code, words) => {
    const { options } = await machineOf({ identity: answer });
    const environment = { CIRCLECI: 'true' };
    expect(await refusal({ ...options, environment })).toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it('says what is missing when there is no metadata server', async () => {
    const google = { metadata: 'http://127.0.0.1:9', iamCredentials: 'http://127.0.0.1:9' };
    const environment = { GOOGLE_SERVICE_ACCOUNT_NAME: ACCOUNT };
    expect(await refusal({ environment, google })).toMatchObject({
      code: 'ERR_TOKEN_SERVICE',
      message: expect.stringContaining('cannot be reached: this must be a Google Cloud machine'),
      cause: { code: 'ERR_HTTP_UNREACHABLE' },
    });
  });
});

describe('a job that stands in for another account', () => {
  it('asks for that account`s token with the machine`s access token', async () => {
    const { service, options } = await impersonator({
      generateIdToken: [200, JSON.stringify({ token: toyToken(GOOGLE) })],
    });
    expect(await detect(options)).toMatchObject({ claims: { email: ACCOUNT }, provider: 'Google Cloud' });
    expect(service.requests).toMatchObject([
      {
        method: 'GET',
        url: `${METADATA_PATH}/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform`,
        headers: { 'metadata-flavor': 'Google' },
      },
      {
        method: 'POST',
        url: `/v1/projects/-/serviceAccounts/${ACCOUNT}:generateIdToken`,
        headers: { authorization: `Bearer ${ACCESS_TOKEN}`, 'content-type': 'application/json' },
        body: '{"audience":"sigstore","includeEmail":true}',
      },
    ]);
  });

  const given = [200, '{}'] as const;
  it.each([
    ['no access token', { token: [404, 'no'] }, 'ERR_TOKEN_PERMISSION', 'needs a service account'],
    ['an empty access token', { token: [200, '{"access_token":""}'] }, 'ERR_TOKEN_SERVICE', 'access_token'],
    [
      'no access token in the answer',
      { token: [200, `["${ACCESS_TOKEN}"]`] },
      'ERR_TOKEN_SERVICE',
      'malformed',
    ],
    [
      'no right to stand in',
      { generateIdToken: [403, `denied to ${ACCESS_TOKEN}`] },
      'ERR_TOKEN_PERMISSION',
      `roles/iam.serviceAccountTokenCreator on ${ACCOUNT}`,
    ],
    [
      'no such account',
      { generateIdToken: [404, 'x'] },
      'ERR_TOKEN_PERMISSION',
      `must be a service account ${ACCOUNT}`,
    ],
    ['a refusal', { generateIdToken: [400, 'bad'] }, 'ERR_TOKEN_SERVICE', 'answered 400: bad'],
    ['no token', { generateIdToken: given }, 'ERR_TOKEN_SERVICE', 'without a token'],
    ['a service that is down', { generateIdToken: [503, 'down'] }, 'ERR_HTTP_UNAVAILABLE', '503'],
  ] as const)('ends on %s, and tells no credential', async (_title, answers, code, words) => {
    const { options } = await impersonator(answers);
    expect(await refusal(options, ACCESS_TOKEN)).toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it.each(['a/../b', 'a@b?x', 'a b', 'a:signJwt#', '-/x', 'ä@b'])(
    'takes no name that leads to another service: %s',
    async (name) => {
      const { service, options } = await impersonator({});
      const environment = { GOOGLE_SERVICE_ACCOUNT_NAME: name };
      expect(await refusal({ ...options, environment })).toMatchObject({ code: 'ERR_TOKEN_PERMISSION' });
      expect(service.requests).toHaveLength(0);
    },
  );
});
