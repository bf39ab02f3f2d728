// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { say, timed } from '../build/progress.ts';
import { runInRig } from '../rig.ts';
import { startStack } from '../stack/stack.ts';
import { compareSandbox } from './compare.ts';

// The comparison alone, for work on the sandbox.
await runInRig(import.meta.filename, async ({ tools, folder }) => {
  const stack = await timed('stack: starting', () => startStack(tools, join(folder, 'stack')));
  try {
    const { table, counts, faults } = await timed('sandbox against the real', () => compareSandbox(stack));
    process.stdout.write(`${table}${JSON.stringify(counts)}\n`);
    for (const fault of faults) say(fault);
    return faults.length > 0 ? 1 : 0;
  } finally {
    await stack.close();
  }
});
