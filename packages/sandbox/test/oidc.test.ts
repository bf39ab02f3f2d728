// SPDX-License-Identifier: Apache-2.0
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ISSUER_URLS } from '../src/oidc/issuers.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { call } from './requests.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ githubClaims: { repository: 'acme/widget', environment: null } });
});
afterAll(() => sandbox.close());

describe('issuers', () => {
  it.each(Object.entries(ISSUER_URLS))(
    '%s is discovered and signs under its production name',
    async (kind, issuer) => {
      const discovery = await call(`${sandbox.urls.oidc}/${kind}/.well-known/openid-configuration`);
      expect(discovery.body.issuer).toBe(issuer);
      const token = await sandbox.issueToken({ kind: kind as keyof typeof ISSUER_URLS, audience: 'here' });
      const keys = createRemoteJWKSet(new URL(discovery.body.jwks_uri));
      const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience: 'here' });
      expect(protectedHeader.alg).toBe('RS256');
      expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
      expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('gives each token its own id', async () => {
    const [one, two] = [await sandbox.issueToken(), await sandbox.issueToken()];
    expect(decodeJwt(one).jti).not.toBe(decodeJwt(two).jti);
  });

  it('takes claims away where they are null, and derives the others', async () => {
    const claims = decodeJwt(
      await sandbox.issueToken({ claims: { repository: 'x/y', aud: null, environment: null } }),
    );
    expect(claims).not.toHaveProperty('aud');
    expect(claims).not.toHaveProperty('environment');
    expect(claims).toMatchObject({ repository_owner: 'x', sub: 'repo:x/y:ref:refs/tags/v1.0.0' });
  });
});

function ask(query: string, authorization?: string): Promise<Response> {
  const url = `${sandbox.environment['ACTIONS_ID_TOKEN_REQUEST_URL']}${query}`;
  const bearer = authorization ?? `bearer ${sandbox.environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}`;
  return fetch(url, { headers: { authorization: bearer } });
}

describe("a job's endpoint", () => {
  it("gives a token with the job's claims for the audience asked for", async () => {
    const { value } = (await (await ask('&audience=sigstore')).json()) as { value: string };
    expect(decodeJwt(value)).toMatchObject({
      aud: 'sigstore',
      repository: 'acme/widget',
      iss: ISSUER_URLS.github,
    });
  });

  it("names the repository's owner where no audience is asked for", async () => {
    const { value } = (await (await ask('')).json()) as { value: string };
    expect(decodeJwt(value).aud).toBe('https://github.com/acme');
  });

  it('refuses another request token', async () => {
    expect((await ask('&audience=sigstore', 'bearer guessed')).status).toBe(401);
  });

  it('stands in an environment that looks like a job', () => {
    expect(sandbox.environment).toMatchObject({
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'acme/widget',
      GITHUB_REF: 'refs/tags/v1.0.0',
      GITHUB_WORKFLOW_REF: 'acme/widget/.github/workflows/release.yml@refs/tags/v1.0.0',
    });
  });
});
