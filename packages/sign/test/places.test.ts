// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Places } from '../src/places.ts';

describe('Places', () => {
  it('lets in as many as there are, and the others in the order of their coming', async () => {
    const places = new Places(2);
    const seen: number[] = [];
    const all = [1, 2, 3, 4].map(async (guest) => {
      await places.take();
      seen.push(guest);
    });
    await Promise.resolve();
    expect(seen).toEqual([1, 2]);
    places.give();
    await all[2];
    expect(seen).toEqual([1, 2, 3]);
    places.give();
    await Promise.all(all);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('keeps a place that nobody waits for', async () => {
    const places = new Places(0);
    places.give();
    await expect(places.take()).resolves.toBeUndefined();
  });

  it('lets everybody in once it is open', async () => {
    const places = new Places(0);
    const waiting = places.take();
    places.open();
    const all = await Promise.all([waiting, places.take(), places.take()]);
    expect(all).toHaveLength(3);
  });
});
