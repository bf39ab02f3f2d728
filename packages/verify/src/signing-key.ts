// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import type { HashName, SignatureAlgorithm } from '@colophon/pki';

/** A public key and its SubjectPublicKeyInfo in DER: of a certificate, or one that the user manages. */
export interface SigningKey {
  readonly publicKey: KeyObject;
  readonly publicKeyInfo: Uint8Array;
}

interface Scheme {
  /** What the signature may be made with, the usual first. */
  readonly algorithms: readonly SignatureAlgorithm[];
  /** How Rekor v2 names it in an entry (sigstore_common.proto, PublicKeyDetails). */
  readonly keyDetails: string | undefined;
}

const ecdsa = (...hashes: readonly HashName[]) => hashes.map((hash) => ({ keyType: 'ec' as const, hash }));

/** Signers of before 2024 took SHA-256 with every curve; it is no weaker than the rest of the instance. */
const CURVES: Readonly<Record<string, Scheme>> = {
  prime256v1: { algorithms: ecdsa('sha256'), keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
  secp384r1: { algorithms: ecdsa('sha384', 'sha256'), keyDetails: 'PKIX_ECDSA_P384_SHA_384' },
  secp521r1: { algorithms: ecdsa('sha512', 'sha256'), keyDetails: 'PKIX_ECDSA_P521_SHA_512' },
};
const ED25519: Scheme = { algorithms: [{ keyType: 'ed25519', hash: undefined }], keyDetails: undefined };
const UNKNOWN: Scheme = { algorithms: [], keyDetails: undefined };

function rsa(bits: number | undefined): Scheme {
  return {
    algorithms: [{ keyType: 'rsa', hash: 'sha256' }],
    keyDetails: `PKIX_RSA_PKCS1V15_${bits}_SHA256`,
  };
}

/** The schemes that a key may sign with, as Sigstore's registry of algorithms has them. The key decides, never the document. */
export function schemeOf({ publicKey, publicKeyInfo }: SchemeKey): Scheme {
  const known = schemes.get(publicKey);
  if (known !== undefined) return known;
  const scheme = usualScheme(publicKeyInfo) ?? findScheme(publicKey);
  schemes.set(publicKey, scheme);
  return scheme;
}

type SchemeKey = Pick<SigningKey, 'publicKey'> & Partial<SigningKey>;

/** The curves by the length of a SubjectPublicKeyInfo, which no other supported key has: asking the key object is dear. */
const BY_LENGTH: ReadonlyMap<number, Scheme | undefined> = new Map([
  [91, CURVES['prime256v1']],
  [120, CURVES['secp384r1']],
  [158, CURVES['secp521r1']],
]);

function usualScheme(publicKeyInfo: Uint8Array | undefined): Scheme | undefined {
  return publicKeyInfo === undefined ? undefined : BY_LENGTH.get(publicKeyInfo.length);
}

const schemes = new WeakMap<KeyObject, Scheme>();

function findScheme(publicKey: KeyObject): Scheme {
  const { namedCurve = '', modulusLength } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === 'ec') return CURVES[namedCurve] ?? UNKNOWN;
  if (publicKey.asymmetricKeyType === 'rsa') return rsa(modulusLength);
  return publicKey.asymmetricKeyType === 'ed25519' ? ED25519 : UNKNOWN;
}
