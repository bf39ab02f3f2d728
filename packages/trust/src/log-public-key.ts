// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { equalBytes, isAppError, shapeMismatch } from '@colophon/base';
import { importPublicKey } from '@colophon/pki';

interface KeyKind {
  readonly type: 'ec' | 'ed25519' | 'rsa';
  readonly curve?: string;
  readonly bits?: number;
  /** The key is a bare RSAPublicKey (RFC 8017 §A.1.1), not a SubjectPublicKeyInfo. */
  readonly bare?: boolean;
}

/** The values of sigstore_common.proto's PublicKeyDetails that logs use. */
const KINDS: Readonly<Record<string, KeyKind>> = {
  PKIX_ECDSA_P256_SHA_256: { type: 'ec', curve: 'prime256v1' },
  PKIX_ECDSA_P384_SHA_384: { type: 'ec', curve: 'secp384r1' },
  PKIX_ECDSA_P521_SHA_512: { type: 'ec', curve: 'secp521r1' },
  PKIX_ED25519: { type: 'ed25519' },
  PKIX_RSA_PKCS1V15_2048_SHA256: { type: 'rsa', bits: 2048 },
  PKIX_RSA_PKCS1V15_3072_SHA256: { type: 'rsa', bits: 3072 },
  PKIX_RSA_PKCS1V15_4096_SHA256: { type: 'rsa', bits: 4096 },
  PKIX_RSA_PKCS1V5: { type: 'rsa' },
  PKCS1_RSA_PKCS1V5: { type: 'rsa', bare: true },
};

/** The key of a log, which must be of the type and size that `keyDetails` says. @throws EncodingError ERR_JSON_SHAPE */
export function importLogKey(bytes: Uint8Array, keyDetails: string, at: string): KeyObject {
  const kind = Object.hasOwn(KINDS, keyDetails) ? KINDS[keyDetails] : undefined;
  if (kind === undefined) throw shapeMismatch(`${at}.keyDetails`, 'a supported kind of key');
  const key = importKey(bytes, kind, at);
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const wanted = [kind.type, kind.curve ?? namedCurve, kind.bits ?? modulusLength];
  const found = [key.asymmetricKeyType, namedCurve, modulusLength];
  if (String(wanted) !== String(found)) throw shapeMismatch(`${at}.rawBytes`, `a key of kind ${keyDetails}`);
  return key;
}

function importKey(bytes: Uint8Array, kind: KeyKind, at: string): KeyObject {
  try {
    return importPublicKey(kind.bare === true ? wrapRsaKey(bytes) : bytes);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    throw shapeMismatch(`${at}.rawBytes`, 'a public key in DER');
  }
}

// A SubjectPublicKeyInfo ends with the bare key, so its end shows whether the bytes were DER.
function wrapRsaKey(bytes: Uint8Array): Uint8Array {
  try {
    const key = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs1' });
    const spki = key.export({ format: 'der', type: 'spki' });
    if (equalBytes(spki.subarray(-bytes.length), bytes)) return spki;
  } catch {
    // OpenSSL's own words would add nothing to "not a public key in DER".
  }
  return new Uint8Array();
}
