// SPDX-License-Identifier: Apache-2.0

/** Maps with at most `limit` items in flight; results keep the order. The first failure rejects, once no item runs any more. */
export async function mapLimited<T, U>(
  items: readonly T[],
  limit: number,
  map: (item: T, index: number) => Promise<U>,
): Promise<U[]> {
  const results: U[] = Array.from({ length: items.length });
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const index = next++;
      const item = items[index] as T;
      try {
        results[index] = await map(item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failure !== undefined) throw failure.error;
  return results;
}

/**
 * The same, giving each result as soon as it and all before it are there, so that no more are kept than are in flight. Whoever
 * stops early, or meets a failure, waits for what is in flight.
 */
export async function* mapInOrder<T, U>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<U>,
): AsyncGenerator<U, void, undefined> {
  const inFlight: Promise<U>[] = [];
  try {
    for (const item of items) {
      const result = map(item);
      // It is met when its turn comes; until then it is not unhandled.
      result.catch(() => undefined);
      inFlight.push(result);
      if (inFlight.length >= limit) yield await (inFlight.shift() as Promise<U>);
    }
    while (inFlight.length > 0) yield await (inFlight.shift() as Promise<U>);
  } finally {
    await Promise.allSettled(inFlight);
  }
}

/** Works on what comes, with at most `limit` under way. Gives the results in the order in which they are ready. `work` must not reject. */
export async function collectLimited<T, U>(
  source: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  const underWay = new Set<Promise<unknown>>();
  for await (const item of source) {
    const one: Promise<unknown> = work(item)
      .then((result) => results.push(result))
      .finally(() => underWay.delete(one));
    underWay.add(one);
    if (underWay.size >= limit) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return results;
}
