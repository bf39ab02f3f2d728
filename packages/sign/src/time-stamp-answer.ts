// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { excerpt } from '@colophon/http';
import { type ASN1Obj, RFC3161Timestamp } from '@sigstore/core';
import { SignError } from './sign-error.ts';
import type { TimeStampQuery } from './time-stamp-request.ts';

/** A timestamp as an authority gave it. Its signature has not been verified. */
export interface TimestampResponse {
  /** The whole TimeStampResp in DER, as bundles carry it. */
  readonly der: Uint8Array;
  /** The time that it states. */
  readonly time: Date;
}

const GRANTED = 0n;
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
/** Version, policy, imprint, serial number and time come first in a TSTInfo, and always. */
const MANDATORY_FIELDS = 5;

/**
 * Reads a TimeStampResp (RFC 3161 §2.4.2) and holds it to the query: granted, for this imprint, with this nonce. Its
 * signature and the authority's certificate are for a verifier to judge.
 * @param from who answered, for the message.
 * @throws SignError ERR_TSA_REFUSED, ERR_TSA_ANSWER, ERR_TSA_TIMESTAMP
 */
export function processTimeStampAnswer(
  der: Uint8Array,
  query: TimeStampQuery,
  from = 'the timestamp authority',
): TimestampResponse {
  const info = reading(from, () => readResponse(der));
  if (info.status !== GRANTED) {
    const reason = info.text === '' ? '' : `: ${info.text}`;
    throw new SignError('ERR_TSA_REFUSED', `${from} grants no timestamp: status ${info.status}${reason}`);
  }
  const token = reading(from, () => readToken(info.timestamp));
  if (token.algorithm !== 'sha256' || !equalBytes(token.imprint, query.sha256))
    throw new SignError('ERR_TSA_TIMESTAMP', `${from} answered with a timestamp for other data`);
  if (token.nonce !== query.nonce)
    throw new SignError('ERR_TSA_TIMESTAMP', `${from} answered with a timestamp for another request`);
  return { der, time: token.time };
}

// The parser throws errors of several kinds, and TypeErrors where a part is missing.
function reading<T>(from: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new SignError('ERR_TSA_ANSWER', `${from} answered no timestamp response`, { cause });
  }
}

function readResponse(der: Uint8Array): { timestamp: RFC3161Timestamp; status: bigint; text: string } {
  const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
  const [, ...texts] = timestamp.root.subs[0]?.subs ?? [];
  const words = texts.flatMap(({ tag, subs }) => (tag.isUniversal() && tag.constructed ? subs : []));
  return { timestamp, status: timestamp.status, text: words.map(({ value }) => excerpt(value)).join(' ') };
}

function readToken(timestamp: RFC3161Timestamp): {
  algorithm: string;
  imprint: Uint8Array;
  nonce: bigint | undefined;
  time: Date;
} {
  if (timestamp.eContentType !== TST_INFO) throw new TypeError('the content is not a TSTInfo');
  const { tstInfo } = timestamp;
  if (tstInfo.version !== 1n) throw new TypeError('the version of the TSTInfo is not 1');
  const time = tstInfo.genTime;
  if (Number.isNaN(time.getTime())) throw new TypeError('the time is not one');
  const { messageImprintHashAlgorithm: algorithm, messageImprintHashedMessage: imprint } = tstInfo;
  return { algorithm, imprint, nonce: readNonce(tstInfo.root), time };
}

// The only INTEGER among the optional fields; within accuracy and extensions there are others.
function readNonce(tstInfo: ASN1Obj): bigint | undefined {
  return tstInfo.subs
    .slice(MANDATORY_FIELDS)
    .find(({ tag }) => tag.isInteger())
    ?.toInteger();
}
