// SPDX-License-Identifier: Apache-2.0
import { say, timed } from '../build/progress.ts';
import { runInRig } from '../rig.ts';
import { checkIndex, checkPrivateIndexes } from './suite.ts';

// The part of the suite that is about indexes, alone: it needs no Sigstore but the sandbox's.
await runInRig(import.meta.filename, async (rig) => {
  const { report, text, faults } = await checkIndex(rig);
  await timed('private indexes', () => checkPrivateIndexes(rig));
  process.stdout.write(`${text}${JSON.stringify(report)}\n`);
  for (const fault of faults) say(fault);
  return faults.length === 0 ? 0 : 1;
});
