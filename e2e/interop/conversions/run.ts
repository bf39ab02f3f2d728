// SPDX-License-Identifier: Apache-2.0
// The conversions alone: seconds, where the tools are built.
import { say } from '../build/progress.ts';
import { runInRig } from '../rig.ts';
import { checkConversions } from './suite.ts';

await runInRig(import.meta.filename, async (rig) => {
  const { accepted, faults } = await checkConversions(rig);
  for (const fault of faults) say(fault);
  process.stdout.write(`${JSON.stringify({ accepted, faults: faults.length })}\n`);
  return faults.length > 0 ? 1 : 0;
});
