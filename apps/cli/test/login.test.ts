// SPDX-License-Identifier: Apache-2.0
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Fault, type LoginLie, visitLogin } from '@colophon/sandbox';
import type { Host } from '../src/host.ts';
import { type Person, readLine } from '../src/person.ts';
import { addressIn, browsing, carrying, watching } from './support/login-page.ts';
import { openSigningStage, type RunChange, type SigningStage } from './support/signing-stage.ts';

// The machine that runs the tests may be one of Google's.
vi.mock(import('../src/signing/ambient-place.ts'), async (load) => ({
  ...(await load()),
  ambientPlace: ({ environment }: Host) => ({ environment }),
}));

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage({
    login: { clients: { sigstore: '', corp: 'its-secret' }, deviceInterval: 1 },
  });
  await stage.write('file', 'text');
});
afterEach(() => stage.sandbox.login.lies.clear());
afterAll(() => stage.close());

async function sign(change: RunChange, ...argv: string[]) {
  stage.taken();
  const environment = { GITHUB_ACTIONS: '', ...change.environment };
  const run = await stage.run(['sign', 'file', '--overwrite', ...argv], { ...change, environment });
  return { ...run, taken: stage.taken() };
}

/** Somebody whose browser cannot be started, and who goes to the address on the screen. */
function withoutOpener(screen: () => string): Person {
  return {
    ...browsing()(),
    openBrowser: async () => {
      setTimeout(() => void visitLogin(addressIn(screen())), 50);
      throw new Error('spawn xdg-open ENOENT');
    },
  };
}

/** Somebody whose browser ends up where nobody is, and who does not tell. */
function patient(): Person {
  return { ...browsing()(), openBrowser: (url) => visitLogin(url).then(ignore, ignore) };
}

/** Somebody who leaves as soon as they are told where to go. */
function leaving(browser: boolean, leave: () => void): (screen: () => string) => Person {
  return (screen) => {
    const timer = setInterval(() => {
      if (addressIn(screen()) === '') return;
      clearInterval(timer);
      leave();
    }, 20);
    return {
      ...browsing()(),
      hasBrowser: browser,
      openBrowser: async () => undefined,
      readLine: (signal) => readLine(new PassThrough(), signal),
    };
  };
}

function ignore(): void {}

function isIssuerPath(line: string): boolean {
  return line.startsWith('oidc ');
}

async function expectSignedBy(email: string): Promise<void> {
  const identity = ['--cert-identity', email, '--cert-oidc-issuer', stage.sandbox.login.issuerUrl];
  expect(await stage.run(['verify', 'file', ...identity])).toMatchObject({ status: 0 });
}

describe('a person who signs', () => {
  it('logs in by the browser, once, and hears as whom', async () => {
    const run = await sign({ person: browsing({ email: 'me@example.org' }) });
    expect(run).toMatchObject({ status: 0 });
    const issuer = stage.sandbox.login.issuerUrl;
    expect(run.stderr).toContain(`logged in as me@example.org at ${issuer}\n`);
    expect(run.stderr).toContain(`signing 1 file as me@example.org (issuer ${issuer})\n`);
    expect(run.taken.filter((line) => line.endsWith('/login/token'))).toHaveLength(1);
    await expectSignedBy('me@example.org');
  });

  it('is told the address where no browser can be started', async () => {
    const run = await sign({ person: withoutOpener });
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('No browser could be started.\n');
  });

  it.each([
    ['the option', ['--oauth-force-oob'], {}],
    ['the variable', [], { SIGSTORE_OAUTH_FORCE_OOB: '1' }],
  ])('carries a code where %s says so', async (_title, argv, environment) => {
    const run = await sign({ person: carrying(), environment }, ...argv);
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('Enter the code that it shows: ');
    expect(run.stderr).toContain('redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob');
    await expectSignedBy('dev@example.com');
  });

  it('logs in on another machine where this one has no browser', async () => {
    const run = await sign({ person: watching() });
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toMatch(/There, enter or compare this code, within 1 min: [A-Z]{4}-[A-Z]{4}\n/);
    await expectSignedBy('dev@example.com');
  });

  it('carries a code where the issuer logs no devices in', async () => {
    const { faults, login } = stage.sandbox;
    const description = await (await fetch(`${login.issuerUrl}/.well-known/openid-configuration`)).json();
    const body = JSON.stringify({ ...(description as object), device_authorization_endpoint: undefined });
    const remove = faults.add({
      service: 'oidc',
      path: '/login/.well-known/openid-configuration',
      fault: { kind: 'status', status: 200, body },
    });
    const run = await sign({ person: carrying() });
    remove();
    expect(run).toMatchObject({ status: 0 });
  });

  it('logs in at the issuer, by the client and with the secret that they name', async () => {
    const { issuerUrl } = stage.sandbox.login;
    const environment = {
      SIGSTORE_OIDC_ISSUER: issuerUrl,
      SIGSTORE_OIDC_CLIENT_ID: 'corp',
      SIGSTORE_OIDC_CLIENT_SECRET: 'its-secret',
    };
    // The authority of this instance takes tokens for sigstore alone: the token is good, and refused there.
    const run = await sign({ person: browsing(), environment });
    expect(run).toMatchObject({ status: 41 });
    expect(run.stderr).toContain('logged in as dev@example.com');
    const wrong = { ...environment, SIGSTORE_OIDC_CLIENT_SECRET: 'another' };
    const refused = await sign({ person: browsing(), environment: wrong });
    expect(refused).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_ANSWER' } } });
    expect(refused.stderr).toContain('invalid_client');
  });

  it('is asked once, however long the run takes: what is finished is kept, the rest is 43', async () => {
    const names = Array.from({ length: 70 }, (_, index) => `long-${index}`);
    for (const name of names) await stage.write(name, name);
    let entries = 0;
    const slow = await openSigningStage({
      onExchange: ({ service, method }) => {
        if (service !== 'rekor' || method !== 'POST') return;
        entries += 1;
        if (entries === 10) slow.sandbox.clock.advance(570_000);
      },
    });
    for (const name of names) await slow.write(name, name);
    let logins = 0;
    const person = () => ({
      ...browsing()(),
      openBrowser: async (url: string) => {
        logins += 1;
        await visitLogin(url);
      },
    });
    const environment = { GITHUB_ACTIONS: '' };
    const run = await slow.run(['sign', ...names, '--rekor-version', '1'], { person, environment });
    await slow.close();
    expect([run.status, logins]).toEqual([43, 1]);
    const codes = (run.report['files'] as { code?: string }[]).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set([undefined, 'ERR_TOKEN_EXPIRED']));
  });
});

describe('nobody is asked', () => {
  const NEVER: [string, string[], Record<string, string>][] = [
    ['with --non-interactive', ['--non-interactive'], {}],
    ['even for a code', ['--non-interactive', '--oauth-force-oob'], {}],
    ...['true', '1', 'yes', 'woodpecker'].map((word): [string, string[], Record<string, string>] => [
      `where CI is ${word}`,
      [],
      { CI: word },
    ]),
  ];
  it.each(NEVER)('%s', async (_title, argv, environment) => {
    const run = await sign({ person: browsing(), environment }, ...argv);
    expect(run).toMatchObject({
      status: 40,
      report: { error: { code: 'ERR_CREDENTIAL_MISSING' } },
      taken: [],
    });
    expect(run.stderr).toContain('nobody may be asked');
  });

  it.each(['', '0', 'false', 'NO', 'off'])('unless CI is %j', async (word) => {
    const run = await sign({ person: browsing(), environment: { CI: word } });
    expect(run).toMatchObject({ status: 0 });
  });

  it.each([
    ['without a terminal', { ...browsing()(), atTerminal: false }],
    ['where there is nobody', undefined],
  ])('%s', async (_title, person) => {
    const run = await sign(person === undefined ? {} : { person: () => person });
    expect(run).toMatchObject({
      status: 40,
      report: { error: { code: 'ERR_CREDENTIAL_MISSING' } },
      taken: [],
    });
    expect(run.stderr).toContain('there is no terminal');
  });

  it('for a job that has a token', async () => {
    const run = await stage.run(['sign', 'file', '--overwrite'], { person: browsing() });
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('as https://github.com/octo-org/');
  });

  it('for a job that should have one and has none: it says what is missing', async () => {
    const environment = { GITHUB_ACTIONS: 'true', ACTIONS_ID_TOKEN_REQUEST_URL: '' };
    const run = await sign({ person: browsing(), environment });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_TOKEN_PERMISSION' } }, taken: [] });
    expect(run.stderr).toContain('id-token: write');
  });

  it.each([
    ['the option', ['--oidc-disable-ambient-providers'], {}],
    ['the variable', [], { SIGSTORE_OIDC_DISABLE_AMBIENT_PROVIDERS: 'true' }],
  ])('but a person is, in a job whose token %s forbids', async (_title, argv, environment) => {
    const run = await stage.run(['sign', 'file', '--overwrite', ...argv], {
      person: browsing(),
      environment,
    });
    expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('as dev@example.com') });
  });
});

describe('a wrong word', () => {
  it.each([
    ['a secret for all to see', ['--oidc-client-secret', 'hush'], {}, 'set SIGSTORE_OIDC_CLIENT_SECRET'],
    ['a boolean that is none', [], { SIGSTORE_OAUTH_FORCE_OOB: 'perhaps' }, 'neither true nor false'],
    [
      'an issuer twice',
      ['--oidc-issuer', 'https://a.example', '--oidc-issuer', 'https://b.example'],
      {},
      '2 times',
    ],
  ])('is refused: %s', async (_title, argv, environment, words) => {
    const run = await sign({ person: browsing(), environment }, ...argv);
    expect(run).toMatchObject({ status: 2, taken: [] });
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toContain('hush');
  });

  it.each(['https://', 'sigstore', 'http://issuer.example', 'https://me:hush@issuer.example'])(
    'is refused for an issuer: %s',
    async (issuer) => {
      const run = await sign({ person: browsing() }, '--oidc-issuer', issuer);
      expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_ISSUER' } }, taken: [] });
      expect(run.stderr).not.toContain('hush');
    },
  );
});

describe('an issuer that lies', () => {
  const LIES: [LoginLie, number, string][] = [
    ['garbage-discovery', 40, 'ERR_LOGIN_ISSUER'],
    ['other-issuer-discovery', 40, 'ERR_LOGIN_ISSUER'],
    ['redirected-discovery', 41, 'ERR_HTTP_REDIRECT'],
    ['foreign-endpoints', 40, 'ERR_LOGIN_ISSUER'],
    ['garbage-token', 40, 'ERR_LOGIN_ANSWER'],
    ['redirected-token', 41, 'ERR_HTTP_REDIRECT'],
    ['no-id-token', 40, 'ERR_LOGIN_ANSWER'],
    ['wrong-audience', 40, 'ERR_LOGIN_ANSWER'],
    ['two-audiences', 40, 'ERR_LOGIN_ANSWER'],
    ['wrong-nonce', 40, 'ERR_LOGIN_ANSWER'],
    ['other-issuer', 40, 'ERR_LOGIN_ANSWER'],
    ['expired', 40, 'ERR_LOGIN_ANSWER'],
    ['algorithm-none', 40, 'ERR_LOGIN_ANSWER'],
    ['other-key', 40, 'ERR_LOGIN_ANSWER'],
  ];
  it.each(LIES)('%s ends the run before anything is signed', async (lie, status, code) => {
    stage.sandbox.login.lies.add(lie);
    const run = await sign({ person: browsing() });
    expect(run).toMatchObject({ status, report: { error: { code } } });
    expect(run.taken.every(isIssuerPath)).toBe(true);
  });

  it('wrong-state is turned away, and the run ends when its time is over', async () => {
    stage.sandbox.login.lies.add('wrong-state');
    const run = await sign({ person: browsing() });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_TIMEOUT', retry: true } } });
    expect(run.stderr).toContain('nobody logged in within 5 s; answers came');
  });

  it('redirect-elsewhere leaves the run waiting until its time is over', async () => {
    stage.sandbox.login.lies.add('redirect-elsewhere');
    const run = await sign({ person: patient });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_TIMEOUT' } } });
  });

  it('foreign-verification is shown to nobody', async () => {
    stage.sandbox.login.lies.add('foreign-verification');
    const run = await sign({ person: watching() });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_ISSUER' } } });
    expect(run.stderr).not.toContain('There, enter');
  });
});

describe('an issuer in trouble', () => {
  const TROUBLES: [title: string, path: string, fault: Fault][] = [
    ['answers 503 once', '/login/token', { kind: 'status', status: 503 }],
    ['asks to wait once', '/login/token', { kind: 'status', status: 429, retryAfter: 1 }],
    ['is cut off once', '/login/token', { kind: 'cut-before' }],
    ['is slow', '/login/token', { kind: 'delay', ms: 500 }],
    ['describes itself late', '/login/.well-known/openid-configuration', { kind: 'cut-before' }],
    ['shows its keys late', '/login/.well-known/jwks', { kind: 'status', status: 500 }],
  ];
  it.each(TROUBLES)('that %s gives a token all the same', async (_title, path, fault) => {
    stage.sandbox.faults.add({ service: 'oidc', path, times: 1, fault });
    const run = await sign({ person: browsing() });
    stage.sandbox.faults.clear();
    expect(run.status).toBe(0);
  });

  it('gives no second token for a code whose answer was lost', async () => {
    const fault = { kind: 'cut-after' } as const;
    stage.sandbox.faults.add({ service: 'oidc', path: '/login/token', times: 1, fault });
    const run = await sign({ person: browsing() });
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_ANSWER' } } });
    expect(run.stderr).toContain('invalid_grant');
  });

  it('is given up when the time budget is over', async () => {
    const fault = { kind: 'status', status: 503 } as const;
    stage.sandbox.faults.add({ service: 'oidc', path: '/login/token', fault });
    const run = await sign({ person: browsing(), budget: 2 });
    stage.sandbox.faults.clear();
    expect(run).toMatchObject({ status: 42, report: { error: { code: 'ERR_HTTP_UNAVAILABLE' } } });
  });

  it('does not end the wait of a device', async () => {
    for (const fault of [{ kind: 'cut-before' }, { kind: 'status', status: 502 }] as const)
      stage.sandbox.faults.add({ service: 'oidc', path: '/login/token', times: 1, fault });
    const run = await sign({ person: watching() });
    stage.sandbox.faults.clear();
    expect(run).toMatchObject({ status: 0 });
  });
});

describe('whoever interrupts a login', () => {
  it.each([
    ['in the browser', true, []],
    ['of a device', false, []],
    ['out of band', true, ['--oauth-force-oob']],
  ] as const)('%s, ends the run at once', async (_title, browser, argv) => {
    const interruption = new AbortController();
    const person = leaving(browser, () => interruption.abort());
    const run = await sign({ person, signal: interruption.signal }, ...argv);
    expect(run).toMatchObject({ status: 130, stdout: '' });
    expect(run.stderr).toContain('error[ERR_INTERRUPTED]');
  });
});

describe('a login that is refused', () => {
  it.each([
    ['in the browser', browsing({ press: 'cancel' }), []],
    ['for a device', watching({ press: 'cancel' }), []],
    ['by whoever brings no code', carrying({ press: 'cancel' }), ['--oauth-force-oob']],
  ] as const)('%s ends the run', async (_title, person, argv) => {
    const run = await sign({ person }, ...argv);
    expect(run).toMatchObject({ status: 40, report: { error: { code: 'ERR_LOGIN_DENIED' } } });
    expect(run.taken.every(isIssuerPath)).toBe(true);
  });
});
