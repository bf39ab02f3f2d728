// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, verify } from 'node:crypto';
import { fromBER, type BitString, ObjectIdentifier, Sequence } from 'asn1js';
import { derOfPem } from '../pem.ts';
import { publicKeyOfDer } from '../spki.ts';

export type HashName = 'sha256' | 'sha384' | 'sha512';

/** A PKCS#10 request (RFC 2986): the key that it is for, and how it is signed. */
export interface CertificateRequest {
  readonly publicKey: KeyObject;
  /** OID of the signature algorithm. */
  readonly algorithm: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** The signature algorithms of a request that Fulcio knows, by OID; Ed25519 (RFC 8410) hashes nothing first. */
export const REQUEST_HASHES: Readonly<Record<string, HashName | undefined>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': undefined,
};

function sequenceOf(value: unknown): Sequence {
  if (!(value instanceof Sequence)) throw new TypeError('not a sequence');
  return value;
}

/** Parses a PEM request; throws whatever is wrong with it. */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const der = derOfPem(pem, ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']);
  const { offset, result } = fromBER(der);
  if (offset !== der.length) throw new TypeError('not one DER value');
  const [info, algorithm, signature] = sequenceOf(result).valueBlock.value;
  const publicKeyInfo = sequenceOf(info).valueBlock.value[2];
  const oid = sequenceOf(algorithm).valueBlock.value[0];
  if (!(oid instanceof ObjectIdentifier)) throw new TypeError('no signature algorithm');
  return {
    publicKey: publicKeyOfDer(sequenceOf(publicKeyInfo).valueBeforeDecodeView),
    algorithm: oid.getValue(),
    signed: new Uint8Array(sequenceOf(info).valueBeforeDecodeView),
    signature: new Uint8Array((signature as BitString).valueBlock.valueHexView),
  };
}

/** Whether the request is signed by the key that it is for. */
export function isSelfSigned(request: CertificateRequest): boolean {
  const { publicKey, algorithm, signed, signature } = request;
  if (!(algorithm in REQUEST_HASHES)) return false;
  return verify(REQUEST_HASHES[algorithm], signed, publicKey, signature);
}
