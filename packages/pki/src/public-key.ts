// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { encodeBase64, equalBytes } from '@colophon/base';
import { readOctetAlignedBits } from './der-value.ts';
import { derError, readChildren, readDer } from './der.ts';

const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const MIN_RSA_BITS = 2048;

/** SubjectPublicKeyInfo, or the bare RSAPublicKey of PKCS #1 that trusted roots hold for some old logs. */
export type PublicKeyEncoding = 'spki' | 'pkcs1';

/**
 * Imports a public key from DER. Taken are P-256, P-384, P-521, Ed25519 and RSA of 2048 bits or more, in the one encoding
 * that OpenSSL writes itself: a second encoding of a key would have a second digest.
 * @throws PkiError ERR_CERTIFICATE
 */
export function importPublicKey(der: Uint8Array, encoding: PublicKeyEncoding = 'spki'): KeyObject {
  // These bytes leave no choice: type and curve are fixed, and what follows is a point, which OpenSSL finds on the curve.
  if (encoding === 'spki' && hasOnlyForm(der)) return importText(der);
  const key = importDer(der, encoding);
  if (!isSupported(key)) throw derError('the public key is of a type that is not supported');
  if (!equalBytes(exportDer(key, encoding), der)) throw derError('the public key is not DER');
  return key;
}

/** By length, all but the point or key of a SubjectPublicKeyInfo that is not compressed (RFC 5480 §2, RFC 8410 §4). */
const FORMS: ReadonlyMap<number, Buffer> = new Map([
  [91, Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')],
  [120, Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex')],
  [158, Buffer.from('30819b301006072a8648ce3d020106052b810400230381860004', 'hex')],
  [44, Buffer.from('302a300506032b6570032100', 'hex')],
]);

function hasOnlyForm(der: Uint8Array): boolean {
  const head = FORMS.get(der.length);
  return head !== undefined && head.equals(der.subarray(0, head.length));
}

// As text, since Node asks of every object that it is given whether it is a key, and makes and catches an error for each that is
// none: that takes twice as long as the import itself.
function importText(der: Uint8Array): KeyObject {
  try {
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${encodeBase64(der)}\n-----END PUBLIC KEY-----`);
  } catch (cause) {
    throw derError('the public key cannot be read', cause);
  }
}

function importDer(der: Uint8Array, type: PublicKeyEncoding): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type });
  } catch (cause) {
    throw derError('the public key cannot be read', cause);
  }
}

// Node cannot export every RSA key as PKCS #1, but it is what a SubjectPublicKeyInfo holds (RFC 8017 §A.1.1).
function exportDer(key: KeyObject, encoding: PublicKeyEncoding): Uint8Array {
  const spki = key.export({ type: 'spki', format: 'der' });
  if (encoding === 'spki') return spki;
  const [, bits] = readChildren(readDer(spki));
  return readOctetAlignedBits(bits, 'the public key');
}

function isSupported(key: KeyObject): boolean {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return CURVES.has(namedCurve);
  if (key.asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS;
  return key.asymmetricKeyType === 'ed25519';
}
