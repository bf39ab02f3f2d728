// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodeHex, encodeUtf8, sha256 } from '@colophon/base';
import { canonicalize } from '@tufjs/canonical-json';
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';

/** The files to publish, by name. */
export type TufTargets = Readonly<Record<string, Uint8Array>>;

const ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
type RoleName = (typeof ROLES)[number];

interface RoleKey {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

const SPEC_VERSION = '1.0.31';
// Clients judge by their own clocks, which may be far from the sandbox's.
const EXPIRES = '2049-12-31T23:59:59Z';

/** A TUF repository with consistent snapshots and an Ed25519 key for each of the four roles. */
export class TufRepository {
  /** Root metadata of version 1, from which a client trusts the repository. */
  readonly root: Uint8Array;
  readonly #keys: Readonly<Record<RoleName, RoleKey>>;
  readonly #files = new Map<string, Uint8Array>();
  #version = 0;

  constructor(targets: TufTargets) {
    this.#keys = { root: newKey(), targets: newKey(), snapshot: newKey(), timestamp: newKey() };
    const signed = new Root({
      version: 1,
      specVersion: SPEC_VERSION,
      expires: EXPIRES,
      consistentSnapshot: true,
    });
    for (const role of ROLES) signed.addKey(this.#keys[role].key, role);
    this.root = this.#signed('root', signed);
    this.#files.set('1.root.json', this.root);
    this.publish(targets);
  }

  /** The file at a path below the repository, without a slash before it. */
  file(path: string): Uint8Array | undefined {
    return this.#files.get(path);
  }

  /** Publishes these targets in place of those before. */
  publish(targets: TufTargets): void {
    this.#version += 1;
    const common = { version: this.#version, specVersion: SPEC_VERSION, expires: EXPIRES };
    const listed = new Targets(common);
    for (const [path, content] of Object.entries(targets)) {
      const digest = encodeHex(sha256(content));
      listed.addTarget(new TargetFile({ path, length: content.length, hashes: { sha256: digest } }));
      this.#files.set(`targets/${digest}.${path}`, content);
    }
    const version = { version: this.#version };
    const snapshot = new Snapshot({ ...common, meta: { 'targets.json': new MetaFile(version) } });
    const timestamp = new Timestamp({ ...common, snapshotMeta: new MetaFile(version) });
    this.#files.set(`${this.#version}.targets.json`, this.#signed('targets', listed));
    this.#files.set(`${this.#version}.snapshot.json`, this.#signed('snapshot', snapshot));
    this.#files.set('timestamp.json', this.#signed('timestamp', timestamp));
  }

  #signed(role: RoleName, content: Root | Targets | Snapshot | Timestamp): Uint8Array {
    const { key, privateKey } = this.#keys[role];
    const metadata = new Metadata(content);
    metadata.sign(
      (data) => new Signature({ keyID: key.keyID, sig: encodeHex(sign(undefined, data, privateKey)) }),
    );
    return encodeUtf8(`${JSON.stringify(metadata.toJSON(), undefined, 1)}\n`);
  }
}

function newKey(): RoleKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const fields = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: encodeHex(raw) } };
  const keyID = encodeHex(sha256(encodeUtf8(canonicalize(fields))));
  const key = new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: fields.keyval });
  return { key, privateKey };
}
