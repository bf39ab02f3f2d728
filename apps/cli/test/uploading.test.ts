// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { beforeEach, describe, expect, it } from 'vitest';
import { githubJob, identityToken, tokenAnswer } from './support/job-tokens.ts';
import { dists, type Environment, publishIn, type PublishRun, SECRET } from './support/publishing.ts';
import { type Answer, type Answers, startUploadIndex, type UploadIndex } from './support/upload-index.ts';

const WHEEL = 'dist/colophon_sample-1.0.0-py3-none-any.whl';
const SDIST = 'dist/colophon_sample-1.0.0.tar.gz';
let folder = '';

beforeEach(async () => {
  folder = await dists();
});

function minted(lifetimeS: number, token = `pypi-${SECRET}`): Answer {
  const expires = Math.floor(Date.now() / 1000) + lifetimeS;
  return [200, 'application/json', JSON.stringify({ success: true, token, expires })];
}

function refusal(code: string): Answer {
  const errors = [{ code, description: `because of ${code}` }];
  return [422, 'application/json', JSON.stringify({ message: 'Token request failed', errors })];
}

const TOKEN = 'GET /token?api-version=2&audience=corp';
const MINT = 'POST /_/oidc/mint-token';
const UPLOAD = 'POST /legacy/';

function offering(answers: Answers): Answers {
  return {
    'GET /_/oidc/audience': [200, 'application/json', '{"audience":"corp"}'],
    [TOKEN]: ['one', 'two', 'three', 'four'].map((jti) => tokenAnswer('corp', jti)),
    ...answers,
  };
}

const gitlab = (): Environment => ({ GITLAB_CI: 'true', CORP_ID_TOKEN: identityToken('corp') });

function trusted(index: UploadIndex, environment: Environment, ...argv: string[]): Promise<PublishRun> {
  return publishIn(folder, ['--index', index.uploadUrl, '--attestations', 'off', ...argv], environment);
}

const count = ({ requests }: UploadIndex, path: string) => requests.filter((one) => one === path).length;
const files = ({ report }: PublishRun) => report['files'] as Record<string, unknown>[];

describe('an upload by trusted publishing', () => {
  it('mints one token for all files, after everything else', async () => {
    const index = await startUploadIndex(offering({ [MINT]: minted(900) }));
    const run = await trusted(index, githubJob(index));
    expect(run.status).toBe(0);
    expect(index.requests.slice(-3)).toEqual([MINT, UPLOAD, UPLOAD]);
  });

  it('mints another before the first one ends', async () => {
    const index = await startUploadIndex(offering({ [MINT]: minted(60) }));
    expect((await trusted(index, githubJob(index))).status).toBe(0);
    expect([count(index, MINT), count(index, TOKEN)]).toEqual([2, 2]);
  });

  it.each<[string, Answer]>([
    ['was lost', 'hangUp'],
    ['is a broken gateway’s', [502, 'text/html', 'bad gateway']],
    ['says that the identity token was seen before', refusal('invalid-reuse-token')],
  ])('takes a fresh identity token where the answer of the exchange %s', async (_title, answer) => {
    const index = await startUploadIndex(offering({ [MINT]: [answer, minted(900)] }));
    const run = await trusted(index, githubJob(index));
    expect(run.status).toBe(0);
    expect(run.stderr).toContain('asking again with a fresh identity token');
    expect([count(index, MINT), count(index, TOKEN)]).toEqual([2, 2]);
  });

  it('does not ask again where the index knows no such publisher', async () => {
    const index = await startUploadIndex(offering({ [MINT]: refusal('invalid-publisher') }));
    const run = await trusted(index, githubJob(index));
    expect(run.status).toBe(41);
    expect(files(run)).toMatchObject([
      { code: 'ERR_TRUSTED_PUBLISHING_REFUSED' },
      { outcome: 'not-reached' },
    ]);
    expect(count(index, MINT)).toBe(1);
  });

  it('gets another token once the index calls the first one expired', async () => {
    const expired: Answer = [403, 'application/json', '{"message":"Invalid API Token: token is expired"}'];
    const index = await startUploadIndex(
      offering({ [MINT]: minted(900), [UPLOAD]: [expired, [200, 'text/plain', '']] }),
    );
    expect((await trusted(index, githubJob(index))).status).toBe(0);
    expect([count(index, MINT), count(index, UPLOAD)]).toEqual([2, 3]);
  });

  it('tells a runner to hide the token, and nobody else', async () => {
    const index = await startUploadIndex(offering({ [MINT]: minted(900, 'pypi-to%hide') }));
    const plain = await trusted(index, githubJob(index), WHEEL);
    expect(plain.stderr).not.toContain('add-mask');
    const runner = { ...githubJob(index), RUNNER_OS: 'Linux', RUNNER_TEMP: '/runner' };
    const { stderr } = await trusted(index, runner, SDIST);
    expect(stderr).toMatch(/^::add-mask::pypi-to%25hide$/m);
    expect(stderr.replace(/^::add-mask::.*$/m, '')).not.toContain('hide');
  });
});

describe('an upload from a place that gives one token a job', () => {
  it('spends it once, and uses the upload token to its very end', async () => {
    const index = await startUploadIndex(offering({ [MINT]: minted(60) }));
    expect((await trusted(index, gitlab())).status).toBe(0);
    expect(count(index, MINT)).toBe(1);
  });

  it('is partial where the upload token ends in between, and does not try in vain', async () => {
    const index = await startUploadIndex(offering({ [MINT]: minted(-1) }));
    const run = await trusted(index, gitlab());
    expect(run.status).toBe(43);
    expect(files(run)).toMatchObject([{ outcome: 'done' }, { code: 'ERR_TOKEN_SPENT', retry: true }]);
    expect(count(index, MINT)).toBe(1);
  });

  it.each<[string, Answer]>([
    ['was lost', 'hangUp'],
    ['says that it was seen before', refusal('invalid-reuse-token')],
  ])('says to run the job again where the answer of the exchange %s', async (_title, answer) => {
    const index = await startUploadIndex(offering({ [MINT]: answer }));
    const run = await trusted(index, gitlab());
    expect(run.status).toBe(40);
    expect(run.stderr).toContain('error[ERR_TOKEN_SPENT]');
    expect(run.stderr).toContain('hint: run the job again');
    expect(count(index, MINT)).toBe(1);
  });
});

function page(...paths: string[]): Answer {
  return [200, 'application/vnd.pypi.simple.v1+json', pageText(...paths)];
}

function pageText(...paths: string[]): string {
  const listed = paths.map((path) => ({
    filename: path.slice('dist/'.length),
    url: `https://files.example/${path}`,
    hashes: {
      sha256: createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    },
  }));
  const body = { meta: { 'api-version': '1.4' }, name: 'colophon-sample', files: listed };
  return JSON.stringify(body);
}

describe('an upload with a password', () => {
  const password = { TWINE_USERNAME: 'ci', TWINE_PASSWORD: SECRET };
  const publish = (index: UploadIndex, ...argv: string[]) =>
    publishIn(folder, ['--index', index.uploadUrl, '--check-url', index.simpleUrl, ...argv], password);

  const PAGE = 'GET /simple/colophon-sample/';

  it('does not try other files with a password that was refused', async () => {
    const index = await startUploadIndex({ [UPLOAD]: [403, 'text/plain', 'no'] });
    const run = await publish(index);
    expect(run.status).toBe(41);
    expect(files(run)).toMatchObject([{ code: 'ERR_INDEX_FORBIDDEN' }, { outcome: 'not-reached' }]);
    expect(count(index, UPLOAD)).toBe(1);
  });

  it('goes on past a file that the index refuses', async () => {
    const index = await startUploadIndex({
      [UPLOAD]: [
        [400, 'text/plain', 'no'],
        [200, 'text/plain', ''],
      ],
    });
    const run = await publish(index);
    expect(run.status).toBe(43);
    expect(files(run)).toMatchObject([{ code: 'ERR_INDEX_REFUSED' }, { outcome: 'done' }]);
  });

  it('asks the index before it repeats an upload whose answer was lost', async () => {
    const none: Answer = [404, 'text/plain', ''];
    const index = await startUploadIndex({
      [UPLOAD]: ['hangUp', [200, 'text/plain', '']],
      [PAGE]: [none, page(WHEEL)],
    });
    const run = await publish(index, WHEEL);
    expect(run.status).toBe(0);
    expect(index.requests).toEqual([PAGE, UPLOAD, PAGE]);
  });

  it('asks again where the second try says that the first one arrived after all', async () => {
    const none: Answer = [404, 'text/plain', ''];
    const index = await startUploadIndex({
      [UPLOAD]: ['hangUp', [400, 'text/plain', 'File already exists']],
      [PAGE]: [none, none, page(WHEEL)],
    });
    const run = await publish(index, WHEEL);
    expect(run.status).toBe(0);
    expect(index.requests).toEqual([PAGE, UPLOAD, PAGE, UPLOAD, PAGE]);
  });

  it('sends nothing in a dry run, and says what it would send where', async () => {
    const index = await startUploadIndex({ [PAGE]: page(WHEEL) });
    const run = await publish(index, '--dry-run', '--skip-existing', '--print-hash');
    expect(run.status).toBe(0);
    expect(run.report).toMatchObject({ dryRun: true, uploadUrl: index.uploadUrl });
    expect(files(run)).toMatchObject([
      { outcome: 'done', wasThere: true },
      { outcome: 'planned', status: 0, blake2b256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(run.stderr).toContain(`dry run: nothing was sent to ${index.uploadUrl}`);
    expect(index.requests).toEqual([PAGE]);
  });

  it('fails a dry run for what would fail', async () => {
    const index = await startUploadIndex({ [PAGE]: page(WHEEL) });
    const run = await publish(index, '--dry-run');
    expect(run.status).toBe(43);
    expect(files(run)).toMatchObject([{ code: 'ERR_FILE_EXISTS' }, { outcome: 'planned' }]);
  });

  it('refuses other bytes under a name, whatever may be skipped', async () => {
    const body = pageText(WHEEL).replace(/"sha256":"[0-9a-f]{8}/, '"sha256":"00000000');
    const index = await startUploadIndex({ [PAGE]: [200, 'application/vnd.pypi.simple.v1+json', body] });
    const run = await publish(index, '--skip-existing');
    expect(run.status).toBe(41);
    expect(files(run)).toMatchObject([{ code: 'ERR_FILE_DIFFERS' }, { outcome: 'not-reached' }]);
    expect(count(index, UPLOAD)).toBe(0);
  });

  it('takes two versions of a project one after the other, once that is allowed', async () => {
    const [now, then] = [new AdmZip(join(folder, WHEEL)), new AdmZip()];
    for (const entry of now.getEntries())
      then.addFile(entry.entryName.replace('-1.0.0.dist-info', '-0.9.0.dist-info'), entry.getData());
    then.writeZip(join(folder, WHEEL.replace('1.0.0', '0.9.0')));
    const index = await startUploadIndex();
    expect((await publish(index)).status).toBe(2);
    expect(count(index, UPLOAD)).toBe(0);
    const run = await publish(index, '--several-versions');
    expect(run.status).toBe(0);
    expect(files(run).map(({ file }) => file)).toEqual([WHEEL.replace('1.0.0', '0.9.0'), WHEEL, SDIST]);
  });
});
