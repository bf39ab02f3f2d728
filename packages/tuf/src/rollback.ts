// SPDX-License-Identifier: Apache-2.0
import type { MetadataChain } from './metadata-chain.ts';
import type { RoleMetadata } from './role-metadata.ts';
import { TufError } from './tuf-error.ts';

/** The newest metadata that was seen before: below it a repository may not fall. */
export interface Floor {
  readonly timestamp?: RoleMetadata<'timestamp'>;
  readonly snapshot?: RoleMetadata<'snapshot'>;
}

/** Refuses a timestamp, or a snapshot named by it, older than before (§5.4.3). @throws TufError ERR_TUF_ROLLBACK */
export function assertTimestampRises(
  { timestamp: chain }: MetadataChain,
  { timestamp: before }: Floor,
): void {
  if (before === undefined) return;
  if (chain.version < before.version) throw rolledBack('timestamp', chain.version, before.version);
  const [named, known] = [chain, before].map((one) => one.metadata.signed.snapshotMeta.version);
  if (named !== undefined && known !== undefined && named < known)
    throw rolledBack('the snapshot named by the timestamp', named, known);
}

/** Refuses a snapshot that drops a file or names an older version of one (§5.5.5). @throws TufError ERR_TUF_ROLLBACK */
export function assertSnapshotRises({ snapshot: chain }: MetadataChain, { snapshot: before }: Floor): void {
  if (before === undefined) return;
  const { meta } = chain.metadata.signed;
  for (const [name, { version: known }] of Object.entries(before.metadata.signed.meta)) {
    const version = Object.hasOwn(meta, name) ? meta[name]?.version : undefined;
    if (version === undefined)
      throw new TufError('ERR_TUF_ROLLBACK', `the snapshot metadata does not name ${name} any more`);
    if (version < known) throw rolledBack(`${name} named by the snapshot`, version, known);
  }
}

function rolledBack(what: string, version: number, known: number): TufError {
  return new TufError(
    'ERR_TUF_ROLLBACK',
    `${what} is version ${version}, and version ${known} was seen before`,
  );
}
