// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { DER_TAGS, readDer, readDerSequence } from '../warehouse/der.ts';
import {
  algorithmIdentifier,
  context,
  element,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  signingTime,
  unsignedInteger,
} from './der-writer.ts';
import { HASH_OIDS, type ImprintHash, POLICY, type TimestampQuery } from './timestamp-query.ts';

/** The parts of the authority's certificate that a token names. */
export interface TimestampSigner {
  /** DER of the certificate. */
  readonly certificate: Uint8Array;
  /** DER of the certificate's serial number. */
  readonly serialNumber: Uint8Array;
  /** DER Names. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
}

export interface TokenTerms {
  readonly signer: TimestampSigner;
  readonly now: Date;
  /** Of the query: the certificate is hashed with it, too. */
  readonly hash: ImprintHash;
}

const OIDS = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
};
const ACCURACY_SECONDS = 1;
const DIRECTORY_NAME = 4;
const ATTRIBUTES_TAG = 0xa0;

/** What a token says of its signer, read from the certificate. */
export function signerOf(certificate: Uint8Array): TimestampSigner {
  const [tbs] = readDerSequence(readDer(certificate, DER_TAGS.sequence).content);
  const [, serialNumber, , issuer, , subject] = readDerSequence(tbs?.content ?? new Uint8Array());
  if (!serialNumber || !issuer || !subject) throw new TypeError('not a certificate');
  return { certificate, serialNumber: serialNumber.raw, issuer: issuer.raw, subject: subject.raw };
}

/** TSTInfo (RFC 3161 §2.4.2), exact to a second. */
export function timestampInfo(
  query: TimestampQuery,
  terms: TokenTerms & { readonly serial: Uint8Array },
): Uint8Array {
  const imprint = sequence(algorithmIdentifier(HASH_OIDS[query.hash], true), octetString(query.digest));
  return sequence(
    integer(1),
    objectIdentifier(POLICY),
    imprint,
    unsignedInteger(terms.serial),
    generalizedTime(terms.now),
    sequence(integer(ACCURACY_SECONDS)),
    ...(query.nonce ? [element(DER_TAGS.integer, query.nonce)] : []),
    context(0, context(DIRECTORY_NAME, terms.signer.subject)),
  );
}

/** The signed attributes of a token over its TSTInfo, as the SET OF that the signature is over (RFC 5652 §5.4). */
export function signedAttributes(info: Uint8Array, terms: TokenTerms): Uint8Array {
  return setOf(
    attribute(OIDS.contentType, objectIdentifier(OIDS.timestampInfo)),
    attribute(OIDS.signingTime, signingTime(terms.now)),
    attribute(OIDS.messageDigest, octetString(createHash('sha256').update(info).digest())),
    attribute(OIDS.signingCertificateV2, signingCertificate(terms)),
  );
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(oid), setOf(value));
}

// ESSCertIDv2 (RFC 5035 §4): SHA-256 is its default and not written.
function signingCertificate({ signer, hash }: TokenTerms): Uint8Array {
  const digest = octetString(createHash(hash).update(signer.certificate).digest());
  const issuer = sequence(context(DIRECTORY_NAME, signer.issuer));
  return sequence(
    sequence(
      sequence(
        ...(hash === 'sha256' ? [] : [algorithmIdentifier(HASH_OIDS[hash], true)]),
        digest,
        sequence(issuer, signer.serialNumber),
      ),
    ),
  );
}

export interface TokenParts {
  readonly info: Uint8Array;
  readonly attributes: Uint8Array;
  readonly signature: Uint8Array;
  /** DER certificates to put in. */
  readonly certificates: readonly Uint8Array[];
}

/** A TimeStampResp that grants: the status, and the token as SignedData (RFC 5652 §5.1). */
export function grantedResponse(parts: TokenParts, { issuer, serialNumber }: TimestampSigner): Uint8Array {
  const sha256 = algorithmIdentifier(HASH_OIDS.sha256);
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serialNumber),
    sha256,
    element(ATTRIBUTES_TAG, readDer(parts.attributes).content),
    algorithmIdentifier(OIDS.ecdsaWithSha256),
    octetString(parts.signature),
  );
  const signedData = sequence(
    integer(3),
    setOf(sha256),
    sequence(objectIdentifier(OIDS.timestampInfo), context(0, octetString(parts.info))),
    context(0, ...parts.certificates),
    setOf(signerInfo),
  );
  return sequence(sequence(integer(0)), sequence(objectIdentifier(OIDS.signedData), context(0, signedData)));
}
