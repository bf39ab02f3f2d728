// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { MetadataChain } from './metadata-chain.ts';
import { parseRoleMetadata } from './role-metadata.ts';
import type { Bootstrap } from './tuf-repository.ts';
import { TufError } from './tuf-error.ts';

/** A chain that stands at the newest root known, and the roots that lead there. */
export interface RootHistory {
  readonly chain: MetadataChain;
  /** To be kept: the pinned root, if there is one, and every root after the first, in their order. */
  readonly roots: readonly Uint8Array[];
}

/**
 * Walks from the root that is trusted through roots that were kept. Roots from before it are passed over: the program
 * may have been updated since.
 * @throws TufError when they do not lead on from it
 */
export function replayRoots(bootstrap: Bootstrap, kept: readonly Uint8Array[]): RootHistory {
  const first = bootstrap.kind === 'root' ? bootstrap.bytes : pinnedAmong(bootstrap, kept);
  const chain = new MetadataChain(first);
  const roots = bootstrap.kind === 'root' ? [] : [first];
  for (const bytes of kept) {
    if (parseRoleMetadata('root', bytes).version <= chain.rootVersion) continue;
    chain.addRoot(bytes);
    roots.push(bytes);
  }
  return { chain, roots };
}

function pinnedAmong(pin: Bootstrap & { kind: 'pinned' }, kept: readonly Uint8Array[]): Uint8Array {
  const found = kept.find((bytes) => encodeHex(sha256(bytes)) === pin.sha256);
  if (found !== undefined) return found;
  throw new TufError('ERR_TUF_CACHE', `root version ${pin.version}, where trust begins, is not in the cache`);
}
