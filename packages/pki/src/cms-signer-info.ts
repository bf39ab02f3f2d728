// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from '@colophon/base';
import { DerFields, onlyChild } from './der-fields.ts';
import { derError, encodeDer, readChildren, TAG, type DerElement } from './der.ts';
import { readInteger, readOid, readSmallInteger } from './der-value.ts';
import { readHashAlgorithm, type HashName } from './hash-algorithm.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

const IMPLICIT_0 = 0xa0;
/** The signer is named by issuer and serial number (RFC 5652 §5.3). */
const VERSION = 1;
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

/** A certificate by what its issuer calls it: the issuer's name in DER, the serial number in lower-case hexadecimal. */
export interface CertificateName {
  readonly issuer: Uint8Array;
  readonly serialNumber: string;
}

/** Who signed a CMS SignedData and how (RFC 5652 §5.3). */
export interface SignerInfo {
  readonly name: CertificateName;
  readonly hash: HashName;
  readonly algorithm: SignatureAlgorithm;
  /** The value of each signed attribute by its OID. */
  readonly attributes: ReadonlyMap<string, DerElement>;
  /** What the signature is over: the attributes as a SET. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads a SignerInfo with signed attributes and without others, which nobody signs. @throws PkiError ERR_CERTIFICATE */
export function readSignerInfo(element: DerElement): SignerInfo {
  const fields = new DerFields(element, 'the signer');
  if (readSmallInteger(fields.take(TAG.integer), 'the version of the signer') !== VERSION)
    throw derError('the signer is not named by issuer and serial number');
  const name = readCertificateName(fields.take(TAG.sequence));
  const hash = readHashAlgorithm(fields.take(TAG.sequence), 'the digest algorithm of the signer');
  const attributes = fields.take(IMPLICIT_0);
  const algorithm = readSignerAlgorithm(fields.take(TAG.sequence), hash);
  const signature = fields.take(TAG.octetString).value;
  fields.end();
  // RFC 5652 §5.4: signed is the SET itself, not the tag that stands for it in the message.
  const signed = encodeDer(TAG.set, attributes.value);
  return { name, hash, algorithm, attributes: readAttributes(attributes), signed, signature };
}

/** Reads IssuerAndSerialNumber. @throws PkiError ERR_CERTIFICATE */
function readCertificateName(element: DerElement): CertificateName {
  const fields = new DerFields(element, 'the name of the signer');
  const issuer = fields.take(TAG.sequence).bytes;
  const serial = readInteger(fields.take(TAG.integer), 'the serial number of the signer');
  fields.end();
  return { issuer, serialNumber: encodeHex(serial) };
}

// RFC 3370 §3.2 lets the bare name of RSA stand for its signatures, and leaves the digest to the other field.
function readSignerAlgorithm(element: DerElement, hash: HashName): SignatureAlgorithm {
  const [name, parameters, ...more] = readChildren(element);
  if (readOid(name, 'the signature algorithm') === RSA_ENCRYPTION) {
    if (parameters?.tag !== TAG.null || parameters.value.length > 0 || more.length > 0)
      throw derError('the parameters of the signature algorithm are not as its standard demands');
    return { keyType: 'rsa', hash };
  }
  const algorithm = readSignatureAlgorithm(element);
  if (algorithm.hash !== hash) throw derError('the signer names two different digest algorithms');
  return algorithm;
}

function readAttributes(set: DerElement): ReadonlyMap<string, DerElement> {
  const attributes = new Map<string, DerElement>();
  for (const attribute of readChildren(set)) {
    const fields = new DerFields(attribute, 'a signed attribute');
    const oid = readOid(fields.take(TAG.oid), 'the name of a signed attribute');
    const values = fields.take(TAG.set);
    fields.end();
    if (attributes.has(oid)) throw derError(`the signed attribute ${oid} stands twice`);
    attributes.set(oid, onlyChild(values, `the signed attribute ${oid}`));
  }
  return attributes;
}
