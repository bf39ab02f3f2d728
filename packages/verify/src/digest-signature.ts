// SPDX-License-Identifier: Apache-2.0
import { constants, publicDecrypt, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { equalBytes } from '@colophon/base';
import type { HashName } from '@colophon/pki';
import type * as nist from '@noble/curves/nist.js';
import type { SigningKey } from './signing-key.ts';

type Curves = typeof nist;

/** By OpenSSL's name of a curve, @noble's. */
const CURVES = { prime256v1: 'p256', secp384r1: 'p384', secp521r1: 'p521' } as const;

/** The start of DigestInfo in DER (RFC 8017 §9.2, note 1), which the digest follows. */
const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

let curves: Curves | undefined;

// Loaded when it is needed: few verifications are of a message by its digest, and all would wait for it.
function loadCurves(): Curves {
  curves ??= createRequire(import.meta.url)('@noble/curves/nist.js') as Curves;
  return curves;
}

/**
 * Tells whether a signature by this key is over a message of this digest, where the message itself is not at hand.
 * ECDSA is computed by @noble/curves, since node:crypto takes messages only.
 */
export function isDigestSignedBy(
  key: SigningKey,
  hash: HashName,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails } = key.publicKey;
  if (type === 'rsa')
    return isRsa(key, signature, Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]));
  const curve = CURVES[(asymmetricKeyDetails?.namedCurve ?? '') as keyof typeof CURVES];
  return type === 'ec' && curve !== undefined && isEcdsa(curve, key, digest, signature);
}

// The whole of what was signed is compared, so that no byte of the padding's content is free; and a signature is as long as the
// modulus (RFC 8017 §8.2.2), where OpenSSL would decrypt one without its leading zeros too.
function isRsa({ publicKey }: SigningKey, signature: Uint8Array, wanted: Uint8Array): boolean {
  const { modulusLength = 0 } = publicKey.asymmetricKeyDetails ?? {};
  if (signature.length !== Math.ceil(modulusLength / 8)) return false;
  try {
    return equalBytes(
      publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature),
      wanted,
    );
  } catch {
    return false;
  }
}

function isEcdsa(
  name: (typeof CURVES)[keyof typeof CURVES],
  { publicKey }: SigningKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const curve = loadCurves()[name];
  try {
    return curve.verify(signature, digest, pointOf(publicKey), {
      prehash: false,
      lowS: false,
      format: 'der',
    });
  } catch {
    return false;
  }
}

// Not compressed (SEC 1 §2.3.3), in whichever form the key was written. A JWK has both coordinates in full length (RFC 7518 §6.2.1).
function pointOf(publicKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}
