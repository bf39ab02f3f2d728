// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from '@colophon/base';
import { readSignerInfo, type SignerInfo } from './cms-signer-info.ts';
import { DerFields, onlyChild } from './der-fields.ts';
import { derError, readChildren, TAG, type DerElement } from './der.ts';
import { readOid, readSmallInteger } from './der-value.ts';
import { readHashAlgorithm } from './hash-algorithm.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const EXPLICIT_0 = 0xa0;
/** A timestamp's content is not of type "data", and then the version is 3 (RFC 5652 §5.1). */
const VERSION = 3;
const MAX_CERTIFICATES = 8;

/** A CMS SignedData with one signer (RFC 5652 §5), parsed but not verified. */
export interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** The DER of each certificate that is sent along; none of them is trusted for that. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfo;
}

/**
 * Reads a ContentInfo that holds SignedData, in DER. Attribute certificates, revocation lists and further signers,
 * which nothing here would look at, are refused.
 * @throws PkiError ERR_CERTIFICATE
 */
export function readSignedData(contentInfo: DerElement): SignedData {
  const outer = new DerFields(contentInfo, 'the content info');
  if (readOid(outer.take(TAG.oid), 'the content type') !== SIGNED_DATA)
    throw derError('the token is not signed data');
  const inner = onlyChild(outer.take(EXPLICIT_0), 'the content info');
  outer.end();
  return readFields(new DerFields(inner, 'the signed data'));
}

function readFields(fields: DerFields): SignedData {
  if (readSmallInteger(fields.take(TAG.integer), 'the version of the signed data') !== VERSION)
    throw derError('the signed data is of another version');
  const hashes = readChildren(fields.take(TAG.set)).map((hash) =>
    readHashAlgorithm(hash, 'a digest algorithm'),
  );
  const content = readEncapsulated(fields.take(TAG.sequence));
  const embedded = fields.takeOptional(EXPLICIT_0);
  const certificates = embedded === undefined ? [] : readChildren(embedded);
  if (certificates.length > MAX_CERTIFICATES) throw derError('the signed data brings too many certificates');
  const signer = readSignerInfo(onlyChild(fields.take(TAG.set), 'the list of signers'));
  fields.end();
  if (!hashes.includes(signer.hash)) throw derError('the digest algorithm of the signer is not announced');
  assertNoneTwice(certificates);
  return { ...content, signer, certificates: certificates.map(({ bytes }) => bytes) };
}

function readEncapsulated(element: DerElement): Pick<SignedData, 'content' | 'contentType'> {
  const fields = new DerFields(element, 'the signed content');
  const contentType = readOid(fields.take(TAG.oid), 'the type of the signed content');
  const content = onlyChild(fields.take(EXPLICIT_0), 'the signed content');
  fields.end();
  if (content.tag !== TAG.octetString) throw derError('the signed content is not an octet string');
  return { contentType, content: content.value };
}

function assertNoneTwice(certificates: readonly DerElement[]): void {
  for (const [index, { bytes }] of certificates.entries())
    if (certificates.slice(0, index).some((earlier) => equalBytes(earlier.bytes, bytes)))
      throw derError('a certificate stands twice in the signed data');
}
