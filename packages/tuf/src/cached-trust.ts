// SPDX-License-Identifier: Apache-2.0
import { parseCachedRepository, type CachedRepository } from './cache-document.ts';
import { cachePath, readCacheFile } from './cache-file.ts';
import { verifyDescription } from './described-file.ts';
import type { MetadataChain } from './metadata-chain.ts';
import { replayRoots } from './root-history.ts';
import { TufError } from './tuf-error.ts';
import { TARGET_NAMES, type TargetName, type TufRepository } from './tuf-repository.ts';
import { assertTrustAge, type TufTrust } from './tuf-trust.ts';

export interface CacheOptions {
  /** The folder of all caches. */
  readonly cacheFolder: string;
  readonly now: Date;
}

/** Clocks differ a little between machines that share a cache. */
const CLOCK_SKEW_MS = 600_000;

/**
 * Reads trust from the cache, and opens no socket: this module knows of no network. Every signature, version and
 * digest is verified again, from the root that is trusted without the cache; what has expired is not refused but told
 * (`expires`), since without a network nothing better can be had.
 * @throws TufError ERR_TUF_NO_CACHE; any other when the cache does not verify; ERR_TUF_AGE beyond `maxAgeDays`
 */
export async function readCachedTrust(
  repository: TufRepository,
  options: CacheOptions & { readonly maxAgeDays?: number },
): Promise<TufTrust> {
  const { maxAgeDays, now } = options;
  const { refreshed, ...trust } = verifyCache(repository, await readCache(repository, options));
  if (refreshed.getTime() > now.getTime() + CLOCK_SKEW_MS)
    throw new TufError(
      'ERR_TUF_CACHE',
      `the cache of ${repository.url} comes from the future (${refreshed.toISOString()})`,
    );
  const asOf = new Date(Math.min(refreshed.getTime(), now.getTime()));
  if (maxAgeDays !== undefined)
    assertTrustAge(asOf, { now, maxAgeDays, source: `the cache of ${repository.url}` });
  return { ...trust, refreshed: asOf };
}

/** The cache as it lies there, not judged. @throws TufError ERR_TUF_NO_CACHE, ERR_TUF_CACHE */
export async function readCache(
  { url }: TufRepository,
  { cacheFolder }: CacheOptions,
): Promise<CachedRepository> {
  const cached = parseCachedRepository(await readCacheFile(cachePath(cacheFolder, url)));
  if (cached.url !== url)
    throw new TufError('ERR_TUF_CACHE', `the cache of ${url} is that of another repository`);
  return cached;
}

/** Judges a cache. @throws TufError */
export function verifyCache({ url, bootstrap }: TufRepository, cached: CachedRepository): TufTrust {
  const { chain } = replayRoots(bootstrap, cached.roots);
  chain.setTimestamp(cached.timestamp);
  chain.setSnapshot(cached.snapshot);
  chain.setTargets(cached.targets);
  return {
    url,
    files: verifiedFiles(chain, cached.files),
    versions: chain.versions,
    expires: chain.expires,
    refreshed: new Date(Math.min(cached.refreshed.getTime(), chain.expires.getTime())),
    fromCache: true,
    notices: [],
  };
}

function verifiedFiles(
  chain: MetadataChain,
  files: ReadonlyMap<string, Uint8Array>,
): Map<TargetName, Uint8Array> {
  const verified = new Map<TargetName, Uint8Array>();
  for (const name of TARGET_NAMES) {
    const description = chain.target(name);
    if (description === undefined) continue;
    const bytes = files.get(name);
    if (bytes === undefined) throw new TufError('ERR_TUF_CACHE', `the cache lacks ${name}`);
    verifyDescription(name, bytes, description);
    verified.set(name, bytes);
  }
  if (!verified.has('trusted_root.json'))
    throw new TufError('ERR_TUF_TARGET', 'the targets metadata does not list trusted_root.json');
  return verified;
}
