// SPDX-License-Identifier: Apache-2.0
import { killAndFinish, recordMoments, type KillCase } from './killed-release.ts';
import { openScene } from './scene.ts';

/*
 * Ends a release by SIGKILL at every moment there is, gives the same command line again, here and on a fresh machine, and
 * exits 1 where any of them does not end as it must. Minutes; `npm test` takes a sample of it.
 */

const AT_ONCE = 2;
const started = Date.now();
const first = await openScene(1);
const { moments } = await recordMoments(first);
await first.close();
const cases: KillCase[] = moments.flatMap((moment) => [
  { moment, place: 'same folder' as const },
  { moment, place: 'fresh machine' as const },
]);
const faults: string[] = [];
let next = 0;
let done = 0;
let killed = 0;
await Promise.all(Array.from({ length: AT_ONCE }, work));
// Some moments may be over before they come; where few come, nothing was tried.
if (killed < cases.length / 2) faults.push(`${killed} of ${cases.length} releases were killed`);
const seconds = Math.round((Date.now() - started) / 1000);
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.stdout.write(
  `${JSON.stringify({ moments: moments.length, cases: cases.length, killed, faults: faults.length, seconds })}\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

// A sandbox of its own for each worker: what is counted there must be of one release.
async function work(): Promise<void> {
  const scene = await openScene(cases.length);
  try {
    for (let one = cases[next++]; one !== undefined; one = cases[next++]) {
      const { faults: found, at, killed: ended } = await killAndFinish(scene, one);
      faults.push(...found);
      done += 1;
      killed += ended ? 1 : 0;
      process.stderr.write(
        `${done}/${cases.length} killed ${at}, ${one.place}${found.length > 0 ? ': FAULT' : ''}\n`,
      );
    }
  } finally {
    await scene.close();
  }
}
