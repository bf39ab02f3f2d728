// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import type { SigstoreBundle } from '@colophon/attestation';
import { parseTimestamp, verifyTimestamp, type SignatureCheck, type Timestamp } from '@colophon/pki';
import type { TrustedRoot } from '@colophon/trust';
import { atStage, failure } from './verification-error.ts';

/** A moment at which a log or a timestamp authority had seen the signature. */
export interface SigningTime {
  readonly source: 'transparency-log' | 'timestamp-authority';
  readonly time: Date;
}

/**
 * Parses the RFC 3161 timestamps of a bundle; none may stand twice.
 * @throws VerificationError ERR_TIMESTAMP
 */
export function readTimestamps({ timestamps }: SigstoreBundle): readonly Timestamp[] {
  for (const [index, der] of timestamps.entries())
    if (timestamps.slice(0, index).some((earlier) => equalBytes(earlier, der)))
      throw failure('ERR_TIMESTAMP', 'a timestamp stands twice');
  return timestamps.map((der) =>
    atStage('ERR_TIMESTAMP', 'a timestamp is malformed', () => parseTimestamp(der)),
  );
}

/**
 * The times that a bundle claims: each log entry's with a signed promise, and each RFC 3161 timestamp's. All are taken
 * or none: one that is wrong is not outvoted by others. A log's promise is verified with the entry; its time without
 * the promise is signed by nobody, and not taken.
 * @throws VerificationError ERR_TIMESTAMP, ERR_TRUST_MATERIAL
 */
export function establishTimes(
  bundle: SigstoreBundle,
  timestamps: readonly Timestamp[],
  root: TrustedRoot,
  check: SignatureCheck,
): SigningTime[] {
  const logged = bundle.transparencyEntries.flatMap(({ integratedTime, inclusionPromise }) =>
    integratedTime === undefined || inclusionPromise === undefined ? [] : [fromSeconds(integratedTime)],
  );
  if (logged.some(({ time }) => Number.isNaN(time.getTime())))
    throw failure('ERR_TIMESTAMP', 'a time is out of range');
  if (timestamps.length > 0 && root.timestampAuthorities.length === 0)
    throw failure('ERR_TRUST_MATERIAL', 'the trusted root has no timestamp authority');
  const stamped = timestamps.map((timestamp) => {
    atStage('ERR_TIMESTAMP', 'a timestamp does not hold', () =>
      verifyTimestamp(timestamp, bundle.content.signature, root.timestampAuthorities, check),
    );
    return { source: 'timestamp-authority' as const, time: timestamp.time };
  });
  return [...logged, ...stamped];
}

function fromSeconds(seconds: bigint): SigningTime {
  return { source: 'transparency-log', time: new Date(Number(seconds) * 1000) };
}
