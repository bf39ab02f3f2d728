// SPDX-License-Identifier: Apache-2.0
import type { SignatureAlgorithm } from '@colophon/pki';
import type { TrustedLog } from '@colophon/trust';

/** How a log signs promises and checkpoints, by what the trusted root says of its key. */
export function logAlgorithm({ keyDetails }: Pick<TrustedLog, 'keyDetails'>): SignatureAlgorithm {
  if (keyDetails === 'PKIX_ED25519') return { keyType: 'ed25519', hash: undefined };
  if (keyDetails === 'PKIX_ECDSA_P384_SHA_384') return { keyType: 'ec', hash: 'sha384' };
  if (keyDetails === 'PKIX_ECDSA_P521_SHA_512') return { keyType: 'ec', hash: 'sha512' };
  return { keyType: keyDetails.includes('RSA') ? 'rsa' : 'ec', hash: 'sha256' };
}
