// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, encodeHex } from '@colophon/base';
import type { TransparencyLogEntry } from '@colophon/attestation';
import type { SignatureCheck } from '@colophon/pki';
import type { TrustedLog } from '@colophon/trust';
import { logAlgorithm } from './log-algorithm.ts';
import { failure } from './verification-error.ts';

/**
 * Verifies the signed entry timestamp of a Rekor v1 log: its signature over body, time, log and index of the entry, as
 * canonical JSON.
 * @throws VerificationError ERR_LOG_PROMISE
 */
export function verifyInclusionPromise(
  { canonicalizedBody, integratedTime, logId, logIndex }: TransparencyLogEntry,
  promise: Uint8Array,
  log: TrustedLog,
  check: SignatureCheck,
): void {
  if (integratedTime === undefined)
    throw failure('ERR_LOG_PROMISE', 'the log entry has a signed timestamp but no time');
  // RFC 8785: keys in order, no space. Neither base64 nor hexadecimal needs an escape.
  const signed = `{"body":"${encodeBase64(canonicalizedBody)}","integratedTime":${integratedTime},"logID":"${encodeHex(logId)}","logIndex":${logIndex}}`;
  if (!check(log.publicKey, logAlgorithm(log), Buffer.from(signed, 'latin1'), promise))
    throw failure('ERR_LOG_PROMISE', 'the signed entry timestamp of the log is wrong');
}
