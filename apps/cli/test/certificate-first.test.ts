// SPDX-License-Identifier: Apache-2.0
import { expect, it, onTestFinished, vi } from 'vitest';
import { browsing } from './support/login-page.ts';
import { openSigningStage } from './support/signing-stage.ts';

const reading = Promise.withResolvers<void>();

// Files that are read until somebody says that it is enough.
vi.mock(import('@colophon/sign'), async (load) => {
  const library = await load();
  return {
    ...library,
    signFiles: async function* slowly(...args: Parameters<typeof library.signFiles>) {
      await reading.promise;
      yield* library.signFiles(...args);
    } as typeof library.signFiles,
  };
});

it('orders the certificate before the files are read: the token of a person may be over then', async () => {
  const stage = await openSigningStage({
    onExchange: ({ service }) => {
      if (service !== 'fulcio') return;
      stage.sandbox.clock.advance(300_000);
      reading.resolve();
    },
  });
  onTestFinished(() => stage.close());
  await stage.write('file', 'text');
  const run = await stage.run(['sign', 'file'], { person: browsing(), environment: { GITHUB_ACTIONS: '' } });
  expect(run).toMatchObject({ status: 0 });
  expect(stage.taken().filter((line) => line.startsWith('fulcio'))).toHaveLength(1);
});
