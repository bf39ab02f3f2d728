// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HttpClient } from '@colophon/http';
import { parseSigningConfig, parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import { currentTrust, readCachedTrust, STAGING, type TargetName, type TufTrust } from '@colophon/tuf';
import type { Instance } from './instance.ts';

/** Staging as its TUF repository has it now. */
export async function currentStaging(http: HttpClient): Promise<Instance> {
  const trust = await currentTrust(STAGING, { ...cache(), http });
  return {
    trustedRoot: parseTrustedRoot(target(trust, 'trusted_root.json')),
    signingConfig: parseSigningConfig(target(trust, 'signing_config.v0.2.json')),
  };
}

/** Staging's root as it was when it was last signed with. */
export async function cachedStagingRoot(): Promise<TrustedRoot> {
  return parseTrustedRoot(target(await readCachedTrust(STAGING, cache()), 'trusted_root.json'));
}

function target({ files, url }: TufTrust, name: TargetName): Uint8Array {
  const file = files.get(name);
  if (file === undefined) throw new Error(`${url} has no ${name}`);
  return file;
}

function cache(): { cacheFolder: string; now: Date } {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return { cacheFolder: join(base, 'colophon-conformance'), now: new Date() };
}
