// SPDX-License-Identifier: Apache-2.0
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from '../src/concurrency.ts';

/** Work that ends when it is told to, and a record of what is under way. */
function workbench() {
  const ends = new Map<number, (error?: Error) => void>();
  const work = (item: number) =>
    new Promise<number>((resolve, reject) => {
      ends.set(item, (error) => (error === undefined ? resolve(item) : reject(error)));
    });
  return { ends, work };
}

describe('mapInOrder', () => {
  it('gives results in the order of the items, whatever is ready first, and never has more in flight than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (turns, limit) => {
          let [inFlight, most] = [0, 0];
          const results: number[] = [];
          const work = async (index: number) => {
            most = Math.max(most, ++inFlight);
            for (let left = turns[index] ?? 0; left > 0; left -= 1) await turn();
            inFlight -= 1;
            return index;
          };
          for await (const result of mapInOrder([...turns.keys()], limit, work)) results.push(result);
          expect(results).toEqual([...turns.keys()]);
          expect(most).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives the first result while later items have not begun', async () => {
    const { ends, work } = workbench();
    const results = mapInOrder([1, 2, 3, 4], 2, work);
    const first = results.next();
    await turn();
    expect([...ends.keys()]).toEqual([1, 2]);
    ends.get(1)?.();
    expect(await first).toEqual({ done: false, value: 1 });
    expect([...ends.keys()]).toEqual([1, 2]);
    ends.get(2)?.();
    await results.return();
  });

  it('throws a failure in its turn, when all that is in flight has ended', async () => {
    const { ends, work } = workbench();
    const results = mapInOrder([1, 2, 3], 3, work);
    const first = results.next();
    await turn();
    ends.get(2)?.(new Error('second'));
    ends.get(1)?.();
    expect(await first).toEqual({ done: false, value: 1 });
    let settled = false;
    const second = results.next().finally(() => (settled = true));
    second.catch(() => undefined);
    await turn();
    expect(settled).toBe(false);
    ends.get(3)?.();
    await expect(second).rejects.toThrow('second');
  });
});
