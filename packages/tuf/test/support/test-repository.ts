// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
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

export type Role = 'root' | 'timestamp' | 'snapshot' | 'targets';
export const ROLES: readonly Role[] = ['root', 'timestamp', 'snapshot', 'targets'];

export interface RoleKey {
  readonly key: Key;
  readonly secret: KeyObject;
}

export const FAR = '2049-12-31T23:59:59Z';
export const PAST = '2020-01-01T00:00:00Z';
const SPEC = { specVersion: '1.0.31' };

let serial = 0;

/** A key pair by the name of its owner; names need not be digests (specification §4.2). */
export function newKey(): RoleKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const keyVal = { public: hex };
  serial += 1;
  return {
    key: new Key({ keyID: `key-${serial}`, keyType: 'ed25519', scheme: 'ed25519', keyVal }),
    secret: privateKey,
  };
}

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Signs what a role says, with whatever keys. */
export function signed(content: Root | Timestamp | Snapshot | Targets, keys: readonly RoleKey[]): Buffer {
  const metadata = new Metadata(content);
  for (const { key, secret } of keys)
    metadata.sign(
      (data) => new Signature({ keyID: key.keyID, sig: sign(null, data, secret).toString('hex') }),
    );
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

/** What a publication may have wrong about it. */
export interface Publication {
  readonly version?: number;
  readonly versions?: Partial<Record<Role, number>>;
  /** What the role above says of a version. */
  readonly named?: Partial<Record<'snapshot' | 'targets', number>>;
  readonly expires?: Partial<Record<Role, string>>;
  readonly keys?: Partial<Record<Role, readonly RoleKey[]>>;
  /** Leaves length and hashes of metadata out, as Sigstore's repositories do. */
  readonly bare?: boolean;
  /** Delegated roles that the snapshot names too. */
  readonly delegated?: readonly string[];
  readonly describe?: (file: { path: string; length: number; hashes: Record<string, string> }) => TargetFile;
}

const FILES: Readonly<Record<string, string>> = {
  'trusted_root.json': '{"this":"is the trusted root"}\n',
  'signing_config.v0.2.json': '{"this":"is the signing configuration"}\n',
};

/** A TUF repository under the test's thumb: every file of it can be honest, late, forged or of another day. */
export class TestRepository {
  readonly files = new Map<string, Uint8Array>();
  readonly first: Buffer;
  readonly consistent: boolean;
  keys: Record<Role, RoleKey[]> = {
    root: [newKey(), newKey()],
    timestamp: [newKey()],
    snapshot: [newKey()],
    targets: [newKey()],
  };
  rootVersion = 0;
  version = 0;
  #rootSigners: RoleKey[] = [];

  constructor({ consistent = true, rootExpires = FAR }: { consistent?: boolean; rootExpires?: string } = {}) {
    this.consistent = consistent;
    this.first = this.addRoot({ expires: rootExpires });
  }

  /** Publishes the next root with the keys of now, signed by those before too. */
  addRoot({
    expires = FAR,
    version,
    signers,
  }: {
    expires?: string;
    version?: number;
    signers?: RoleKey[];
  } = {}): Buffer {
    this.rootVersion += 1;
    const root = new Root({
      ...SPEC,
      version: version ?? this.rootVersion,
      expires,
      consistentSnapshot: this.consistent,
    });
    for (const role of ROLES) for (const { key } of this.keys[role]) root.addKey(key, role);
    const role = root.roles['root'];
    if (role !== undefined) Object.assign(role, { threshold: this.keys.root.length });
    const all = new Set([...this.keys.root, ...this.#rootSigners]);
    const bytes = signed(root, signers ?? [...all]);
    this.#rootSigners = this.keys.root;
    this.files.set(`${this.rootVersion}.root.json`, bytes);
    return bytes;
  }

  publish(files: Readonly<Record<string, string>> = FILES, wrong: Publication = {}): void {
    this.version = wrong.version ?? this.version + 1;
    const targets = this.#targets(files, wrong);
    const snapshot = this.#snapshot(targets, wrong);
    this.#timestamp(snapshot, wrong);
  }

  #targets(files: Readonly<Record<string, string>>, wrong: Publication): Uint8Array {
    const targets = new Targets(this.#common('targets', wrong));
    for (const [path, text] of Object.entries(files)) {
      const bytes = Buffer.from(text);
      const file = { path, length: bytes.length, hashes: { sha256: digest(bytes) } };
      targets.addTarget(wrong.describe?.(file) ?? new TargetFile(file));
      this.files.set(this.consistent ? `targets/${digest(bytes)}.${path}` : `targets/${path}`, bytes);
    }
    return this.#put('targets', targets, wrong);
  }

  #snapshot(targets: Uint8Array, wrong: Publication): Uint8Array {
    const meta = { 'targets.json': this.#describe('targets', targets, wrong) };
    for (const name of wrong.delegated ?? [])
      Object.assign(meta, { [`${name}.json`]: new MetaFile({ version: 1 }) });
    return this.#put('snapshot', new Snapshot({ ...this.#common('snapshot', wrong), meta }), wrong);
  }

  #timestamp(snapshot: Uint8Array, wrong: Publication): void {
    const snapshotMeta = this.#describe('snapshot', snapshot, wrong);
    this.#put('timestamp', new Timestamp({ ...this.#common('timestamp', wrong), snapshotMeta }), wrong);
  }

  #describe(
    role: 'snapshot' | 'targets',
    bytes: Uint8Array,
    { named, versions, bare }: Publication,
  ): MetaFile {
    const version = named?.[role] ?? versions?.[role] ?? this.version;
    const details = { length: bytes.length, hashes: { sha256: digest(bytes) } };
    return new MetaFile({ version, ...(bare === true ? {} : details) });
  }

  #common(role: Role, { versions, expires }: Publication) {
    return { ...SPEC, version: versions?.[role] ?? this.version, expires: expires?.[role] ?? FAR };
  }

  #put(role: Role, content: Timestamp | Snapshot | Targets, { keys, named }: Publication): Uint8Array {
    const bytes = signed(content, keys?.[role] ?? this.keys[role]);
    const version = role === 'timestamp' || role === 'root' ? 0 : (named?.[role] ?? content.version);
    this.files.set(
      this.consistent && role !== 'timestamp' ? `${version}.${role}.json` : `${role}.json`,
      bytes,
    );
    return bytes;
  }
}
