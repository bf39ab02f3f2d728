// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { fromBER, type BitString, ObjectIdentifier, Sequence } from 'asn1js';
import { derOfPem } from '../pem.ts';

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

// The curves that Go's x509 can read.
const CURVES = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'];

/** A public key from its SubjectPublicKeyInfo; throws where Fulcio could not read it. */
export function publicKeyOfDer(der: Uint8Array): KeyObject {
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve !== undefined && !CURVES.includes(namedCurve))
    throw new TypeError('unsupported elliptic curve');
  return key;
}

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
