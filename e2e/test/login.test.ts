// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOnPage, type LoginLie, visitLogin } from '@colophon/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addressIn, type Conversation, converse, HAS_TERMINALS, type Talked } from './conversation.ts';
import { openStage, type Stage, writeText } from './stage.ts';
import { scrub } from './transcript.ts';

const NOBODY = { GITHUB_ACTIONS: '' };
const NO_GITHUB = { ...NOBODY, ACTIONS_ID_TOKEN_REQUEST_URL: '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ login: { deviceInterval: 1 } });
  await writeText(stage, 'notes.txt', 'text');
});
afterEach(() => stage.sandbox.login.lies.clear());
afterAll(() => stage.close());

function talk(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  conversation?: Conversation,
): Promise<Talked> {
  return converse(args, stage.folder, { ...stage.environment, ...NO_GITHUB, ...environment }, conversation);
}

/** Goes to the address that is told, and types the code that the last page shows. */
const carrying: Conversation = {
  answer: (said) => {
    const address = said.includes('Enter the code') ? addressIn(said) : undefined;
    return address === undefined
      ? undefined
      : visitLogin(address).then((page) => `${codeOnPage(page) ?? ''}\n`);
  },
};

/** Goes to the address that is told, at a terminal. */
const watching: Conversation = {
  terminal: true,
  answer: (said) => {
    const address = said.includes('There, enter') ? addressIn(said) : undefined;
    return address === undefined ? undefined : visitLogin(address).then(() => undefined);
  },
};

async function expectSigned(): Promise<void> {
  const issuer = stage.sandbox.login.issuerUrl;
  const identity = ['--cert-identity', 'dev@example.com', '--cert-oidc-issuer', issuer];
  const verdict = await stage.run(['verify', 'notes.txt', ...identity]);
  expect(verdict.text).toContain('exit 0');
}

describe('where nobody may be asked', () => {
  it.each([
    ['by the option', ['--non-interactive'], {}, 'nobody may be asked (--non-interactive, or CI is set)'],
    ['by CI', [], { CI: 'true' }, 'nobody may be asked (--non-interactive, or CI is set)'],
    ['for want of a terminal', [], {}, 'there is no terminal to ask anybody to log in at'],
  ])('%s, the run ends at once with 40', async (_title, args, environment, why) => {
    const run = await stage.run(['sign', 'notes.txt', ...args], { ...NO_GITHUB, ...environment });
    expect(run.text).toBe(
      `exit 40
--- stdout
--- stderr
error[ERR_CREDENTIAL_MISSING]: no identity token for sigstore: this is no job of GitHub Actions, GitLab CI, CircleCI or Buildkite, and no machine of Google Cloud, and ${why}

hint: run it in a CI job that has an identity (GitHub, GitLab, Google, Buildkite, CircleCI), hand over --identity-token-file, or log in: at a terminal, or with --oauth-force-oob
see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_credential_missing
`,
    );
  });
});

describe.runIf(process.platform !== 'win32')('a person with a browser elsewhere', () => {
  it('carries the code, and gets the token alone on stdout', async () => {
    const { status, stdout, said } = await talk(['token', '--oauth-force-oob'], {}, carrying);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(scrub(said, stage.folder).replaceAll(/(code_challenge|state|nonce)=[\w-]+/g, '$1=…')).toBe(
      `To log in, go to this address with any browser:

    http://localhost:[PORT]/login/auth?redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob&scope=openid+email&state=…&nonce=…&code_challenge=…&code_challenge_method=S256&client_id=sigstore&response_type=code

Enter the code that it shows: logged in as dev@example.com at http://localhost:[PORT]/login
this is the token of dev@example.com (issuer http://localhost:[PORT]/login)
`,
    );
  });

  it('signs by a code that they carry', async () => {
    const { status } = await talk(['sign', 'notes.txt', '--overwrite', '--oauth-force-oob'], {}, carrying);
    expect(status).toBe(0);
    await expectSigned();
  });

  it('ends it by giving no code', async () => {
    const nothing = {
      answer: (said: string) => (said.includes('Enter') ? Promise.resolve('\n') : undefined),
    };
    const { status, said } = await talk(['token', '--oauth-force-oob'], {}, nothing);
    expect([status, said]).toEqual([40, expect.stringContaining('error[ERR_LOGIN_DENIED]')]);
  });

  const LIES: [LoginLie, string][] = [
    ['garbage-discovery', 'ERR_LOGIN_ISSUER'],
    ['other-issuer-discovery', 'ERR_LOGIN_ISSUER'],
    ['foreign-endpoints', 'ERR_LOGIN_ISSUER'],
    ['redirected-token', 'ERR_HTTP_REDIRECT'],
    ['wrong-audience', 'ERR_LOGIN_ANSWER'],
    ['wrong-nonce', 'ERR_LOGIN_ANSWER'],
    ['other-issuer', 'ERR_LOGIN_ANSWER'],
    ['expired', 'ERR_LOGIN_ANSWER'],
    ['algorithm-none', 'ERR_LOGIN_ANSWER'],
    ['other-key', 'ERR_LOGIN_ANSWER'],
  ];
  it.each(LIES)('gets no token of an issuer that lies: %s', async (lie, code) => {
    stage.sandbox.login.lies.add(lie);
    const { status, stdout, said } = await talk(['token', '--oauth-force-oob'], {}, carrying);
    expect([status, stdout]).toEqual([code === 'ERR_HTTP_REDIRECT' ? 41 : 40, '']);
    expect(said).toContain(`error[${code}]`);
    expect(said).not.toContain('eyJ');
  });
});

describe.runIf(HAS_TERMINALS)('a person at a terminal', () => {
  it('without a browser logs the device in', async () => {
    const { status, said } = await talk(['sign', 'notes.txt', '--overwrite'], {}, watching);
    expect(status).toBe(0);
    expect(scrub(said, stage.folder).replaceAll(/[A-Z]{4}-[A-Z]{4}/g, 'ABCD-EFGH')).toBe(
      `To log in, go to this address with a browser of any machine:

    http://localhost:[PORT]/login/device?user_code=ABCD-EFGH

There, enter or compare this code, within 5 min: ABCD-EFGH
logged in as dev@example.com at http://localhost:[PORT]/login
signing 1 file as dev@example.com (issuer http://localhost:[PORT]/login)
`,
    );
    await expectSigned();
  });

  it('carries a code where they want to', async () => {
    const conversation = { ...carrying, terminal: true };
    const { status, stdout, said } = await talk(['token', '--oauth-force-oob'], {}, conversation);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^eyJ/)]);
    expect(said).toMatch(/Enter the code that it shows: \w+\nlogged in as dev@example\.com/);
  });

  it('ends it with Ctrl-C', async () => {
    const interrupting: Conversation = {
      terminal: true,
      answer: (said) => (said.includes('Enter the code') ? Promise.resolve('\u0003') : undefined),
    };
    const { status, said } = await talk(['token', '--oauth-force-oob'], {}, interrupting);
    expect([status, said]).toEqual([130, expect.stringContaining('error[ERR_INTERRUPTED]')]);
  });

  it('with a browser is sent there', async () => {
    const visited = join(stage.folder, 'visited');
    const browser = join(stage.folder, 'browser');
    await writeFile(
      browser,
      `#!/bin/sh\nprintf %s "$1" > '${visited}.part' && mv '${visited}.part' '${visited}'\n`,
    );
    await chmod(browser, 0o755);
    const conversation: Conversation = {
      terminal: true,
      answer: (said) => (addressIn(said) === undefined ? undefined : openedIn(visited).then(visit)),
    };
    const args = ['sign', 'notes.txt', '--overwrite'];
    const { status, said } = await talk(args, { BROWSER: browser }, conversation);
    expect(said).toContain('logged in as dev@example.com');
    expect(status).toBe(0);
    await expectSigned();
  });
});

async function visit(address: string): Promise<undefined> {
  expect(await visitLogin(address)).toContain('Login received');
}

async function openedIn(file: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const address = await readFile(file, 'utf8').catch(() => '');
    if (address !== '') return address;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no browser was opened');
}

describe('a rehearsal', () => {
  const stageless = { COLOPHON_TRUST_CONFIG: '', COLOPHON_INDEX: '', UV_PUBLISH_CHECK_URL: '' };

  it('plays a job of its own, whatever the variables say', async () => {
    const wishes = { SIGSTORE_OIDC_CLIENT_ID: 'corp', SIGSTORE_OIDC_DISABLE_AMBIENT_PROVIDERS: '1' };
    const run = await stage.run(['release', '--rehearse'], { ...stageless, ...wishes, CI: '1' });
    expect(run.status).toBe(0);
  });

  it.each([['--oidc-issuer', 'https://issuer.example'], ['--oidc-client-id', 'x'], ['--oauth-force-oob']])(
    'refuses %s',
    async (...words) => {
      const run = await stage.run(['release', '--rehearse', ...words], stageless);
      expect(run.status).toBe(2);
      expect(run.stderr).toContain(`--rehearse plays a job of its own: leave ${words[0]} out`);
    },
  );
});

describe('token', () => {
  it('is that of a job of GitHub', async () => {
    const run = await stage.run(['token']);
    expect(run.text).toMatch(
      /^exit 0\n--- stdout\neyJ[\w-]+\.[\w-]+\.[\w-]+\n--- stderr\nthis is the token of/,
    );
  });

  it('is that of a job of GitLab', async () => {
    const token = await stage.sandbox.issueToken({ kind: 'gitlab' });
    const run = await stage.run(['token'], { ...NO_GITHUB, GITLAB_CI: 'true', SIGSTORE_ID_TOKEN: token });
    expect(run).toMatchObject({ status: 0, stdout: `${token}\n` });
    expect(run.stderr).toContain('//.gitlab-ci.yml@refs/tags/v1.0.0 (issuer https://gitlab.com)\n');
  });

  it('is what a service account or Sigstore’s own issuer gave', async () => {
    for (const kind of ['google', 'dex'] as const) {
      const token = await stage.sandbox.issueToken({ kind });
      const run = await stage.run(['get-identity-token'], { ...NO_GITHUB, SIGSTORE_IDENTITY_TOKEN: token });
      expect(run).toMatchObject({ status: 0, stdout: `${token}\n` });
      expect(run.stderr).toContain('this is the token of dev@example.com');
    }
  });
});

describe.runIf(process.platform !== 'win32')('token, by the tool of', () => {
  it.each([
    ['buildkite', 'buildkite-agent', { BUILDKITE: 'true' }, 'https://buildkite.com/octo-org/sample-project'],
    ['circleci', 'circleci', { CIRCLECI: 'true' }, 'https://circleci.com/api/v2/projects/'],
  ] as const)('%s, is what it prints', async (kind, tool, environment, identity) => {
    const token = await stage.sandbox.issueToken({ kind });
    const tools = await mkdtemp(join(stage.folder, 'tools-'));
    await writeFile(join(tools, tool), `#!/bin/sh\necho ${token}\n`);
    await chmod(join(tools, tool), 0o755);
    const PATH = `${tools}:${process.env['PATH'] ?? ''}`;
    const run = await stage.run(['token'], { ...NO_GITHUB, ...environment, PATH });
    expect(run).toMatchObject({ status: 0, stdout: `${token}\n` });
    expect(run.stderr).toContain(`this is the token of ${identity}`);
  });
});

describe('a place that is broken says what is missing', () => {
  it.each([
    ['GitHub', { GITHUB_ACTIONS: 'true' }, 'the job needs the permission id-token: write'],
    ['GitLab', { GITLAB_CI: 'true' }, 'the job needs id_tokens: { SIGSTORE_ID_TOKEN: { aud: "sigstore" } }'],
    [
      'Buildkite',
      { BUILDKITE: 'true', PATH: '/nowhere' },
      'buildkite-agent, which is not in the PATH of this job',
    ],
    ['CircleCI', { CIRCLECI: 'true', PATH: '/nowhere' }, 'circleci, which is not in the PATH of this job'],
    ['Google', { GOOGLE_SERVICE_ACCOUNT_NAME: 'a/b' }, 'not the e-mail address of a service account'],
  ])('%s', async (_name, environment, words) => {
    const run = await stage.run(['token'], { ...NO_GITHUB, ...environment });
    expect(run).toMatchObject({ status: 40, stdout: '' });
    expect(run.stderr).toContain('error[ERR_TOKEN_PERMISSION]');
    expect(run.stderr).toContain(words);
  });
});
