// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host } from '../src/host.ts';
import { canFakeTools, pathOf } from './support/fake-tools.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

// The machine that runs the tests may be one of Google's.
vi.mock(import('../src/signing/ambient-place.ts'), async (load) => ({
  ...(await load()),
  ambientPlace: ({ environment }: Host) => ({ environment }),
}));

const NO_GITHUB = { GITHUB_ACTIONS: '' };
const GITLAB_NAME = 'https://gitlab.com/octo-group/sample-project//.gitlab-ci.yml@refs/tags/v1.0.0';
let stage: SigningStage;

beforeAll(async () => {
  stage = await openSigningStage();
  await stage.write('file', 'text');
});
afterAll(() => stage.close());

async function signIn(environment: Readonly<Record<string, string>>, ...argv: string[]) {
  stage.taken();
  const run = await stage.run(['sign', 'file', '--overwrite', ...argv], {
    environment: { ...NO_GITHUB, ...environment },
  });
  return { ...run, taken: stage.taken() };
}

const gitlabToken = () => stage.sandbox.issueToken({ kind: 'gitlab' });

describe('sign, in a job of', () => {
  it('GitLab CI, takes the token that the job declares', async () => {
    const run = await signIn({ GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: await gitlabToken() });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining(`as ${GITLAB_NAME}`) });
    expect(run.taken).not.toContain('oidc GET /gha/token');
  });

  it.runIf(canFakeTools).each([
    ['Buildkite', { BUILDKITE: 'true' }, 'buildkite-agent', 'oidc request-token --audience sigstore'],
    ['CircleCI', { CIRCLECI: 'true' }, 'circleci', 'run oidc get --claims {"aud":"sigstore"} --root-issuer'],
  ])('%s, takes the token that its tool prints', async (_place, environment, tool, words) => {
    const script = `[ "$*" = '${words}' ] || { echo "called with $*" >&2; exit 3; }; echo ${await gitlabToken()}`;
    const run = await signIn({ ...environment, ...pathOf({ [tool]: script }) });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining(`as ${GITLAB_NAME}`) });
  });

  it.each([
    [
      'GitLab CI without its id_tokens',
      { GITLAB_CI: '1' },
      'ERR_TOKEN_PERMISSION',
      'id_tokens: { SIGSTORE_ID',
    ],
    ['Buildkite without the agent', { BUILDKITE: '1' }, 'ERR_TOKEN_PERMISSION', 'not in the PATH'],
    ['CircleCI without its tool', { CIRCLECI: '1' }, 'ERR_TOKEN_PERMISSION', 'not in the PATH'],
    [
      'Google Cloud with a name that is none',
      { GOOGLE_SERVICE_ACCOUNT_NAME: 'a/b' },
      'ERR_TOKEN_PERMISSION',
      'not the e-mail address of a service account',
    ],
    ['nobody', {}, 'ERR_CREDENTIAL_MISSING', 'no job of GitHub Actions, GitLab CI, CircleCI or Buildkite'],
  ])('%s, ends with what is missing and asks no service', async (_place, environment, code, words) => {
    const run = await signIn({ ...pathOf({}), ...environment });
    expect(run).toMatchObject({ status: 40, report: { error: { code } }, taken: [] });
    expect(run.stderr).toContain(words);
  });

  it.runIf(canFakeTools)('Buildkite, shows what the agent says but nothing that it prints', async () => {
    const script = `echo ${await gitlabToken()}; echo "no $BUILDKITE_AGENT_ACCESS_TOKEN here" >&2; exit 1`;
    const environment = { BUILDKITE: 'true', BUILDKITE_AGENT_ACCESS_TOKEN: 'agent-credential' };
    const run = await signIn({ ...environment, ...pathOf({ 'buildkite-agent': script }) });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_TOKEN_SERVICE' } } });
    expect(run.stderr).toContain('no [redacted] here');
  });

  it('GitLab CI, still takes a token that is handed over first', async () => {
    await stage.write('token', `${await stage.sandbox.issueToken()}\n`);
    const run = await signIn({ GITLAB_CI: 'true' }, '--identity-token-file', 'token');
    expect(run).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('as https://github.com/octo-org/'),
    });
  });
});

describe('an option of a login', () => {
  it.each([
    ['oidc-issuer', ['https://issuer.example']],
    ['oauth-force-oob', []],
  ])('is told to be without effect where nobody logs in: --%s', async (name, value) => {
    const environment = { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: await gitlabToken() };
    const given = await signIn(environment, `--${name}`, ...value);
    expect(given).toMatchObject({ status: 0 });
    expect(given.stderr).toContain(`warning: --${name} has no effect: GitLab CI gives the identity token`);
    const handed = await signIn({ SIGSTORE_IDENTITY_TOKEN: await gitlabToken() }, `--${name}`, ...value);
    expect(handed.stderr).toContain(`warning: --${name} has no effect: the identity token was handed over`);
  });
});

it('never shows a token that is given as the name of its file', async () => {
  const run = await signIn({}, '--identity-token-file', await gitlabToken());
  expect(run).toMatchObject({ status: 2, report: { error: { code: 'ERR_USAGE' } } });
  expect(run.stderr).toContain('set SIGSTORE_IDENTITY_TOKEN');
});

describe('a private project', () => {
  it('of GitLab signs nothing, unless that is wanted', async () => {
    const claims = { project_visibility: 'internal' };
    const token = await stage.sandbox.issueToken({ kind: 'gitlab', claims });
    const environment = { GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: token };
    const refused = await signIn(environment);
    expect(refused).toMatchObject({ report: { error: { code: 'ERR_PRIVATE_REPOSITORY' } }, taken: [] });
    expect(await signIn(environment, '--allow-private')).toMatchObject({ status: 0 });
  });
});
