// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { equalBytes } from '@colophon/base';
import {
  preAuthEncoding,
  type HashAlgorithm,
  type MessageContent,
  type SigstoreBundle,
} from '@colophon/attestation';
import type { HashName, SignatureCheck } from '@colophon/pki';
import { digestOf, type Artifact } from './artifact.ts';
import { isDigestSignedBy } from './digest-signature.ts';
import { schemeOf, type SigningKey } from './signing-key.ts';
import { failure } from './verification-error.ts';

const HASHES: Readonly<Record<HashAlgorithm, { readonly name: string; readonly known?: HashName }>> = {
  SHA2_256: { name: 'sha256', known: 'sha256' },
  SHA2_384: { name: 'sha384', known: 'sha384' },
  SHA2_512: { name: 'sha512', known: 'sha512' },
  SHA3_256: { name: 'sha3-256' },
  SHA3_384: { name: 'sha3-384' },
};

/**
 * Verifies the signature of a bundle: over the envelope's type and payload (DSSE), or over the artifact, by its bytes
 * where they are given and else by its digest.
 * @throws VerificationError ERR_SIGNATURE, ERR_EVIDENCE when more of the artifact is needed than is known
 */
export function verifyContentSignature(
  { content }: SigstoreBundle,
  key: SigningKey,
  artifact: Artifact,
  check: SignatureCheck,
): void {
  const { signature } = content;
  const data =
    content.kind === 'dsse' ? preAuthEncoding(content.payloadType, content.payload) : artifact.bytes;
  if (data === undefined) return verifyDigestSignature(key, artifact, signature);
  const { algorithms } = schemeOf(key);
  if (!algorithms.some((algorithm) => check(key.publicKey, algorithm, data, signature)))
    throw failure('ERR_SIGNATURE', 'the signature is wrong');
}

function verifyDigestSignature(key: SigningKey, artifact: Artifact, signature: Uint8Array): void {
  const lacking: string[] = [];
  for (const { hash } of schemeOf(key).algorithms) {
    const digest = hash && digestOf(artifact, hash);
    if (hash === undefined || digest === undefined) lacking.push(hash ?? 'content');
    else if (isDigestSignedBy(key, hash, digest, signature)) return;
  }
  if (lacking.length === 0) throw failure('ERR_SIGNATURE', 'the signature is wrong');
  throw failure(
    'ERR_EVIDENCE',
    `to judge this message signature the ${lacking.join(' and ')} of the file is needed`,
  );
}

/**
 * Refuses a message signature that names the digest of another file. It is a hint, and no signature is over it; but
 * other readers go by it.
 * @throws VerificationError ERR_SUBJECT_DIGEST, ERR_EVIDENCE when that digest of the artifact is not known
 */
export function assertMessageDigest({ digest }: MessageContent, artifact: Artifact): void {
  if (digest === undefined) return;
  const found = artifactDigest(digest.algorithm, artifact);
  if (found === undefined)
    throw failure('ERR_EVIDENCE', `it names a digest by ${digest.algorithm}, which is not known of the file`);
  if (!equalBytes(digest.value, found))
    throw failure('ERR_SUBJECT_DIGEST', 'it names the digest of another file');
}

function artifactDigest(algorithm: HashAlgorithm, artifact: Artifact): Uint8Array | undefined {
  const { name, known } = HASHES[algorithm];
  if (known !== undefined) return digestOf(artifact, known);
  return artifact.bytes && new Uint8Array(createHash(name).update(artifact.bytes).digest());
}
