// SPDX-License-Identifier: Apache-2.0
// The workflows alone: seconds, where the tools are built.
import { say } from '../build/progress.ts';
import { runInRig } from '../rig.ts';
import { checkWorkflows } from './suite.ts';

await runInRig(import.meta.filename, async (rig) => {
  const faults = await checkWorkflows(rig);
  for (const fault of faults) say(fault);
  process.stdout.write(`${JSON.stringify({ faults: faults.length })}\n`);
  return faults.length > 0 ? 1 : 0;
});
