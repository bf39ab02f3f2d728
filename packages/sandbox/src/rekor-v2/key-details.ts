// SPDX-License-Identifier: Apache-2.0
import type { HashName } from '../rekor/verifier.ts';

/** PublicKeyDetails of sigstore_common.proto. */
export const KEY_DETAILS = {
  PUBLIC_KEY_DETAILS_UNSPECIFIED: 0,
  PKCS1_RSA_PKCS1V5: 1,
  PKCS1_RSA_PSS: 2,
  PKIX_RSA_PKCS1V5: 3,
  PKIX_RSA_PSS: 4,
  PKIX_ECDSA_P256_SHA_256: 5,
  PKIX_ECDSA_P256_HMAC_SHA_256: 6,
  PKIX_ED25519: 7,
  PKIX_ED25519_PH: 8,
  PKIX_RSA_PKCS1V15_2048_SHA256: 9,
  PKIX_RSA_PKCS1V15_3072_SHA256: 10,
  PKIX_RSA_PKCS1V15_4096_SHA256: 11,
  PKIX_ECDSA_P384_SHA_384: 12,
  PKIX_ECDSA_P521_SHA_512: 13,
  LMS_SHA256: 14,
  LMOTS_SHA256: 15,
  PKIX_RSA_PSS_2048_SHA256: 16,
  PKIX_RSA_PSS_3072_SHA256: 17,
  PKIX_RSA_PSS_4096_SHA256: 18,
  PKIX_ECDSA_P384_SHA_256: 19,
  PKIX_ECDSA_P521_SHA_256: 20,
  ML_DSA_65: 21,
  ML_DSA_87: 22,
  ML_DSA_44: 23,
} as const;

export type KeyDetails = keyof typeof KEY_DETAILS;

/** The hash that each algorithm signs; undefined for the one that hashes nothing first. */
const HASHES = {
  PKIX_RSA_PKCS1V15_2048_SHA256: 'sha256',
  PKIX_RSA_PKCS1V15_3072_SHA256: 'sha256',
  PKIX_RSA_PKCS1V15_4096_SHA256: 'sha256',
  PKIX_RSA_PSS_2048_SHA256: 'sha256',
  PKIX_RSA_PSS_3072_SHA256: 'sha256',
  PKIX_RSA_PSS_4096_SHA256: 'sha256',
  PKIX_ECDSA_P256_SHA_256: 'sha256',
  PKIX_ECDSA_P384_SHA_384: 'sha384',
  PKIX_ECDSA_P384_SHA_256: 'sha256',
  PKIX_ECDSA_P521_SHA_512: 'sha512',
  PKIX_ECDSA_P521_SHA_256: 'sha256',
  PKIX_ED25519: undefined,
  PKIX_ED25519_PH: 'sha512',
} as const satisfies Partial<Record<KeyDetails, HashName | undefined>>;

/** An algorithm that Rekor knows, by the number of its name. */
export interface SigningAlgorithm {
  readonly details: KeyDetails;
  readonly hash: HashName | undefined;
}

/** The algorithm with this number; undefined where Rekor knows none. */
export function signingAlgorithm(number: number): SigningAlgorithm | undefined {
  const found = Object.entries(HASHES).find(([name]) => KEY_DETAILS[name as KeyDetails] === number);
  return found && { details: found[0] as KeyDetails, hash: found[1] };
}

/** Names of HashAlgorithm in sigstore_common.proto. */
export const HASH_ALGORITHMS = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const;
