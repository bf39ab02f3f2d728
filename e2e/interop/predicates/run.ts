// SPDX-License-Identifier: Apache-2.0
// The predicates, and the words of sigstore-python, alone on a stack of their own.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from '../build/progress.ts';
import { PythonDriver } from '../peers/python-driver.ts';
import { runInRig } from '../rig.ts';
import { startStack } from '../stack/stack.ts';
import { checkPredicates } from './suite.ts';

await runInRig(import.meta.filename, async ({ tools, folder }) => {
  const stack = await startStack(tools, join(folder, 'stack'));
  await mkdir(join(folder, 'python'), { recursive: true });
  const python = await PythonDriver.start(tools.python.interpreter, stack.files, join(folder, 'python'));
  try {
    const scene = { tools, stack, python, folder: join(folder, 'predicates') };
    const { table, faults } = await checkPredicates(scene);
    process.stdout.write(table);
    for (const fault of faults) say(fault);
    return faults.length > 0 ? 1 : 0;
  } finally {
    await python.close();
    await stack.close();
  }
});
