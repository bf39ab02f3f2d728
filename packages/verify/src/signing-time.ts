// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import { RFC3161Timestamp } from '@sigstore/core';
import { atStage, failure } from './verification-error.ts';

/** A moment at which a log or a timestamp authority had seen the signature. */
export interface SigningTime {
  readonly source: 'transparency-log' | 'timestamp-authority';
  readonly time: Date;
}

/**
 * The times that a bundle claims, at least one: each log entry's with a signed promise, and each RFC 3161 timestamp's.
 * Whoever reads them must have them verified too. A log's time without its promise is signed by nobody.
 * @throws VerificationError ERR_TIMESTAMP
 */
export function readSigningTimes(bundle: SigstoreBundle): SigningTime[] {
  const logged = bundle.transparencyEntries.flatMap(({ integratedTime, inclusionPromise }) =>
    integratedTime === undefined || inclusionPromise === undefined ? [] : [fromSeconds(integratedTime)],
  );
  const stamped = bundle.timestamps.map((der) => ({
    source: 'timestamp-authority' as const,
    time: atStage(
      'ERR_TIMESTAMP',
      'a timestamp is malformed',
      () => RFC3161Timestamp.parse(Buffer.from(der)).signingTime,
    ),
  }));
  const times = [...logged, ...stamped];
  if (times.some(({ time }) => Number.isNaN(time.getTime())))
    throw failure('ERR_TIMESTAMP', 'a time is out of range');
  if (times.length === 0) throw failure('ERR_TIMESTAMP', 'nothing proves when the signature was made');
  return times;
}

function fromSeconds(seconds: bigint): SigningTime {
  return { source: 'transparency-log', time: new Date(Number(seconds) * 1000) };
}
