// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { browsing } from './support/login-page.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

const WHEEL = 'dist/colophon_sample-1.0.0-py3-none-any.whl';
const TOKEN_PATH = '/gha/token';

let stage: SigningStage;
let hashing: () => Promise<void> | void;
let asked: PromiseWithResolvers<void>;

vi.mock(import('@colophon/dist'), async (load) => {
  const library = await load();
  return {
    ...library,
    sha256File: async (...args: Parameters<typeof library.sha256File>) => {
      await hashing();
      return library.sha256File(...args);
    },
  };
});

beforeAll(async () => {
  stage = await openSigningStage({
    onExchange: ({ service, url }) => {
      if (service === 'oidc' && url.pathname === TOKEN_PATH) asked.resolve();
    },
  });
  await writeSampleDists(stage.path('dist'));
  await stage.write('other-1.0-py3-none-any.whl', 'no archive');
});
beforeEach(() => {
  hashing = () => undefined;
  asked = Promise.withResolvers();
  stage.sandbox.faults.clear();
  stage.taken();
});
afterAll(() => stage.close());

const attest = (file: string, change: Parameters<SigningStage['run']>[1] = {}) =>
  stage.run(['attest', file, '--output-directory', 'o', '--overwrite'], change);
const tokensAsked = () => stage.taken().filter((line) => line.endsWith(TOKEN_PATH)).length;

it('asks for the token of the job while the files are read, and once', async () => {
  hashing = () => asked.promise;
  expect(await attest(WHEEL)).toMatchObject({ status: 0 });
  expect(tokensAsked()).toBe(1);
});

it('asks for another where the files were read for so long that it may end soon', async () => {
  hashing = async () => {
    await asked.promise;
    stage.sandbox.clock.advance(290_000);
  };
  expect(await attest(WHEEL)).toMatchObject({ status: 0 });
  expect(tokensAsked()).toBe(2);
});

it('refuses a file that is no wheel for what it is, whatever becomes of the token', async () => {
  const fault = { kind: 'status', status: 500, body: 'no' } as const;
  stage.sandbox.faults.add({ service: 'oidc', path: TOKEN_PATH, fault });
  const run = await attest('other-1.0-py3-none-any.whl');
  expect(run).toMatchObject({ status: 21, report: { error: { code: 'ERR_DIST_ARCHIVE' } } });
  expect(stage.taken().filter((line) => !line.startsWith('oidc'))).toEqual([]);
});

it('does not wait for a token that nothing will be signed with', async () => {
  stage.sandbox.faults.add({ service: 'oidc', path: TOKEN_PATH, fault: { kind: 'delay', ms: 60_000 } });
  const run = await attest('other-1.0-py3-none-any.whl', { budget: 120 });
  expect(run).toMatchObject({ report: { error: { code: 'ERR_DIST_ARCHIVE' } } });
}, 10_000);

it('tells of a token service that refuses once the files are known to be good', async () => {
  const fault = { kind: 'status', status: 403, body: 'no' } as const;
  stage.sandbox.faults.add({ service: 'oidc', path: TOKEN_PATH, fault });
  hashing = () => asked.promise;
  expect(await attest(WHEEL)).toMatchObject({ status: 40, report: { error: { code: 'ERR_TOKEN_SERVICE' } } });
  expect(tokensAsked()).toBe(1);
});

it('asks nobody to log in before the files are known to be good', async () => {
  const change = { person: browsing(), environment: { GITHUB_ACTIONS: '' } };
  const run = await attest('other-1.0-py3-none-any.whl', change);
  expect(run).toMatchObject({ report: { error: { code: 'ERR_DIST_ARCHIVE' } } });
  expect(stage.taken()).toEqual([]);
});

it('asks no service for a token that was handed over', async () => {
  const environment = { SIGSTORE_IDENTITY_TOKEN: 'nonsense' };
  const run = await attest(WHEEL, { environment });
  expect(run).toMatchObject({ report: { error: { code: 'ERR_TOKEN_MALFORMED' } } });
  expect(stage.taken()).toEqual([]);
});
