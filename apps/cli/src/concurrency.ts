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
