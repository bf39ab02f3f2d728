// SPDX-License-Identifier: Apache-2.0
import type { Ended, Moment, Scene } from './scene.ts';

/** Where the same command line is given again: in the folder that was left behind, or on another machine. */
export type Place = 'same folder' | 'fresh machine';

export interface KillCase {
  readonly moment: Moment;
  readonly place: Place;
}

const FILES = 2;

/** Every moment of a release, by a recording of one that was let be. @throws Error where that one failed */
export async function recordMoments(scene: Scene): Promise<{ moments: Moment[]; recording: Ended }> {
  const { folder, project } = await scene.release();
  const recording = await scene.run(folder);
  const wrong = faultsOf(recording, scene, project);
  if (wrong.length > 0) throw new Error(`the release that was let be: ${wrong.join('; ')}`);
  const own = recording.points.map((_, index) => ({ by: 'program', point: index + 1 }) as const);
  const served = recording.requests.map((_, index) => ({ by: 'service', point: index + 1 }) as const);
  return { moments: [...own, ...served], recording };
}

/**
 * Ends a release at a moment, gives the same command line again, and says what is not as it must be: every file once on
 * the index, with provenance, reported done, and attested once: a second time only where the first is lost with its machine.
 */
export async function killAndFinish(
  scene: Scene,
  { moment, place }: KillCase,
): Promise<{ at: string; killed: boolean; faults: string[] }> {
  const { folder, project } = await scene.release();
  const killed = await scene.run(folder, moment);
  const at = momentText(moment, killed);
  const before = scene.onIndex(project);
  const finished = await scene.run(place === 'same folder' ? folder : await scene.freshCopy(folder));
  const faults = faultsOf(finished, scene, project);
  // What comes in another order than in the recording may be over before the moment comes.
  if (killed.signal !== 'SIGKILL' && killed.status !== 0)
    faults.push(`ended with ${killed.status}, not killed`);
  const entries = killed.entries + finished.entries;
  if (place === 'same folder' && entries !== FILES) faults.push(`${entries} log entries for ${FILES} files`);
  if (place === 'fresh machine' && finished.entries !== FILES - before.length)
    faults.push(`${finished.entries} new entries, though the index had ${before.length} of ${FILES} files`);
  return {
    at,
    killed: killed.status !== 0,
    faults: faults.map((fault) => `killed ${at}, then on the ${place}: ${fault}`),
  };
}

function momentText({ by, point }: Moment, { points, requests }: Ended): string {
  const what = by === 'program' ? points[point - 1] : `when served ${requests[point - 1]}`;
  return `${what ?? 'after its end'} (${by} ${point})`;
}

function faultsOf({ status, stdout, stderr }: Ended, scene: Scene, project: string): string[] {
  const faults: string[] = [];
  if (status !== 0) faults.push(`exit ${status}: ${stderr.slice(-600)}`);
  const report = JSON.parse(stdout || '{}') as { files?: { outcome: string; stage: string }[] };
  const done = report.files?.filter(({ outcome, stage }) => outcome === 'done' && stage === 'verified') ?? [];
  if (done.length !== FILES) faults.push(`${done.length} of ${FILES} files are reported done`);
  const there = scene.onIndex(project);
  if (there.length !== FILES || new Set(there.map(({ filename }) => filename)).size !== FILES)
    faults.push(`the index has ${there.map(({ filename }) => filename).join(', ')}`);
  if (there.some(({ proven }) => !proven)) faults.push('a file has no provenance');
  return faults;
}
