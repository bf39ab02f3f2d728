// SPDX-License-Identifier: Apache-2.0
import { EncodingError, parseJson, readObject, readTimestamp, type JsonObject } from '@colophon/base';
import {
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
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
  try {
    const document = readObject(parseJson(bytes), '$', { required: ['signed', 'signatures'], open: true });
    const signed = readObject(document.signed, '$.signed', { required: ['version', 'expires'], open: true });
    const { version } = signed;
    if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
      throw new TufError('ERR_TUF_METADATA', '$.signed.version: expected a whole number from 1');
    const expires = readTimestamp(signed.expires, '$.signed.expires');
    return { role, version, expires, metadata: readModel(role, document) };
  } catch (cause) {
    if (!(cause instanceof TufError || cause instanceof EncodingError)) throw malformed(role, cause);
    throw new TufError('ERR_TUF_METADATA', `the ${role} metadata is malformed: ${cause.message}`, { cause });
  }
}

// The models answer a document of another shape with whatever error comes up in them. Their overloads want a literal
// kind; the role's own is the one that comes back.
function readModel<Name extends RoleName>(role: Name, document: JsonObject): RoleMetadata<Name>['metadata'] {
  const model: unknown = Metadata.fromJSON(KINDS[role] as MetadataKind.Root, document);
  return model as RoleMetadata<Name>['metadata'];
}

const KINDS: Readonly<Record<RoleName, MetadataKind>> = {
  root: MetadataKind.Root,
  timestamp: MetadataKind.Timestamp,
  snapshot: MetadataKind.Snapshot,
  targets: MetadataKind.Targets,
};

function malformed(role: RoleName, cause: unknown): TufError {
  return new TufError('ERR_TUF_METADATA', `this is no ${role} metadata`, { cause });
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
