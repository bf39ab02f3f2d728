// SPDX-License-Identifier: Apache-2.0
import { encodeCachedRepository, type CachedRepository } from './cache-document.ts';
import { cachePath, writeCacheFile } from './cache-file.ts';
import { readCache, verifyCache, type CacheOptions } from './cached-trust.ts';
import { knownHashes, verifyDescription } from './described-file.ts';
import type { MetadataChain } from './metadata-chain.ts';
import { parseRoleMetadata } from './role-metadata.ts';
import { assertSnapshotRises, assertTimestampRises, type Floor } from './rollback.ts';
import { replayRoots, type RootHistory } from './root-history.ts';
import { TufError } from './tuf-error.ts';
import { TufMirror, type MirrorAccess } from './tuf-mirror.ts';
import {
  assertPinned,
  TARGET_NAMES,
  type Bootstrap,
  type TargetName,
  type TufRepository,
} from './tuf-repository.ts';
import type { TufTrust } from './tuf-trust.ts';

export interface RefreshOptions extends CacheOptions, MirrorAccess {}

/** How large files may be, in bytes. Honest ones have a tenth of it. */
const LIMITS = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000, file: 5_000_000 };
/** With two roots a year, this is half a century. */
const MAX_NEW_ROOTS = 100;

/**
 * Asks the repository for what is newest (TUF specification §5), takes from the cache what has not changed, and writes
 * the cache anew once everything was verified. A cache that does not verify is thrown away, and said so in `notices`.
 * @throws TufError, and HttpError ERR_HTTP_ABORTED
 */
export async function refreshTrust(repository: TufRepository, options: RefreshOptions): Promise<TufTrust> {
  const { now, cacheFolder } = options;
  const { cached, notices } = await soundCache(repository, options);
  const mirror = new TufMirror(repository.url, options);
  const { chain, roots } = await newestRoot(repository, mirror, cached);
  chain.assertCurrent('root', now);
  const metadata = await newestMetadata(chain, { mirror, cached, now });
  const files = await newestFiles(chain, mirror, cached);
  const { url } = repository;
  const text = encodeCachedRepository({ url, refreshed: now, roots, ...metadata, files });
  const unstored = (await isOutrun(chain, repository, options))
    ? undefined
    : await writeCacheFile(cachePath(cacheFolder, url), text).catch(asNotice);
  return {
    url,
    files,
    versions: chain.versions,
    expires: chain.expires,
    refreshed: now,
    fromCache: false,
    notices: unstored === undefined ? notices : [...notices, unstored],
  };
}

async function soundCache(
  repository: TufRepository,
  options: CacheOptions,
): Promise<{ cached?: CachedRepository; rootVersion?: number; notices: TufError[] }> {
  try {
    const cached = await readCache(repository, options);
    const { root: rootVersion } = verifyCache(repository, cached).versions;
    return { cached, rootVersion, notices: [] };
  } catch (error) {
    const notice = asNotice(error);
    if (notice.code === 'ERR_TUF_NO_CACHE') return { notices: [] };
    const text = `the cache of ${repository.url} was thrown away: ${notice.message}`;
    return { notices: [new TufError('ERR_TUF_CACHE', text, { cause: notice })] };
  }
}

// Another process may have stored what is newer meanwhile, and no one may make it forgotten: then a repository could fall back.
async function isOutrun(
  chain: MetadataChain,
  repository: TufRepository,
  options: CacheOptions,
): Promise<boolean> {
  const { cached, rootVersion = 0 } = await soundCache(repository, options);
  const { timestamp } = floorUnder(chain, cached);
  return rootVersion > chain.rootVersion || (timestamp?.version ?? 0) > chain.timestamp.version;
}

function asNotice(error: unknown): TufError {
  if (error instanceof TufError) return error;
  throw error;
}

async function newestRoot(
  { bootstrap, url }: TufRepository,
  mirror: TufMirror,
  cached: CachedRepository | undefined,
): Promise<RootHistory> {
  const { chain, roots } = replayRoots(bootstrap, cached?.roots ?? (await firstRoot(bootstrap, mirror)));
  const fresh: Uint8Array[] = [];
  for (;;) {
    const next = await mirror.find(`${chain.rootVersion + 1}.root.json`, LIMITS.root);
    if (next === undefined) return { chain, roots: [...roots, ...fresh] };
    if (fresh.length >= MAX_NEW_ROOTS)
      throw new TufError('ERR_TUF_ROOT_CHAIN', `${url} has more than ${MAX_NEW_ROOTS} new roots`);
    chain.addRoot(next);
    fresh.push(next);
  }
}

// Of a pinned root only the digest is known before the first use.
async function firstRoot(bootstrap: Bootstrap, mirror: TufMirror): Promise<Uint8Array[]> {
  if (bootstrap.kind === 'root') return [];
  const root = await mirror.fetch(`${bootstrap.version}.root.json`, LIMITS.root);
  assertPinned(bootstrap, root);
  return [root];
}

interface Newest {
  readonly mirror: TufMirror;
  readonly cached: CachedRepository | undefined;
  readonly now: Date;
}

type MetadataFiles = Pick<CachedRepository, 'timestamp' | 'snapshot' | 'targets'>;

async function newestMetadata(chain: MetadataChain, { mirror, cached, now }: Newest): Promise<MetadataFiles> {
  const floor = floorUnder(chain, cached);
  const served = await mirror.fetch('timestamp.json', LIMITS.timestamp);
  chain.setTimestamp(served);
  assertTimestampRises(chain, floor);
  // One version has one content: the copy that was seen first (§5.4.3.1).
  const known = cached !== undefined && chain.timestamp.version === floor.timestamp?.version;
  const timestamp = known ? cached.timestamp : served;
  if (known) chain.setTimestamp(timestamp);
  chain.assertCurrent('timestamp', now);
  const snapshot = await unlessKept(
    cached?.snapshot,
    (bytes) => chain.setSnapshot(bytes),
    () =>
      mirror.fetch(
        versioned(chain, 'snapshot', chain.snapshotFile.version),
        limit('snapshot', chain.snapshotFile),
      ),
  );
  assertSnapshotRises(chain, floor);
  chain.assertCurrent('snapshot', now);
  const targets = await unlessKept(
    cached?.targets,
    (bytes) => chain.setTargets(bytes),
    () =>
      mirror.fetch(
        versioned(chain, 'targets', chain.targetsFile.version),
        limit('targets', chain.targetsFile),
      ),
  );
  chain.assertCurrent('targets', now);
  return { timestamp, snapshot, targets };
}

// Metadata that the keys of the newest root do not vouch for binds nobody: that is how a repository recovers after one
// of its keys was stolen and set versions absurdly high (§5.3.11).
function floorUnder(chain: MetadataChain, cached: CachedRepository | undefined): Floor {
  if (cached === undefined) return {};
  const timestamp = parseRoleMetadata('timestamp', cached.timestamp);
  const snapshot = parseRoleMetadata('snapshot', cached.snapshot);
  if (!chain.isSigned(timestamp)) return {};
  return { timestamp, ...(chain.isSigned(snapshot) ? { snapshot } : {}) };
}

/** Takes the kept bytes if they are still the right ones, else fetches others, which must be. */
async function unlessKept(
  kept: Uint8Array | undefined,
  accept: (bytes: Uint8Array) => void,
  fetch: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (kept !== undefined) {
    try {
      accept(kept);
      return kept;
    } catch (error) {
      asNotice(error);
    }
  }
  const served = await fetch();
  accept(served);
  return served;
}

function versioned({ consistentSnapshot }: MetadataChain, role: string, version: number): string {
  return consistentSnapshot ? `${version}.${role}.json` : `${role}.json`;
}

function limit(role: keyof typeof LIMITS, { length }: { readonly length?: number | undefined }): number {
  if (length !== undefined && length > LIMITS[role])
    throw new TufError('ERR_TUF_TOO_LARGE', `a ${role} of ${length} bytes is listed, beyond ${LIMITS[role]}`);
  return length ?? LIMITS[role];
}

async function newestFiles(
  chain: MetadataChain,
  mirror: TufMirror,
  cached: CachedRepository | undefined,
): Promise<Map<TargetName, Uint8Array>> {
  const files = new Map<TargetName, Uint8Array>();
  for (const name of TARGET_NAMES) {
    const description = chain.target(name);
    if (description === undefined) continue;
    const [[, hash]] = knownHashes(name, description);
    const path = `targets/${chain.consistentSnapshot ? `${hash}.` : ''}${name}`;
    const bytes = await unlessKept(
      cached?.files.get(name),
      (candidate) => verifyDescription(name, candidate, description),
      () => mirror.fetch(path, limit('file', description)),
    );
    files.set(name, bytes);
  }
  if (files.has('trusted_root.json')) return files;
  throw new TufError('ERR_TUF_TARGET', `the repository does not list trusted_root.json`);
}
