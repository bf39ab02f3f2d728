// SPDX-License-Identifier: Apache-2.0
import { encodeHex, equalBytes } from '@colophon/base';
import { isProven, type TransparencyLogEntry } from '@colophon/attestation';
import { isWithin } from '@colophon/pki';
import type { TrustedLog, TrustedRoot } from '@colophon/trust';
import { verifyCheckpoint } from './checkpoint.ts';
import type { SigningTime } from './signing-time.ts';
import { failure } from './verification-error.ts';

/** Where a signature is logged. */
export interface LogPosition {
  /** The address of the log, as the trusted root names it. */
  readonly log: string;
  readonly logIndex: bigint;
}

/**
 * Verifies that an entry is of a log that the root vouches for at the time of the entry, and that its checkpoint, if
 * it has one, is the log's. The promise and the Merkle proof are judged with the signature.
 * @throws VerificationError ERR_TRUST_MATERIAL, ERR_LOG_UNKNOWN, ERR_LOG_VALIDITY, ERR_LOG_CHECKPOINT, ERR_LOG_INCLUSION
 */
export function verifyLogEntry(
  entry: TransparencyLogEntry,
  root: TrustedRoot,
  times: readonly SigningTime[],
): LogPosition {
  if (root.transparencyLogs.length === 0)
    throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no transparency log');
  const log = findLog(entry, root, times);
  if (isProven(entry)) verifyCheckpoint(entry, log);
  return { log: log.baseUrl, logIndex: entry.logIndex };
}

function findLog(entry: TransparencyLogEntry, root: TrustedRoot, times: readonly SigningTime[]): TrustedLog {
  const logs = root.transparencyLogs.filter(({ logId }) => equalBytes(logId, entry.logId));
  if (logs.length === 0)
    throw failure('ERR_LOG_UNKNOWN', 'the log is not one of the trusted root', {
      logId: encodeHex(entry.logId),
    });
  const moments = loggedAt(entry, times);
  const log = logs.find(({ validFor }) => moments.every((time) => isWithin(validFor, time)));
  if (log === undefined)
    throw failure('ERR_LOG_VALIDITY', 'the trusted root does not vouch for the log at that time');
  return log;
}

// Rekor v2 entries carry no time of their own; the timestamps on the same signature stand in for it.
function loggedAt(
  { integratedTime, inclusionPromise }: TransparencyLogEntry,
  times: readonly SigningTime[],
): Date[] {
  if (integratedTime === undefined || inclusionPromise === undefined) return times.map(({ time }) => time);
  return [new Date(Number(integratedTime) * 1000)];
}
