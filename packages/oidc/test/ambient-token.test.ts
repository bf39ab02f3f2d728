// SPDX-License-Identifier: Apache-2.0
import { haveVectors, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { detectAmbientProvider, type Environment } from '../src/index.ts';
import { detect, refusal } from './support/ambient-run.ts';
import { startTokenService } from './support/token-service.ts';
import { toyToken } from './support/toy-token.ts';

function jobAt(origin: string): Environment {
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner-credential',
  };
}

describe('detectAmbientProvider', () => {
  const everywhere = {
    GITHUB_ACTIONS: 'true',
    GOOGLE_SERVICE_ACCOUNT_NAME: 'a@b.iam.gserviceaccount.com',
    BUILDKITE: 'true',
    GITLAB_CI: 'true',
    CIRCLECI: 'true',
  };

  it('takes the first of the places, in the order of Sigstore`s other clients', () => {
    const names: (string | undefined)[] = [];
    const left: Record<string, string> = { ...everywhere };
    for (const variable of Object.keys(everywhere)) {
      names.push(detectAmbientProvider(left)?.name);
      // What is empty is not set.
      left[variable] = '';
    }
    expect(names).toEqual(['GitHub Actions', 'Google Cloud', 'Buildkite', 'GitLab CI', 'CircleCI']);
    expect(detectAmbientProvider(left)).toBeUndefined();
  });

  it.each([
    ['Google\n', 'Google Cloud'],
    ['Google Compute Engine\n', 'Google Cloud'],
    ['Googlebox', 'GitLab CI'],
    ['BHYVE', 'GitLab CI'],
    [undefined, 'GitLab CI'],
  ])('knows a machine of Google by its product name: %j', (product, name) => {
    const asked: string[] = [];
    const readFile = (path: string) => {
      asked.push(path);
      return product;
    };
    expect(detectAmbientProvider({ GITLAB_CI: 'true' }, readFile)?.name).toBe(name);
    expect(asked).toEqual(['/sys/class/dmi/id/product_name']);
  });

  it('tells whose tokens cannot be renewed', () => {
    const renewable = Object.keys(everywhere).map(
      (name) => detectAmbientProvider({ [name]: '1' })?.renewable,
    );
    expect(renewable).toEqual([true, true, true, false, true]);
  });
});

describe('detectAmbientToken', () => {
  it('finds nothing outside of the places it knows', async () => {
    expect(await detect({})).toBeUndefined();
    const environment = { GITHUB_ACTIONS: '', ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9' };
    expect(await detect({ environment })).toBeUndefined();
  });

  it('asks GitHub with the audience joined to the query and the runner`s credential', async () => {
    const { origin, requests } = await startTokenService({
      '*': [200, JSON.stringify({ count: 1, value: toyToken() })],
    });
    const token = await detect({ environment: jobAt(origin) });
    expect(token).toMatchObject({
      claims: { aud: 'sigstore' },
      provider: 'GitHub Actions',
      renewable: true,
    });
    expect(requests).toMatchObject([
      {
        method: 'GET',
        url: '/token?api-version=2.0&audience=sigstore',
        headers: { authorization: 'bearer runner-credential' },
      },
    ]);
  });

  it.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])(
    'names the missing permission when %s is not set, and asks nobody else',
    async (name) => {
      const elsewhere = { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: toyToken() };
      const environment = { ...jobAt('http://127.0.0.1:9'), ...elsewhere, [name]: undefined };
      expect(await refusal({ environment })).toMatchObject({
        code: 'ERR_TOKEN_PERMISSION',
        message: expect.stringContaining('id-token: write'),
      });
    },
  );

  it.each([
    ['a refusal', 403, 'no, runner-credential', 'ERR_TOKEN_SERVICE'],
    ['a service that stays down', 500, 'down', 'ERR_HTTP_UNAVAILABLE'],
    ['an answer without a token', 200, '{"count":0}', 'ERR_TOKEN_SERVICE'],
    ['an answer that is cut', 200, `{"value":"${toyToken()}`, 'ERR_TOKEN_SERVICE'],
    [
      'a token for somebody else',
      200,
      JSON.stringify({ value: toyToken({ aud: 'pypi' }) }),
      'ERR_TOKEN_AUDIENCE',
    ],
    ['a token that is expired', 200, JSON.stringify({ value: toyToken({ exp: 1 }) }), 'ERR_TOKEN_EXPIRED'],
    ['a value that is no token', 200, '{"value":"nothing"}', 'ERR_TOKEN_MALFORMED'],
    ['a value that is no text', 200, '{"value":["x"]}', 'ERR_TOKEN_SERVICE'],
    ['an empty value', 200, '{"value":""}', 'ERR_TOKEN_SERVICE'],
  ])('ends on %s, and tells no credential', async (_title, status, body, code) => {
    const { origin } = await startTokenService({ '*': [status, body] });
    expect(await refusal({ environment: jobAt(origin) }, 'runner-credential')).toMatchObject({ code });
  });

  it.runIf(haveVectors)('refuses a token that GitHub once gave, now that it is expired', async () => {
    const text = readVectorText('tokens/github-actions.expired.jwt').trim();
    const { origin } = await startTokenService({ '*': [200, JSON.stringify({ value: text })] });
    const error = await refusal({ environment: jobAt(origin) }, ...text.split('.'));
    expect(error).toMatchObject({
      code: 'ERR_TOKEN_EXPIRED',
      message: expect.stringMatching(/^GitHub Actions gave a token of no use: .*expired at 2026-02-01T/),
    });
  });

  it('takes GitLab`s token from the variable that is named after the audience', async () => {
    const environment = { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: toyToken(), PYPI_ID_TOKEN: 'another' };
    expect(await detect({ environment })).toMatchObject({ provider: 'GitLab CI', renewable: false });
  });

  it.each([
    ['sigstore', 'SIGSTORE_ID_TOKEN'],
    ['testpypi', 'TESTPYPI_ID_TOKEN'],
    ['http://test.audience', 'HTTP___TEST_AUDIENCE_ID_TOKEN'],
    ['3pypi-x_y', '_PYPI_X_Y_ID_TOKEN'],
    ['a𝟙é', 'A___ID_TOKEN'],
  ])('asks GitLab`s job for the audience %s as %s', async (audience, variable) => {
    expect(await refusal({ environment: { GITLAB_CI: '1' }, audience })).toMatchObject({
      code: 'ERR_TOKEN_PERMISSION',
      message: expect.stringContaining(`the job needs id_tokens: { ${variable}: { aud: "`),
    });
    const environment = { GITLAB_CI: '1', [variable]: toyToken({ aud: audience }) };
    expect(await detect({ environment, audience })).toMatchObject({ claims: { aud: audience } });
  });

  it('says whom a token of GitLab is for, when that is not who was asked for', async () => {
    const environment = { GITLAB_CI: '1', SIGSTORE_ID_TOKEN: toyToken({ aud: 'pypi' }) };
    expect(await refusal({ environment })).toMatchObject({
      code: 'ERR_TOKEN_AUDIENCE',
      message: 'GitLab CI gave a token of no use: the identity token is for "pypi", not for "sigstore"',
    });
  });
});
