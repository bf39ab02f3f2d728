// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { equalBytes, sha256 } from '@colophon/base';
import type { HashName } from '@colophon/pki';

/** What is verified: a file by its digests. The caller hashes it. */
export interface Artifact {
  /** The file's name without folders. PEP 740 evidence is about a name, so it cannot be judged without one. */
  readonly filename?: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** 48 bytes; only for evidence of which `digestsFor` says so. */
  readonly sha384?: Uint8Array;
  /** 64 bytes; as above. */
  readonly sha512?: Uint8Array;
  /** The whole file. Message signatures are checked faster with it; Ed25519's can only be checked with it. */
  readonly bytes?: Uint8Array;
}

const DIGEST_BYTES: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** Holds an artifact to its type at run time. @throws TypeError */
export function assertArtifact(artifact: Artifact): void {
  const { bytes } = artifact;
  for (const [hash, length] of Object.entries(DIGEST_BYTES)) {
    const digest = artifact[hash as HashName];
    if (digest?.length !== length && (digest !== undefined || hash === 'sha256'))
      throw new TypeError(`the ${hash} digest of an artifact has ${length} bytes`);
  }
  if (bytes !== undefined && !equalBytes(sha256(bytes), artifact.sha256))
    throw new TypeError('the bytes of an artifact have another digest than it says');
}

/** A digest of the artifact; undefined where it is neither given nor can be computed. */
export function digestOf(artifact: Artifact, hash: HashName): Uint8Array | undefined {
  return (
    artifact[hash] ?? (artifact.bytes && new Uint8Array(createHash(hash).update(artifact.bytes).digest()))
  );
}
