// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { encodeHex, equalBytes, sha256 } from '@colophon/base';
import { preAuthEncoding, type SigstoreBundle, type TransparencyLogEntry } from '@colophon/attestation';
import { isSupportedKind, parseLogEntryBody, type LogEntryBody } from './log-entry-body.ts';
import type { Artifact } from './evidence.ts';
import { atStage, failure, type VerificationError } from './verification-error.ts';

/**
 * Checks what the log entries of a bundle say: there is at least one, none stands twice, each is of a kind that is
 * judged, and each is about this signature, by this signer, over this content. Whether a log ever said so is
 * judged elsewhere.
 * @throws VerificationError ERR_LOG_ENTRY, ERR_LOG_ENTRY_MISMATCH
 */
export function assertLogEntries(bundle: SigstoreBundle, artifact: Artifact): void {
  const { transparencyEntries: entries } = bundle;
  if (entries.length === 0) throw failure('ERR_LOG_ENTRY', 'the signature is in no transparency log');
  const seen = new Set<string>();
  for (const entry of entries) {
    const identity = encodeHex(sha256(entry.logId, entry.canonicalizedBody));
    if (seen.has(identity)) throw failure('ERR_LOG_ENTRY', 'a log entry stands twice');
    seen.add(identity);
    assertIndex(entry);
    assertSameContent(readBody(entry), bundle, artifact);
  }
}

// Above 2^53 a number has neighbours that JavaScript takes for equal, and the signed promise is over a number.
function assertIndex({ logIndex, inclusionProof, inclusionPromise }: TransparencyLogEntry): void {
  if (logIndex > BigInt(Number.MAX_SAFE_INTEGER))
    throw failure('ERR_LOG_ENTRY', 'the index of a log entry is out of range');
  // The promise of a Rekor v1 log signs the index over all of its shards. Without one the proof's is the only index.
  if (inclusionPromise === undefined && inclusionProof !== undefined && inclusionProof.logIndex !== logIndex)
    throw failure('ERR_LOG_ENTRY', 'a log entry and its inclusion proof name different indices');
}

function readBody({ kindVersion: { kind, version }, canonicalizedBody }: TransparencyLogEntry): LogEntryBody {
  if (!isSupportedKind(kind, version))
    throw failure('ERR_LOG_ENTRY', 'the log entry is of a kind that is not supported', { kind, version });
  return atStage('ERR_LOG_ENTRY', 'the body of a log entry is malformed', () =>
    parseLogEntryBody(canonicalizedBody, kind, version),
  );
}

function assertSameContent(body: LogEntryBody, bundle: SigstoreBundle, artifact: Artifact): void {
  const { keyMaterial, content } = bundle;
  if (!equalBytes(body.signature, content.signature)) throw mismatch('signature');
  // Some other key may fit the same signature, and then no one who watches the log would see this signer.
  if (
    keyMaterial.kind === 'certificate' &&
    (body.verifier.kind !== 'certificate' || !equalBytes(body.verifier.der, keyMaterial.chain[0]))
  )
    throw mismatch('certificate');
  if (!equalBytes(body.digest.value, expectedDigest(body, bundle, artifact))) throw mismatch('digest');
  if (body.payload !== undefined && (content.kind !== 'dsse' || !equalBytes(body.payload, content.payload)))
    throw mismatch('payload');
}

function expectedDigest(body: LogEntryBody, { content }: SigstoreBundle, artifact: Artifact): Uint8Array {
  const { algorithm } = body.digest;
  const hash = (data: Uint8Array) => new Uint8Array(createHash(algorithm).update(data).digest());
  if (content.kind === 'dsse')
    return hash(
      body.digestOf === 'payload' ? content.payload : preAuthEncoding(content.payloadType, content.payload),
    );
  if (body.digestOf === 'payload') throw mismatch('kind of content');
  if (algorithm === 'sha256') return artifact.sha256;
  if (artifact.bytes === undefined)
    throw failure(
      'ERR_EVIDENCE',
      `to judge this log entry the artifact is needed, not only its SHA-256 digest`,
    );
  return hash(artifact.bytes);
}

function mismatch(part: string): VerificationError {
  return failure('ERR_LOG_ENTRY_MISMATCH', `the log entry is about another ${part}`, { part });
}
