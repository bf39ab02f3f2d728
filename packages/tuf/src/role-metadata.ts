// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { JsonObject } from '@colophon/base';
import type * as models from '@tufjs/models';
import type { Metadata, MetadataKind, Root, Snapshot, Targets, Timestamp } from '@tufjs/models';
import { parseRoleHeader } from './role-header.ts';
import { TufError } from './tuf-error.ts';

/** The metadata of each top-level role (TUF specification §4). */
export interface RoleContents {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}

export type RoleName = keyof RoleContents;

/** A role's metadata as it was read: signed by whoever it says, which nobody has checked yet. */
export interface RoleMetadata<Name extends RoleName = RoleName> {
  readonly role: Name;
  readonly version: number;
  readonly expires: Date;
  readonly metadata: Metadata<RoleContents[Name]>;
}

/**
 * Reads one metadata file strictly: no key twice, a version that counts, a time that is one.
 * @throws TufError ERR_TUF_METADATA
 */
export function parseRoleMetadata<Name extends RoleName>(role: Name, bytes: Uint8Array): RoleMetadata<Name> {
  const { document, version, expires } = parseRoleHeader(role, bytes);
  try {
    return { role, version, expires, metadata: readModel(role, document) };
  } catch (cause) {
    throw new TufError('ERR_TUF_METADATA', `this is no ${role} metadata`, { cause });
  }
}

let loaded: typeof models | undefined;

// Loaded with the first metadata: it brings a glob library along, and a verification without a cache needs none of it.
function loadModels(): typeof models {
  loaded ??= createRequire(import.meta.url)('@tufjs/models') as typeof models;
  return loaded;
}

// The models answer a document of another shape with whatever error comes up in them. Their overloads want a literal
// kind; the role's own is the one that comes back.
function readModel<Name extends RoleName>(role: Name, document: JsonObject): RoleMetadata<Name>['metadata'] {
  const { Metadata } = loadModels();
  const model: unknown = Metadata.fromJSON(role as MetadataKind.Root, document);
  return model as RoleMetadata<Name>['metadata'];
}

/**
 * Checks that enough keys signed which `root` lists for the role: its threshold.
 * @throws TufError ERR_TUF_SIGNATURE
 */
export function verifySignatures(root: RoleMetadata<'root'>, delegate: RoleMetadata): void {
  const { role, version } = delegate;
  try {
    root.metadata.verifyDelegate(role, delegate.metadata);
  } catch (cause) {
    throw new TufError(
      'ERR_TUF_SIGNATURE',
      `${role} version ${version} is not signed by enough keys of root version ${root.version}`,
      { cause },
    );
  }
}
