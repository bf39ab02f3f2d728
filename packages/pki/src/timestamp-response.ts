// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { readSignedData } from './cms-signed-data.ts';
import type { SignerInfo } from './cms-signer-info.ts';
import { DerFields } from './der-fields.ts';
import { derError, readChildren, readDer, TAG, type DerElement } from './der.ts';
import { readOid, readSmallInteger, readUtf8String } from './der-value.ts';
import { digestOf } from './hash-algorithm.ts';
import { PkiError } from './pki-error.ts';
import { parseTimestampInfo, type TimestampInfo } from './timestamp-info.ts';

const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const GRANTED = 0;
const MAX_RESPONSE_BYTES = 64 * 1024;

/** A timestamp that was granted, parsed and consistent in itself; who made it has not been verified. */
export interface Timestamp extends TimestampInfo {
  readonly signer: SignerInfo;
  /** DER, as sent along and not looked at; never a reason to trust the signer. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Parses a TimeStampResp in DER (RFC 3161 §2.4.2) that was granted as asked: a CMS SignedData over TSTInfo whose signed
 * attributes name that type and the digest of the content.
 * @throws PkiError ERR_TIMESTAMP
 */
export function parseTimestamp(der: Uint8Array): Timestamp {
  try {
    return readResponse(der);
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause;
    throw new PkiError('ERR_TIMESTAMP', `the timestamp is malformed: ${cause.message}`, { cause });
  }
}

function readResponse(der: Uint8Array): Timestamp {
  if (der.length > MAX_RESPONSE_BYTES) throw derError('it is too large');
  const fields = new DerFields(readDer(der), 'the response');
  assertGranted(fields.take(TAG.sequence));
  const { contentType, content, certificates, signer } = readSignedData(fields.take(TAG.sequence));
  fields.end();
  if (contentType !== TIMESTAMP_INFO) throw derError('it holds other signed content');
  assertAttributes(signer, content);
  return { ...parseTimestampInfo(content), signer, certificates };
}

// PKIStatusInfo. A token that was granted "with modifications" is not what the signer asked for.
function assertGranted(element: DerElement): void {
  const fields = new DerFields(element, 'the status');
  const status = readSmallInteger(fields.take(TAG.integer), 'the status');
  const text = fields.takeOptional(TAG.sequence);
  fields.end();
  if (status !== GRANTED) throw derError(`the authority did not grant it (status ${status})`);
  for (const line of text === undefined ? [] : readChildren(text))
    readUtf8String(line, 'the text of the status');
}

function assertAttributes({ attributes, hash }: SignerInfo, content: Uint8Array): void {
  if (readOid(attributes.get(CONTENT_TYPE), 'the signed content type') !== TIMESTAMP_INFO)
    throw derError('the signed content type is another');
  const digest = attributes.get(MESSAGE_DIGEST);
  if (digest?.tag !== TAG.octetString || !equalBytes(digest.value, digestOf(hash, content)))
    throw derError('the signed digest is of other content');
}
