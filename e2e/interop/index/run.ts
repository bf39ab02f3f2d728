// SPDX-License-Identifier: Apache-2.0
import { runInRig } from '../rig.ts';
import { checkIndexes } from './suite.ts';

await runInRig(import.meta.filename, async (rig) => {
  await checkIndexes(rig);
  return 0;
});
