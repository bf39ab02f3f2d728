// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainWheel } from './support/plain-wheel.ts';
import { browsing } from './support/login-page.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

const WHEEL = 'pkg-1.0-py3-none-any.whl';

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage();
  await stage.write(WHEEL, plainWheel('pkg'));
});
afterAll(() => stage.close());

describe('a release asks nobody to log in', () => {
  it.each([
    ['where no job is', ['--trusted-publishing', 'always'], { GITHUB_ACTIONS: '' }, 'ERR_PASSWORD_MISSING'],
    [
      'where no job is, for an upload that no token of the log could make',
      ['--trusted-publishing', 'always', '--identity-token-file', 'token.jwt'],
      { GITHUB_ACTIONS: '' },
      'ERR_PASSWORD_MISSING',
    ],
    ['where the job may not be asked', ['--oidc-disable-ambient-providers'], {}, 'ERR_CREDENTIAL_UNFIT'],
  ])('%s: no index takes what a person attests', async (_title, argv, environment, code) => {
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    await stage.write('token.jwt', await stage.sandbox.issueToken());
    stage.taken();
    const run = await stage.run(['release', WHEEL, '--index', uploadUrl, '--check-url', simpleUrl, ...argv], {
      environment,
      person: browsing(),
    });
    expect(run.report).toMatchObject({ status: 40, error: { code } });
    expect(stage.taken().filter((line) => !line.endsWith('/_/oidc/audience'))).toEqual([]);
  });
});

describe('a release by the token of its job', () => {
  it.each([
    ['oidc-issuer', ['https://issuer.example']],
    ['oauth-force-oob', []],
  ])('tells that an option of a login is without effect: --%s', async (name, value) => {
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    const argv = ['release', WHEEL, '--index', uploadUrl, '--check-url', simpleUrl, '--dry-run'];
    const { status, stderr } = await stage.run([...argv, `--${name}`, ...value]);
    expect(status).toBe(0);
    expect(stderr).toContain(`warning: --${name} has no effect: GitHub Actions gives the identity token`);
  });
});

describe('a release by a token that was handed over', () => {
  it('signs nothing for another job than the one that uploads', async () => {
    const workflow = 'octo-org/other/.github/workflows/release.yml@refs/tags/v1.0.0';
    const claims = { repository: 'octo-org/other', workflow_ref: workflow, job_workflow_ref: workflow };
    await stage.write('token.jwt', await stage.sandbox.issueToken({ claims }));
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    stage.taken();
    const argv = ['release', WHEEL, '--index', uploadUrl, '--check-url', simpleUrl];
    const run = await stage.run([...argv, '--identity-token-file', 'token.jwt']);
    expect(run.report).toMatchObject({ status: 40, error: { code: 'ERR_PUBLISHER_MISMATCH' } });
    expect(run.stderr).toContain('is that of github:octo-org/other/release.yml, and this job');
    expect(stage.taken().filter((line) => /^(?:fulcio|rekor)/.test(line))).toEqual([]);
  });
});

describe('a release of a private repository', () => {
  it('says in its plan what becomes public, by name, and signs nothing unless that is meant', async () => {
    const secret = await openSigningStage({
      githubClaims: { repository_visibility: 'private', repository_owner_id: '424242424242' },
    });
    try {
      await secret.write(WHEEL, plainWheel('pkg'));
      const { uploadUrl, simpleUrl } = secret.sandbox.index;
      const argv = ['release', WHEEL, '--index', uploadUrl, '--check-url', simpleUrl, '--dry-run'];
      const refused = await secret.run(argv);
      expect(refused.report).toMatchObject({ status: 2, error: { code: 'ERR_PRIVATE_REPOSITORY' } });
      const { status, stderr } = await secret.run([...argv, '--allow-private']);
      expect(status).toBe(0);
      expect(stderr).toMatch(
        / is private; the certificate publishes for ever: .*, source-repository-owner-identifier, /,
      );
      expect(stderr).not.toContain('424242424242');
    } finally {
      await secret.close();
    }
  });
});
