// SPDX-License-Identifier: Apache-2.0
import { decodeBase64, encodeUtf8, equalBytes } from '@colophon/base';
import type { ProvenLogEntry } from '@colophon/attestation';
import type { SignatureCheck } from '@colophon/pki';
import { possibleOrigins, type TrustedLog } from '@colophon/trust';
import { logAlgorithm } from './log-algorithm.ts';
import { isRekorV2 } from './recomputed-body.ts';
import { atStage, failure, type VerificationError } from './verification-error.ts';

const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,19})$/;
const MAX_SIGNATURES = 128;
const KEY_ID_BYTES = 4;
const ROOT_HASH_BYTES = 32;

/** A C2SP checkpoint, parsed but not yet verified. */
export interface Checkpoint {
  /** The signed text, up to and with its last line end. */
  readonly text: string;
  readonly origin: string;
  readonly treeSize: bigint;
  readonly rootHash: Uint8Array;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

function malformed(reason: string): VerificationError {
  return failure('ERR_LOG_CHECKPOINT', `the checkpoint is malformed: ${reason}`);
}

/**
 * Parses a checkpoint (C2SP tlog-checkpoint in a C2SP signed-note): a text of at least three lines, none of them
 * empty, a blank line, and signature lines to the end. Nothing else may stand in it.
 * @throws VerificationError ERR_LOG_CHECKPOINT
 */
export function parseCheckpoint(envelope: string): Checkpoint {
  if (!envelope.isWellFormed() || /[^\P{Cc}\n]/u.test(envelope)) throw malformed('it is not plain text');
  const end = envelope.lastIndexOf('\n\n');
  if (end === -1 || !envelope.endsWith('\n')) throw malformed('it has no signatures');
  const text = envelope.slice(0, end + 1);
  const [origin, size, hash, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || size === undefined || hash === undefined || extensions.includes(''))
    throw malformed('a line is missing or empty');
  if (!DECIMAL.test(size)) throw malformed('its size is not a decimal number');
  return {
    text,
    origin,
    treeSize: BigInt(size),
    rootHash: readRootHash(hash),
    signatures: readSignatures(envelope.slice(end + 2, -1)),
  };
}

function readRootHash(line: string): Uint8Array {
  const hash = atStage('ERR_LOG_CHECKPOINT', 'the root hash of the checkpoint is malformed', () =>
    decodeBase64(line),
  );
  if (hash.length !== ROOT_HASH_BYTES) throw malformed('its root hash is not of SHA-256');
  return hash;
}

function readSignatures(block: string): NoteSignature[] {
  const lines = block.split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed('it has too many signatures');
  return lines.map((line) => {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    if (name === undefined || encoded === undefined) throw malformed('a line is not a signature');
    const bytes = atStage('ERR_LOG_CHECKPOINT', 'a signature of the checkpoint is malformed', () =>
      decodeBase64(encoded),
    );
    if (bytes.length <= KEY_ID_BYTES) throw malformed('a signature is too short');
    return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
  });
}

/**
 * Verifies that an entry's checkpoint is the log's: its origin and the name on the signature are exactly the log's,
 * every signature under the log's name and key id is good, at least one is there, and size and root hash are those
 * that the inclusion proof names. Lines of others, such as witnesses, are passed over.
 * @throws VerificationError ERR_LOG_CHECKPOINT, ERR_LOG_INCLUSION
 */
export function verifyCheckpoint(entry: ProvenLogEntry, log: TrustedLog, check: SignatureCheck): void {
  const { inclusionProof } = entry;
  const checkpoint = parseCheckpoint(inclusionProof.checkpoint);
  const { origin } = checkpoint;
  // The name of origin and signature is one: the log's under this address, and not two of its spellings.
  const known = namesOf(log).find((name) => origin === name || (!isRekorV2(entry) && isTreeOf(name, origin)));
  if (known === undefined)
    throw failure('ERR_LOG_CHECKPOINT', 'the checkpoint is of another log', { origin });
  const keyId = (log.checkpointKeyId ?? log.logId).subarray(0, KEY_ID_BYTES);
  const own = checkpoint.signatures.filter((line) => line.name === known && equalBytes(line.keyId, keyId));
  if (own.length === 0) throw failure('ERR_LOG_CHECKPOINT', 'the log did not sign the checkpoint');
  const signed = encodeUtf8(checkpoint.text);
  if (!own.every(({ signature }) => check(log.publicKey, logAlgorithm(log), signed, signature)))
    throw failure('ERR_LOG_CHECKPOINT', 'the signature of the log on the checkpoint is wrong');
  const { treeSize, rootHash } = inclusionProof;
  if (treeSize !== checkpoint.treeSize || !equalBytes(rootHash, checkpoint.rootHash))
    throw failure('ERR_LOG_INCLUSION', 'the inclusion proof and the checkpoint are of different trees');
}

// Made once for each log: a URL is dear to parse.
function namesOf(log: TrustedLog): readonly string[] {
  const known = names.get(log);
  if (known !== undefined) return known;
  const found = possibleOrigins(log.baseUrl);
  names.set(log, found);
  return found;
}

const names = new WeakMap<TrustedLog, readonly string[]>();

// Rekor v1 appends the id of the tree to its name.
function isTreeOf(name: string, origin: string): boolean {
  return origin.startsWith(`${name} - `) && DECIMAL.test(origin.slice(name.length + 3));
}
