// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { COMMANDS } from '../src/command-table.ts';
import { writeSampleDists } from '../src/files/sample-dist.ts';
import { Arguments } from '../src/options/arguments.ts';
import { GLOBAL_OPTIONS } from '../src/options/global.ts';
import { carrying } from './support/login-page.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

let stage: SigningStage;
beforeAll(async () => {
  stage = await openSigningStage();
  await writeSampleDists(stage.path('dist'));
  await stage.write('a.txt', 'hello');
});
afterAll(() => stage.close());

/** What is looked at of a command line while `run` lasts. */
async function looked(run: () => Promise<unknown>): Promise<Set<string>> {
  const names = new Set<string>();
  const spies = (['has', 'flag', 'count', 'text', 'texts'] as const).map((method) => {
    const original = Arguments.prototype[method] as (name: string) => unknown;
    return vi.spyOn(Arguments.prototype, method).mockImplementation(function look(this: Arguments, name) {
      names.add(name);
      return original.call(this, name) as never;
    });
  });
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return names;
}

// A person logs in, for whom alone some options are.
it.each([
  ['sign', ['a.txt']],
  ['attest', ['dist']],
  ['token', []],
  ['get-identity-token', []],
])('%s looks at each of its options', async (name, operands) => {
  const spec = COMMANDS.find(({ usage }) => usage.split(' ')[0] === name);
  const change = { person: carrying(), environment: { GITHUB_ACTIONS: '' }, wantsToken: true };
  const names = await looked(async () => {
    const run = await stage.run([name, ...operands, '--oauth-force-oob'], change);
    expect(run).toMatchObject({ status: 0 });
  });
  const options = [...Object.keys(GLOBAL_OPTIONS), ...Object.keys(spec?.options ?? {})];
  expect(options.filter((option) => !names.has(option))).toEqual([]);
});
