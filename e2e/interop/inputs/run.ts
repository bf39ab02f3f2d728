// SPDX-License-Identifier: Apache-2.0
// The inputs and policies alone, on a stack of their own.
import { join } from 'node:path';
import { say } from '../build/progress.ts';
import { PythonDriver } from '../peers/python-driver.ts';
import { runInRig } from '../rig.ts';
import { startStack } from '../stack/stack.ts';
import { setScene } from '../table/scene.ts';
import { checkInputs } from './suite.ts';

await runInRig(import.meta.filename, async ({ tools, folder }) => {
  const stack = await startStack(tools, join(folder, 'stack'));
  const python = await PythonDriver.start(tools.python.interpreter, stack.files, join(folder, 'python'));
  try {
    const { artifact: wheel } = await setScene(stack, python, join(folder, 'table'));
    const { table, faults } = await checkInputs({
      tools,
      stack,
      python,
      wheel,
      folder: join(folder, 'inputs'),
    });
    process.stdout.write(table);
    for (const fault of faults) say(fault);
    return faults.length > 0 ? 1 : 0;
  } finally {
    await python.close();
    await stack.close();
  }
});
