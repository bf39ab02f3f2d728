// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from 'vitest';
import { githubJob, identityToken, tokenAnswer, TOKEN_MARK } from './support/job-tokens.ts';
import { dists, type Environment, publishIn, type PublishRun, SECRET } from './support/publishing.ts';
import { type Answer, type Answers, startUploadIndex, type UploadIndex } from './support/upload-index.ts';

const AUDIENCE = 'GET /_/oidc/audience';
const TOKEN = 'GET /token?api-version=2&audience=corp';
const MINT = 'POST /_/oidc/mint-token';
const UPLOAD = 'POST /legacy/';
const PAGE = 'GET /simple/colophon-sample/';
const OFFER: Answers = {
  [AUDIENCE]: [200, 'application/json', '{"audience":"corp"}'],
  [TOKEN]: tokenAnswer('corp'),
  [MINT]: [200, 'application/json', JSON.stringify({ success: true, token: `pypi-${SECRET}` })],
};

let folder = '';
beforeEach(async () => {
  folder = await dists();
});

async function publish(index: UploadIndex, environment: Environment, ...argv: string[]): Promise<PublishRun> {
  const words = ['--index', index.uploadUrl, '--attestations', 'off', '-v', '-v', ...argv];
  const run = await publishIn(folder, words, environment);
  expect(JSON.stringify(run)).not.toContain(TOKEN_MARK);
  return run;
}

const codeOf = ({ report }: PublishRun) => {
  const { error, files } = report as { error?: { code: string }; files?: { code?: string }[] };
  return error?.code ?? files?.[0]?.code;
};

describe('an index that asks for tokens of others', () => {
  it.each(['pypi', 'testpypi', 'sigstore', 'PyPI', 'sts.amazonaws.com', 'npm:registry.npmjs.org'])(
    'gets none for %s, and none is made',
    async (audience) => {
      const answer: Answer = [200, 'application/json', JSON.stringify({ audience })];
      const index = await startUploadIndex({ ...OFFER, [AUDIENCE]: answer });
      const run = await publish(index, githubJob(index));
      expect(run.status).toBe(41);
      expect(codeOf(run)).toBe('ERR_INDEX_AUDIENCE');
      expect(index.requests).toEqual([AUDIENCE]);
    },
  );

  it('gets none either when it asks for its own first', async () => {
    const second: Answer = [200, 'application/json', '{"audience":"sigstore"}'];
    const index = await startUploadIndex({
      ...OFFER,
      [AUDIENCE]: [[200, 'application/json', '{"audience":"corp"}'], second],
    });
    const run = await publish(index, githubJob(index));
    expect(codeOf(run)).toBe('ERR_INDEX_AUDIENCE');
    expect(index.requests).not.toContain(MINT);
  });

  it('gets none that the token service made for somebody else', async () => {
    const index = await startUploadIndex({ ...OFFER, [TOKEN]: tokenAnswer('sigstore') });
    const run = await publish(index, githubJob(index));
    expect(codeOf(run)).toBe('ERR_TOKEN_AUDIENCE');
    expect(index.requests).not.toContain(MINT);
  });
});

describe('an index that redirects', () => {
  it.each([
    ['the question for its audience', AUDIENCE, 302],
    ['the exchange of a token', MINT, 307],
    ['an upload', UPLOAD, 308],
  ])('%s elsewhere is not followed there', async (_title, path, status) => {
    const elsewhere = await startUploadIndex(OFFER);
    const location = new URL(path.split(' ')[1] ?? '/', elsewhere.uploadUrl).href;
    const index = await startUploadIndex({ ...OFFER, [path]: [status, 'text/plain', '', { location }] });
    const run = await publish(index, githubJob(index));
    expect(run.status).not.toBe(0);
    expect(elsewhere.requests).toEqual([]);
  });

  it('its pages to another origin is not followed there', async () => {
    const elsewhere = await startUploadIndex();
    const answer: Answer = [302, 'text/plain', '', { location: elsewhere.simpleUrl }];
    const index = await startUploadIndex({ ...OFFER, [PAGE]: answer });
    const run = await publish(index, { TWINE_PASSWORD: SECRET }, '--check-url', index.simpleUrl);
    expect(run.status).toBe(41);
    expect(elsewhere.requests).toEqual([]);
    expect(index.uploads).toEqual([]);
  });

  it('an upload elsewhere does not see the password there', async () => {
    const elsewhere = await startUploadIndex();
    const answer: Answer = [308, 'text/plain', '', { location: elsewhere.uploadUrl }];
    const index = await startUploadIndex({ [UPLOAD]: answer });
    const run = await publish(index, { TWINE_USERNAME: 'ci', TWINE_PASSWORD: SECRET });
    expect(run.status).toBe(41);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('an index that answers garbage', () => {
  const garbage: [title: string, answers: Answers, code: string][] = [
    [
      'a token that is none',
      { [MINT]: [200, 'application/json', '{"token":"a\\nb"}'] },
      'ERR_INDEX_RESPONSE',
    ],
    [
      'a token of a kilobyte and more',
      { [MINT]: [200, 'application/json', `{"token":"${'x'.repeat(70_000)}"}`] },
      'ERR_INDEX_RESPONSE',
    ],
    ['a page for a token', { [MINT]: [200, 'text/html', '<html></html>'] }, 'ERR_INDEX_RESPONSE'],
    ['JSON that is none', { [MINT]: [200, 'application/json', '{"token":'] }, 'ERR_INDEX_RESPONSE'],
    ['a refusal without a form', { [MINT]: [422, 'application/json', '[]'] }, 'ERR_INDEX_RESPONSE'],
    [
      'our token as the reason',
      {
        [MINT]: [
          422,
          'application/json',
          JSON.stringify({ errors: [{ code: 'x', description: identityToken('corp') }] }),
        ],
      },
      'ERR_TRUSTED_PUBLISHING_REFUSED',
    ],
    [
      'a login page for an upload',
      { [UPLOAD]: [200, 'text/html', '<html>log in</html>'] },
      'ERR_INDEX_RESPONSE',
    ],
    [
      'our token as the reason of a refusal',
      { [UPLOAD]: [400, 'text/plain', `no: pypi-${SECRET}`] },
      'ERR_INDEX_REFUSED',
    ],
    [
      'workflow commands',
      { [UPLOAD]: [400, 'text/plain', '\u001b[2J\n::error::x ::set-output name=a::b'] },
      'ERR_INDEX_REFUSED',
    ],
  ];

  it.each(garbage)('such as %s is refused, and tells nobody anything', async (_title, answers, code) => {
    const index = await startUploadIndex({ ...OFFER, ...answers });
    const run = await publish(index, githubJob(index));
    expect(run.status).toBe(41);
    expect(codeOf(run)).toBe(code);
    expect(run.stderr).not.toMatch(/^::/m);
    expect(run.stderr).not.toContain('\u001b');
  });

  it('to the question for its audience is not taken for an offer', async () => {
    for (const body of ['<html>', '{"audience":["corp"]}', '{"audience":"a b"}', '']) {
      const index = await startUploadIndex({ ...OFFER, [AUDIENCE]: [200, 'application/json', body] });
      const run = await publish(index, githubJob(index));
      expect(run.status).toBe(40);
      expect(index.requests).toEqual([AUDIENCE]);
    }
  });
});

const page = (name: string, filename: string, sha256: string, url: string): Answer => [
  200,
  'application/vnd.pypi.simple.v1+json',
  JSON.stringify({ meta: { 'api-version': '1.4' }, name, files: [{ filename, url, hashes: { sha256 } }] }),
];

describe('an index whose pages lie', () => {
  const WHEEL = 'colophon_sample-1.0.0-py3-none-any.whl';

  it.each<[string, Answer, string]>([
    [
      'about digests',
      page('colophon-sample', WHEEL, '0'.repeat(64), 'https://files.example/x'),
      'ERR_FILE_DIFFERS',
    ],
    [
      'about the project',
      page('other', WHEEL, '0'.repeat(64), 'https://files.example/x'),
      'ERR_INDEX_RESPONSE',
    ],
    [
      'about where files are',
      page('colophon-sample', WHEEL, '0'.repeat(64), 'file:///etc/passwd'),
      'ERR_INDEX_RESPONSE',
    ],
    [
      'with names that leave the folder',
      page('colophon-sample', '../x.whl', '0'.repeat(64), 'https://f/x'),
      'ERR_INDEX_RESPONSE',
    ],
  ])('%s ends the upload before it begins', async (_title, answer, code) => {
    const index = await startUploadIndex({ [PAGE]: answer });
    const environment = { TWINE_PASSWORD: SECRET };
    const run = await publish(index, environment, '--check-url', index.simpleUrl, '--skip-existing');
    expect(run.status).toBe(41);
    expect(codeOf(run)).toBe(code);
    expect(index.uploads).toEqual([]);
  });
});
