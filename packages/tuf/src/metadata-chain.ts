// SPDX-License-Identifier: Apache-2.0
import type { TargetFile } from '@tufjs/models';
import { verifyDescription, type FileDescription } from './described-file.ts';
import { parseRoleMetadata, verifySignatures, type RoleMetadata, type RoleName } from './role-metadata.ts';
import { TufError } from './tuf-error.ts';

/**
 * The metadata of one repository, each file held to the one above it: root, timestamp, snapshot, targets
 * (TUF specification §5.3 to §5.6, without what depends on the clock or on what was seen before). What is not verified
 * does not get in. Delegated roles are not followed.
 */
export class MetadataChain {
  #root: RoleMetadata<'root'>;
  #timestamp: RoleMetadata<'timestamp'> | undefined;
  #snapshot: RoleMetadata<'snapshot'> | undefined;
  #targets: RoleMetadata<'targets'> | undefined;

  /** Starts from the root that is trusted; its own keys must have signed it. @throws TufError */
  constructor(bootstrap: Uint8Array) {
    this.#root = parseRoleMetadata('root', bootstrap);
    verifySignatures(this.#root, this.#root);
  }

  get rootVersion(): number {
    return this.#root.version;
  }

  /** Whether versions and digests are part of file names on the repository. */
  get consistentSnapshot(): boolean {
    return this.#root.metadata.signed.consistentSnapshot;
  }

  get timestamp(): RoleMetadata<'timestamp'> {
    return inPlace(this.#timestamp);
  }

  get snapshot(): RoleMetadata<'snapshot'> {
    return inPlace(this.#snapshot);
  }

  /** What the timestamp says of the snapshot. */
  get snapshotFile(): FileDescription & { readonly version: number } {
    return this.timestamp.metadata.signed.snapshotMeta;
  }

  /** What the snapshot says of the targets. @throws TufError ERR_TUF_METADATA */
  get targetsFile(): FileDescription & { readonly version: number } {
    const { meta } = this.snapshot.metadata.signed;
    const file = Object.hasOwn(meta, 'targets.json') ? meta['targets.json'] : undefined;
    if (file === undefined)
      throw new TufError('ERR_TUF_METADATA', 'the snapshot metadata does not name targets.json');
    return file;
  }

  /** The versions of all four. */
  get versions(): Readonly<Record<RoleName, number>> {
    const [root, timestamp, snapshot, targets] = this.#all();
    return {
      root: root.version,
      timestamp: timestamp.version,
      snapshot: snapshot.version,
      targets: targets.version,
    };
  }

  /** When the first of the four expires. */
  get expires(): Date {
    return new Date(Math.min(...this.#all().map(({ expires }) => expires.getTime())));
  }

  /** Takes the next root: signed by the keys of the present one and by its own (§5.3.4, §5.3.5). @throws TufError */
  addRoot(bytes: Uint8Array): void {
    const next = parseRoleMetadata('root', bytes);
    verifySignatures(this.#root, next);
    if (next.version !== this.#root.version + 1)
      throw new TufError(
        'ERR_TUF_ROLLBACK',
        `root version ${next.version} came where ${this.#root.version + 1} has its turn`,
      );
    verifySignatures(next, next);
    this.#root = next;
  }

  /** §5.4.2. @throws TufError */
  setTimestamp(bytes: Uint8Array): void {
    const timestamp = parseRoleMetadata('timestamp', bytes);
    verifySignatures(this.#root, timestamp);
    this.#timestamp = timestamp;
  }

  /** §5.5.2 to §5.5.4. @throws TufError */
  setSnapshot(bytes: Uint8Array): void {
    verifyDescription('snapshot.json', bytes, this.snapshotFile);
    const snapshot = parseRoleMetadata('snapshot', bytes);
    verifySignatures(this.#root, snapshot);
    assertVersion(snapshot, this.snapshotFile.version, 'timestamp');
    this.#snapshot = snapshot;
  }

  /** §5.6.2 to §5.6.4. @throws TufError */
  setTargets(bytes: Uint8Array): void {
    verifyDescription('targets.json', bytes, this.targetsFile);
    const targets = parseRoleMetadata('targets', bytes);
    verifySignatures(this.#root, targets);
    assertVersion(targets, this.targetsFile.version, 'snapshot');
    this.#targets = targets;
  }

  /** What the top-level targets role says of a file, if it lists it. */
  target(name: string): TargetFile | undefined {
    const { targets } = inPlace(this.#targets).metadata.signed;
    return Object.hasOwn(targets, name) ? targets[name] : undefined;
  }

  /** Whether enough keys of the present root signed metadata that came from elsewhere. */
  isSigned(metadata: RoleMetadata): boolean {
    try {
      verifySignatures(this.#root, metadata);
      return true;
    } catch {
      return false;
    }
  }

  /** Refuses metadata past its expiry: a freeze (§5.3.10, §5.4.4, §5.5.6, §5.6.5). @throws TufError ERR_TUF_EXPIRED */
  assertCurrent(role: RoleName, now: Date): void {
    const one = inPlace(
      { root: this.#root, timestamp: this.#timestamp, snapshot: this.#snapshot, targets: this.#targets }[
        role
      ],
    );
    if (one.expires > now) return;
    const expired = one.expires.toISOString();
    throw new TufError('ERR_TUF_EXPIRED', `${role} version ${one.version} has expired at ${expired}`);
  }

  #all(): [RoleMetadata, RoleMetadata, RoleMetadata, RoleMetadata] {
    return [this.#root, this.timestamp, this.snapshot, inPlace(this.#targets)];
  }
}

function inPlace<T>(metadata: T | undefined): T {
  if (metadata === undefined) throw new TypeError('metadata is verified from the root downwards');
  return metadata;
}

// Hashes are optional here: the version is what always ties a file to the one above it.
function assertVersion({ role, version }: RoleMetadata, described: number, above: RoleName): void {
  if (version === described) return;
  throw new TufError(
    'ERR_TUF_MIXED',
    `${role} has version ${version}, and the ${above} metadata names version ${described}`,
  );
}
