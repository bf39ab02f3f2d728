// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAndFinish, recordMoments, type KillCase } from '../kill/killed-release.ts';
import { openScene, type Ended, type Moment, type Scene } from '../kill/scene.ts';

/** How many moments are tried here, spread over the whole release; `npm run test:kill` tries all. */
const SAMPLES = 4;

describe('a release that is killed', () => {
  let scene: Scene;
  let moments: Moment[];
  let recording: Ended;

  beforeAll(async () => {
    scene = await openScene(SAMPLES + 2);
    ({ moments, recording } = await recordMoments(scene));
  });
  afterAll(() => scene.close());

  it('has moments before and after every request and every write, by its own recording', () => {
    const writes = recording.points.filter((point) => point.startsWith('before writing'));
    const requests = recording.points.filter((point) => /^before [A-Z]/.test(point));
    expect(writes.some((point) => point.includes('localhost_'))).toBe(true);
    expect(requests).toHaveLength(recording.requests.length);
    expect(recording.points).toHaveLength(2 * (writes.length + requests.length));
  });

  it('is finished by the same command line, here or on a fresh machine, whenever it was', {
    timeout: 120_000,
  }, async () => {
    const step = moments.length / SAMPLES;
    const offset = Math.floor(Math.random() * step);
    const cases = Array.from({ length: SAMPLES }, (_, index): KillCase | undefined => {
      const moment = moments[Math.floor(offset + index * step)];
      return moment && { moment, place: index % 2 === 0 ? 'same folder' : 'fresh machine' };
    });
    const faults: string[] = [];
    let killed = 0;
    for (const one of cases) {
      if (one === undefined) continue;
      const ended = await killAndFinish(scene, one);
      faults.push(...ended.faults);
      killed += ended.killed ? 1 : 0;
    }
    expect(faults).toEqual([]);
    // The last moment may be over before it comes.
    expect(killed).toBeGreaterThanOrEqual(SAMPLES - 1);
  });
});
