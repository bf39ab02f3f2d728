// SPDX-License-Identifier: Apache-2.0
import { readCachedTrust, type CacheOptions } from './cached-trust.ts';
import { refreshTrust, type RefreshOptions } from './refresh.ts';
import { TufError } from './tuf-error.ts';
import type { TufRepository } from './tuf-repository.ts';
import { DAY_MS, type TufTrust } from './tuf-trust.ts';

export interface CurrentOptions extends RefreshOptions {
  /** How old the cache may be without asking, in days; never more than one. */
  readonly maxAgeDays?: number | undefined;
}

/**
 * Trust as a run with a network starts from: the cache when it is of the last day and nothing in it has expired, else
 * what the repository has now. When that cannot be reached, a cache that has not expired serves, with a notice; a
 * repository that is reached and lies is refused whatever lies in the cache.
 * @throws TufError ERR_TUF_UNAVAILABLE or ERR_TUF_MISSING without such a cache; any other of `refreshTrust`
 */
export async function currentTrust(repository: TufRepository, options: CurrentOptions): Promise<TufTrust> {
  const { now, maxAgeDays = 1 } = options;
  const cached = await soundTrust(repository, options);
  const alive = cached !== undefined && cached.expires > now;
  const maxAgeMs = Math.min(maxAgeDays, 1) * DAY_MS;
  if (alive && now.getTime() - cached.refreshed.getTime() < maxAgeMs) return cached;
  try {
    return await refreshTrust(repository, options);
  } catch (error) {
    if (!(error instanceof TufError) || !OUT_OF_REACH.has(error.code)) throw error;
    if (alive) return { ...cached, notices: [error] };
    if (cached === undefined) throw error;
    const expired = cached.expires.toISOString().slice(0, 10);
    throw new TufError(error.code, `${error.message}, and the cache has expired on ${expired}`, {
      cause: error,
    });
  }
}

const OUT_OF_REACH: ReadonlySet<string> = new Set(['ERR_TUF_UNAVAILABLE', 'ERR_TUF_MISSING']);

// What is wrong with a cache is told by the refresh, which throws it away.
async function soundTrust(
  repository: TufRepository,
  { cacheFolder, now }: CacheOptions,
): Promise<TufTrust | undefined> {
  try {
    return await readCachedTrust(repository, { cacheFolder, now });
  } catch (error) {
    if (error instanceof TufError) return undefined;
    throw error;
  }
}
