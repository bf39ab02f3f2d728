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
  return await verifiedBuild(token, { context: { host, options, talk: new Talk(host, options) }, http });
}

const standIn = () => `https://token.actions.githubusercontent.com=${sandbox.urls.oidc}/github`;

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
