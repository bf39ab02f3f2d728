// SPDX-License-Identifier: Apache-2.0
import { say, timed } from '../build/progress.ts';
import { runInRig } from '../rig.ts';
import { checkLogins } from './suite.ts';

// The logins alone: they need no Sigstore but the sandbox's.
await runInRig(import.meta.filename, async (rig) => {
  const { table, faults } = await timed('logins', () => checkLogins(rig));
  process.stdout.write(table);
  for (const fault of faults) say(fault);
  return faults.length === 0 ? 0 : 1;
});
