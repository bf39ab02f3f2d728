// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { openSigningStage, type Run, type SigningStage } from './support/signing-stage.ts';

const REPOSITORY = 'octo-org/sample-project';
const PUBLISHER = `github:${REPOSITORY}/release.yml`;
let stage: SigningStage;

afterEach(() => stage.close());

async function open(githubClaims: Record<string, string | null> = {}): Promise<void> {
  const publisher = { kind: 'GitHub', repository: REPOSITORY, workflow: 'release.yml' } as const;
  stage = await openSigningStage({
    githubClaims,
    warehouse: { publishers: [{ ...publisher, project: 'colophon-sample', pending: true }] },
  });
  await writeSampleDists(stage.path('dist'));
}

function doctor(argv: readonly string[] = [], environment: Record<string, string> = {}): Promise<Run> {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  return stage.run(['doctor', '--index', uploadUrl, '--check-url', simpleUrl, ...argv], { environment });
}

const codes = ({ report }: Run) => (report['findings'] as { code: string }[]).map(({ code }) => code);

describe('doctor', () => {
  it('is content with a job that is the publisher, and signs nothing', async () => {
    await open();
    const run = await doctor(['--publisher', PUBLISHER, '--environment', 'pypi']);
    expect(codes(run)).toEqual([]);
    expect(run.status).toBe(0);
    expect(run.report).toMatchObject({
      schema: 'colophon.doctor/1',
      job: { provider: 'GitHub Actions', claims: { repository: REPOSITORY } },
      certificate: { issuer: 'https://token.actions.githubusercontent.com' },
      publishers: [{ known: true, origin: '--publisher' }],
    });
    expect(stage.taken().filter((one) => / POST /.test(one) && !one.startsWith('oidc'))).toEqual([]);
  });

  it('says that the publisher is unknown, and what to enter', async () => {
    await open();
    const run = await doctor(['--project', 'colophon-sample']);
    expect(run.status).toBe(0);
    expect(run.report).toMatchObject({
      publishers: [{ project: 'colophon-sample', known: false, row: { provider: 'GitHub' } }],
    });
  });

  it('learns the publisher from the newest attested file of a project', async () => {
    await open();
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    const where = ['--index', uploadUrl, '--check-url', simpleUrl];
    expect((await stage.run(['release', 'dist', ...where])).status).toBe(0);
    const run = await doctor(['dist']);
    expect(run.status).toBe(0);
    expect(run.report).toMatchObject({
      publishers: [
        {
          project: 'colophon-sample',
          known: true,
          origin: expect.stringMatching(/^colophon_sample-1\.0\.0/),
        },
      ],
    });
  });

  it('ends with 40 in a reusable workflow', async () => {
    await open({ job_workflow_ref: `${REPOSITORY}/.github/workflows/build.yml@refs/tags/v1.0.0` });
    const run = await doctor(['--publisher', PUBLISHER]);
    expect(run.status).toBe(40);
    expect(codes(run)).toEqual(['reusable-workflow', 'workflow-differs']);
  });

  it('ends with 40 without a token, and still tries the hosts', async () => {
    await open();
    const run = await doctor([], { ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' });
    expect(run.status).toBe(40);
    expect(codes(run)).toEqual(['no-signing-token', 'no-index-token']);
    expect(run.report).toMatchObject({ job: null, certificate: null, hosts: [{ reached: true }, {}, {}] });
  });

  it('names the one token that was forgotten on GitLab', async () => {
    await open();
    const token = await stage.sandbox.issueToken({ kind: 'gitlab' });
    const run = await doctor([], { GITHUB_ACTIONS: '', GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: token });
    expect(run.status).toBe(40);
    expect(codes(run)).toEqual(['no-index-token', 'no-environment']);
  });

  it('ends with 42 where a host is out of reach, and says which', async () => {
    await open();
    const back = await stage.sandbox.outage('rekor');
    const run = await doctor(['--publisher', PUBLISHER]);
    await back();
    expect(run.status).toBe(42);
    expect(codes(run)).toEqual(['unreachable']);
    expect(run.report).toMatchObject({
      hosts: expect.arrayContaining([
        {
          purpose: 'the transparency log',
          origin: stage.sandbox.urls.rekor,
          reached: false,
          failure: expect.any(String),
        },
      ]),
    });
  });

  it('refuses words that contradict each other', async () => {
    await open();
    for (const argv of [
      ['dist', '--project', 'x'],
      ['--environment', 'pypi'],
      ['--publisher', 'me'],
    ])
      expect((await doctor(argv)).status).toBe(2);
  });
});
