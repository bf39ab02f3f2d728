// SPDX-License-Identifier: Apache-2.0
import { encodeHex, equalBytes } from '@colophon/base';
import { isProven, type SigstoreBundle, type TransparencyLogEntry } from '@colophon/attestation';
import { isWithin, type SignatureCheck } from '@colophon/pki';
import type { TrustedLog, TrustedRoot } from '@colophon/trust';
import { verifyCheckpoint } from './checkpoint.ts';
import { verifyInclusionPromise } from './inclusion-promise.ts';
import { leafHash, rootOf } from './merkle-proof.ts';
import type { SigningTime } from './signing-time.ts';
import { isTimestampOnly } from './timestamp-only-root.ts';
import { failure } from './verification-error.ts';

/** Where a signature is logged. */
export interface LogPosition {
  /** The address of the log, as the trusted root names it. */
  readonly log: string;
  readonly logIndex: bigint;
}

/**
 * Verifies that each entry is of a log that the root vouches for at the time of the entry, that the log promised to
 * include it or proves that it did, and that whatever it says of that is right. Only under a root of an instance without
 * logs may there be no entry.
 * @throws VerificationError ERR_TRUST_MATERIAL, ERR_LOG_ENTRY, ERR_LOG_UNKNOWN, ERR_LOG_VALIDITY, ERR_LOG_PROMISE, ERR_LOG_CHECKPOINT, ERR_LOG_INCLUSION
 */
export function verifyLogged(
  { transparencyEntries }: SigstoreBundle,
  root: TrustedRoot,
  times: readonly SigningTime[],
  check: SignatureCheck,
): LogPosition[] {
  if (transparencyEntries.length === 0 && !isTimestampOnly(root))
    throw failure('ERR_LOG_ENTRY', 'the signature is in no transparency log');
  if (root.transparencyLogs.length === 0 && !isTimestampOnly(root))
    throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no transparency log');
  return transparencyEntries.map((entry) => {
    const log = findLog(entry, root, times);
    verifyInclusion(entry, log, check);
    return { log: log.baseUrl, logIndex: entry.logIndex };
  });
}

// A v0.1 bundle may hold a proof without a checkpoint. It leads to a root that nobody signed, so the promise alone counts.
function verifyInclusion(entry: TransparencyLogEntry, log: TrustedLog, check: SignatureCheck): void {
  const { inclusionPromise, inclusionProof, canonicalizedBody } = entry;
  if (inclusionPromise !== undefined) verifyInclusionPromise(entry, inclusionPromise, log, check);
  if (isProven(entry)) verifyCheckpoint(entry, log, check);
  else if (inclusionPromise === undefined)
    throw failure('ERR_LOG_INCLUSION', 'nothing proves that the log holds the entry');
  if (!isProven(entry) || inclusionProof === undefined) return;
  const root = rootOf(leafHash(canonicalizedBody), inclusionProof);
  if (root === undefined || !equalBytes(root, inclusionProof.rootHash))
    throw failure('ERR_LOG_INCLUSION', 'the inclusion proof does not lead to the root of the log');
}

function findLog(entry: TransparencyLogEntry, root: TrustedRoot, times: readonly SigningTime[]): TrustedLog {
  const logs = root.transparencyLogs.filter(({ logId }) => equalBytes(logId, entry.logId));
  if (logs.length === 0)
    throw failure('ERR_LOG_UNKNOWN', 'the log is not one of the trusted root', {
      logId: encodeHex(entry.logId),
    });
  const moments = loggedAt(entry, times);
  const log = logs.find((candidate) => isInUse(candidate, moments));
  if (log === undefined)
    throw failure('ERR_LOG_VALIDITY', 'the trusted root does not vouch for the log at that time');
  return log;
}

// An entry of no known time may be of any time, so only a log that is in use still can have made it.
function isInUse({ validFor }: TrustedLog, moments: readonly Date[]): boolean {
  if (moments.length === 0) return validFor.end === undefined;
  return moments.every((time) => isWithin(validFor, time));
}

// Rekor v2 entries carry no time of their own; the timestamps on the same signature stand in for it.
function loggedAt(
  { integratedTime, inclusionPromise }: TransparencyLogEntry,
  times: readonly SigningTime[],
): Date[] {
  if (integratedTime === undefined || inclusionPromise === undefined) return times.map(({ time }) => time);
  return [new Date(Number(integratedTime) * 1000)];
}
