// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { equalBytes, sha256 } from '@colophon/base';
import {
  preAuthEncoding,
  type EnvelopeContent,
  type SigstoreBundle,
  type TransparencyLogEntry,
} from '@colophon/attestation';
import type { HashName } from '@colophon/pki';
import { digestOf, type Artifact } from './artifact.ts';
import { isSupportedKind, parseLogEntryBody, type LogEntryBody } from './log-entry-body.ts';
import { isRekorV2, recomputeBody } from './recomputed-body.ts';
import type { Signer } from './signer.ts';
import { atStage, failure, type VerificationError } from './verification-error.ts';

/**
 * Checks what the log entries of a bundle say: none stands twice, each is of a kind that is judged, and each is about
 * this signature, by this signer, over this content. Whether a log ever said so is judged elsewhere.
 * @throws VerificationError ERR_LOG_ENTRY, ERR_LOG_ENTRY_MISMATCH
 */
export function assertLogEntries(bundle: SigstoreBundle, signer: Signer, artifact: Artifact): void {
  const { transparencyEntries: entries } = bundle;
  for (const [index, entry] of entries.entries()) {
    if (entries.slice(0, index).some((earlier) => isSameEntry(earlier, entry)))
      throw failure('ERR_LOG_ENTRY', 'a log entry stands twice');
    assertIndex(entry);
    // Rekor v2 gives neither a time nor a promise; one that stands there could only lend its time to others.
    if (isRekorV2(entry) && entry.inclusionPromise !== undefined)
      throw failure(
        'ERR_LOG_ENTRY',
        'an entry of Rekor v2 has a signed entry timestamp, which no such log gives',
      );
    assertBody(entry, bundle, signer, artifact);
  }
}

function isSameEntry(one: TransparencyLogEntry, other: TransparencyLogEntry): boolean {
  return equalBytes(one.logId, other.logId) && equalBytes(one.canonicalizedBody, other.canonicalizedBody);
}

// Above 2^53 a number has neighbours that JavaScript takes for equal, and the signed promise is over a number.
function assertIndex({ logIndex, inclusionProof, inclusionPromise }: TransparencyLogEntry): void {
  if (logIndex > BigInt(Number.MAX_SAFE_INTEGER))
    throw failure('ERR_LOG_ENTRY', 'the index of a log entry is out of range');
  // The promise of a Rekor v1 log signs the index over all of its shards. Without one the proof's is the only index.
  if (inclusionPromise === undefined && inclusionProof !== undefined && inclusionProof.logIndex !== logIndex)
    throw failure('ERR_LOG_ENTRY', 'a log entry and its inclusion proof name different indices');
}

// Rekor v2 asks clients to hash what they would have logged themselves, and Rekor v1 has one usual text too. Only where
// the text is another is it read: by v1 it may say the same in other words, by v2 it is wrong, and the reason is told.
function assertBody(
  entry: TransparencyLogEntry,
  bundle: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
): void {
  const recomputed = recomputeBody(entry, bundle, signer, artifact);
  if (recomputed !== undefined && equalBytes(recomputed, entry.canonicalizedBody)) return;
  assertSameContent(readBody(entry), bundle, signer, artifact);
  if (isRekorV2(entry))
    throw failure('ERR_LOG_ENTRY', 'the body of a log entry is not the one that its signature gives');
}

function readBody({ kindVersion: { kind, version }, canonicalizedBody }: TransparencyLogEntry): LogEntryBody {
  if (!isSupportedKind(kind, version))
    throw failure('ERR_LOG_ENTRY', 'the log entry is of a kind that is not supported', { kind, version });
  return atStage('ERR_LOG_ENTRY', 'the body of a log entry is malformed', () =>
    parseLogEntryBody(canonicalizedBody, kind, version),
  );
}

function assertSameContent(
  body: LogEntryBody,
  { content }: SigstoreBundle,
  { kind, key, ...signer }: Signer,
  artifact: Artifact,
): void {
  if (!equalBytes(body.signature, content.signature)) throw mismatch('signature');
  // Some other key may fit the same signature, and then no one who watches the log would see this signer.
  const verifier = 'certificate' in signer ? signer.certificate.der : key.publicKeyInfo;
  if (body.verifier.kind !== kind || !equalBytes(body.verifier.der, verifier)) throw mismatch(kind);
  if (!equalBytes(body.digest.value, expectedDigest(body, content, artifact))) throw mismatch('digest');
  if (content.kind === 'dsse') assertSameEnvelope(body, content);
}

function assertSameEnvelope(body: LogEntryBody, content: EnvelopeContent): void {
  if (body.payload !== undefined && !equalBytes(body.payload, content.payload)) throw mismatch('payload');
  if ((body.payloadType ?? content.payloadType) !== content.payloadType) throw mismatch('type of payload');
  if ((body.keyid ?? content.keyid) !== content.keyid) throw mismatch('key id');
}

function expectedDigest(
  body: LogEntryBody,
  content: SigstoreBundle['content'],
  artifact: Artifact,
): Uint8Array {
  const { algorithm } = body.digest;
  if (content.kind === 'dsse') {
    const { payload, payloadType } = content;
    return hashOf(algorithm, body.digestOf === 'payload' ? payload : preAuthEncoding(payloadType, payload));
  }
  if (body.digestOf === 'payload') throw mismatch('kind of content');
  const digest = digestOf(artifact, algorithm);
  if (digest === undefined)
    throw failure('ERR_EVIDENCE', `to judge this log entry the ${algorithm} of the file is needed`);
  return digest;
}

function hashOf(algorithm: HashName, data: Uint8Array): Uint8Array {
  return algorithm === 'sha256' ? sha256(data) : createHash(algorithm).update(data).digest();
}

function mismatch(part: string): VerificationError {
  return failure('ERR_LOG_ENTRY_MISMATCH', `the log entry is about another ${part}`, { part });
}
