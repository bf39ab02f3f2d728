// SPDX-License-Identifier: Apache-2.0
import { HttpClient } from '@colophon/http';
import { parseIdToken } from '@colophon/oidc';
import { startSandbox, type Sandbox } from '@colophon/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arguments } from '../src/options/arguments.ts';
import { readGlobalOptions } from '../src/options/global.ts';
import { Talk } from '../src/render/talk.ts';
import { verifiedBuild } from '../src/signing/build-claims.ts';
import { Terminal } from './support/terminal.ts';

let sandbox: Sandbox;
const http = new HttpClient({ userAgent: 'test', timeBudgetMs: 10_000 });
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await http.close();
  await sandbox.close();
});

async function build(standIns: string, flags: Record<string, unknown>) {
  const now = sandbox.clock.now();
  const host = { ...new Terminal().host({ COLOPHON_ISSUER_STAND_INS: standIns }), now: () => now };
  const options = readGlobalOptions(new Arguments([], [], flags), host);
  const token = parseIdToken(await sandbox.issueToken(), { audience: 'sigstore', now });
  return await verifiedBuild(token, {
    context: { host, options, talk: new Talk(host, options), isReportRead: true },
    http,
  });
}

const standIn = () => `https://token.actions.githubusercontent.com=${sandbox.urls.oidc}/github`;

describe('an issuer that does not give its keys as it should', () => {
  const own = { 'trust-config': 'c.json' };
  const keys = { service: 'oidc', path: '/github/.well-known/jwks' } as const;

  it.each([
    ['fails once', { kind: 'status', status: 503 }],
    ['breaks off once', { kind: 'cut-before' }],
  ] as const)('and %s is asked again', async (_name, fault) => {
    sandbox.faults.add({ ...keys, times: 1, fault });
    await expect(build(standIn(), own)).resolves.toHaveProperty('predicate');
  });

  it.each([
    ['refuses', { kind: 'status', status: 403 }, 'ERR_TOKEN_KEYS'],
    ['answers something else', { kind: 'status', status: 200, body: '{"keys":7}' }, 'ERR_TOKEN_KEYS'],
    [
      'gives no key of the token',
      { kind: 'status', status: 200, body: '{"keys":[]}' },
      'ERR_TOKEN_SIGNATURE',
    ],
  ] as const)('and %s makes no provenance', async (_name, fault, code) => {
    const remove = sandbox.faults.add({ ...keys, fault });
    await expect(build(standIn(), own)).rejects.toMatchObject({ code });
    remove();
  });
});

describe('stand-ins for issuers', () => {
  it.each([{ 'trust-config': 'c.json' }, { 'signing-config': 's.json', 'trusted-root': 'r.json' }])(
    'serve a Sigstore of one’s own: %o',
    async (flags) => {
      const { predicate } = await build(standIn(), flags);
      expect(JSON.stringify(predicate)).toContain('octo-org/sample-project');
    },
  );

  it.each([{}, { staging: true }])('are refused where everybody reads the log: %o', async (flags) => {
    await expect(build(standIn(), flags)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  it.each(['token.actions.githubusercontent.com', 'http://gitlab.com=http://localhost:1'])(
    'are refused when they are none: %s',
    async (text) => {
      await expect(build(text, { 'trust-config': 'c.json' })).rejects.toMatchObject({ code: 'ERR_USAGE' });
    },
  );

  it('are refused on another machine', async () => {
    const away = 'https://token.actions.githubusercontent.com=https://keys.example.com';
    const asking = build(away, { 'trust-config': 'c.json' });
    await expect(asking).rejects.toMatchObject({ code: 'ERR_TOKEN_KEYS' });
  });
});
