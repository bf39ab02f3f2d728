// SPDX-License-Identifier: Apache-2.0
import { DerFields, onlyChild } from './der-fields.ts';
import { derError, readDer, TAG, type DerElement } from './der.ts';
import { readBoolean, readInteger, readOid, readSmallInteger } from './der-value.ts';
import { readExtensions } from './extension.ts';
import { readHashAlgorithm, type HashName } from './hash-algorithm.ts';

const IMPLICIT_0 = 0x80;
const IMPLICIT_1 = 0x81;
/** A certificate lives for ten minutes: a time that may be off by more than this says nothing of it. */
const MAX_ACCURACY_SECONDS = 60;
const DIRECTORY_NAME = 0xa4;
const CONTEXT_0 = 0xa0;
const CONTEXT_1 = 0xa1;
const VERSION = 1;
const MAX_FRACTION = 999;
const HASH_BYTES: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

/** What a timestamp authority signed (RFC 3161 §2.4.2, TSTInfo). */
export interface TimestampInfo {
  /** Cut to the millisecond. */
  readonly time: Date;
  readonly imprint: { readonly hash: HashName; readonly digest: Uint8Array };
  /** The name that the authority gives itself, DER; undefined where it gives none. */
  readonly authority: Uint8Array | undefined;
}

/** Reads TSTInfo in DER; a critical extension, of which there are none that are known, is refused. @throws PkiError ERR_CERTIFICATE */
export function parseTimestampInfo(der: Uint8Array): TimestampInfo {
  const fields = new DerFields(readDer(der), 'the timestamp');
  if (readSmallInteger(fields.take(TAG.integer), 'the version of the timestamp') !== VERSION)
    throw derError('the timestamp is of another version');
  readOid(fields.take(TAG.oid), 'the policy of the timestamp');
  const imprint = readImprint(fields.take(TAG.sequence));
  readInteger(fields.take(TAG.integer), 'the serial number of the timestamp');
  const time = readGeneralizedTime(fields.take(TAG.generalizedTime));
  return { time, imprint, authority: readRest(fields) };
}

function readImprint(element: DerElement): TimestampInfo['imprint'] {
  const fields = new DerFields(element, 'the imprint of the timestamp');
  const hash = readHashAlgorithm(fields.take(TAG.sequence), 'the hash of the timestamp');
  const digest = fields.take(TAG.octetString).value;
  fields.end();
  if (digest.length !== HASH_BYTES[hash]) throw derError('the imprint of the timestamp is of another length');
  return { hash, digest };
}

function readGeneralizedTime({ value }: DerElement): Date {
  const match = GENERALIZED_TIME.exec(Buffer.from(value).toString('latin1'));
  if (match === null) throw derError('the time of the timestamp is not in the form of DER');
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  const time = new Date(text);
  // A date such as 31 February comes back as another one.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== text)
    throw derError('the time of the timestamp is not a time');
  return time;
}

// What a verifier needs none of must still be what the standard says: nothing may hide there.
function readRest(fields: DerFields): Uint8Array | undefined {
  const accuracy = fields.takeOptional(TAG.sequence);
  if (accuracy !== undefined) readAccuracy(accuracy);
  const ordering = fields.takeOptional(TAG.boolean);
  if (ordering !== undefined && !readBoolean(ordering, 'the ordering of the timestamp'))
    throw derError('the ordering of the timestamp is not DER');
  const nonce = fields.takeOptional(TAG.integer);
  if (nonce !== undefined) readInteger(nonce, 'the nonce of the timestamp');
  const authority = fields.takeOptional(CONTEXT_0);
  const extensions = fields.takeOptional(CONTEXT_1);
  fields.end();
  if (extensions !== undefined) assertNoneCritical(extensions);
  return authority === undefined ? undefined : readAuthorityName(authority);
}

// Other forms of name are of names that no certificate of an authority has here.
function readAuthorityName(element: DerElement): Uint8Array {
  const what = 'the name of the timestamp authority';
  const name = onlyChild(element, what);
  if (name.tag !== DIRECTORY_NAME) throw derError(`${what} is not a directory name`);
  return name.value;
}

function readAccuracy(element: DerElement): void {
  const fields = new DerFields(element, 'the accuracy of the timestamp');
  const seconds = fields.takeOptional(TAG.integer);
  if (
    seconds !== undefined &&
    readSmallInteger(seconds, 'the accuracy of the timestamp') > MAX_ACCURACY_SECONDS
  )
    throw derError('the timestamp is too inexact to prove a time by');
  for (const tag of [IMPLICIT_0, IMPLICIT_1]) {
    const fraction = fields.takeOptional(tag);
    if (fraction === undefined) continue;
    const value = readSmallInteger(fraction.as(TAG.integer), 'the accuracy of the timestamp');
    if (value < 1 || value > MAX_FRACTION) throw derError('the accuracy of the timestamp is out of range');
  }
  fields.end();
}

function assertNoneCritical(wrapped: DerElement): void {
  // IMPLICIT: the tag stands in the place of the SEQUENCE's.
  const list = readExtensions(wrapped.as(TAG.sequence));
  if ([...list.values()].some(({ critical }) => critical))
    throw derError('the timestamp has a critical extension, which is not understood');
}
