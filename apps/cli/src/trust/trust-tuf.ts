// SPDX-License-Identifier: Apache-2.0
import {
  currentTrust,
  embeddedTrust,
  PUBLIC_GOOD,
  readCachedTrust,
  TufError,
  type TufRepository,
  type TufTrust,
} from '@colophon/tuf';
import type { Context } from '../command.ts';
import { cacheFolder } from './trust-folders.ts';
import { datedOrigin, type TrustOrigin } from './trust-origin.ts';
import { chosenRepository } from './trust-repository.ts';

/** The documents of an instance, as they are. */
export interface TrustMaterial {
  readonly trustedRoot: Uint8Array;
  readonly signingConfig: Uint8Array | undefined;
  readonly origin: TrustOrigin;
}

/**
 * The trust of the chosen repository: with a network what is current, without one what lies in the cache, or, of the
 * public-good instance, what came with this program.
 * @throws TufError, CliError ERR_UNKNOWN_INSTANCE
 */
export async function repositoryTrust(context: Context): Promise<TrustMaterial> {
  const repository = await chosenRepository(context);
  const { host, options } = context;
  const place = { cacheFolder: cacheFolder(context), now: host.now() };
  if (options.offline)
    return repository.url === PUBLIC_GOOD.url
      ? newestWithoutNetwork(place.now, await cachedOrNothing(context, repository))
      : materialOf(await readCachedTrust(repository, place), place.now);
  const { maxTrustAgeDays: maxAgeDays } = options;
  const { withClient } = await import('../client.ts');
  const trust = await withClient(context, (http) =>
    currentTrust(repository, { ...place, http, signal: host.signal, maxAgeDays }),
  );
  tellNotices(context, trust);
  return materialOf(trust, place.now);
}

/** Says what went wrong and was made up for. */
export function tellNotices({ talk }: Context, { notices, fromCache }: TufTrust): void {
  for (const { message } of notices) talk.warn(fromCache ? `${message}; the cache serves instead` : message);
}

export function materialOf({ url, files, versions, refreshed, expires }: TufTrust, now: Date): TrustMaterial {
  const trustedRoot = files.get('trusted_root.json');
  if (trustedRoot === undefined) throw new TypeError('the trusted root is always there');
  const origin = datedOrigin(
    { kind: 'tuf', location: url, versions },
    { now, asOf: refreshed, validUntil: expires },
  );
  return { trustedRoot, signingConfig: files.get('signing_config.v0.2.json'), origin };
}

// A cache that was tampered with is no reason to be without trust where another is at hand; but it is said.
async function cachedOrNothing(context: Context, repository: TufRepository): Promise<TufTrust | undefined> {
  try {
    return await readCachedTrust(repository, { cacheFolder: cacheFolder(context), now: context.host.now() });
  } catch (error) {
    if (!(error instanceof TufError)) throw error;
    if (error.code !== 'ERR_TUF_NO_CACHE') context.talk.warn(`the cache is not used: ${error.message}`);
    return undefined;
  }
}

/** The cache of the public-good instance, or what came with this program where that is newer. */
export function newestWithoutNetwork(now: Date, cached: TufTrust | undefined): TrustMaterial {
  const { url, trustedRoot, notBefore } = embeddedTrust();
  // A program that was updated since may carry newer trust than a cache that was not.
  if (cached !== undefined && (notBefore === undefined || cached.refreshed >= notBefore))
    return materialOf(cached, now);
  const dated = notBefore === undefined ? { now } : { now, asOf: notBefore };
  return {
    trustedRoot,
    signingConfig: undefined,
    origin: datedOrigin({ kind: 'embedded', location: url }, dated),
  };
}
