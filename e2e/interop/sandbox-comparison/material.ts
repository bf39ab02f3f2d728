// SPDX-License-Identifier: Apache-2.0
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { der, oid, TAG } from './der.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const curve = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number): KeyPair => generateKeyPairSync('rsa', { modulusLength });

/** The keys that requests are signed with, made once for both sides. */
export const keys = {
  p256: curve('P-256'),
  other: curve('P-256'),
  p384: curve('P-384'),
  p521: curve('P-521'),
  p224: curve('P-224'),
  secp256k1: curve('secp256k1'),
  ed25519: generateKeyPairSync('ed25519'),
  rsa2048: rsa(2048),
  rsa1024: rsa(1024),
} as const;

export function base64(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64');
}

export function digest(content: string | Uint8Array, algorithm = 'sha256'): Buffer {
  return createHash(algorithm).update(content).digest();
}

/** Ed25519 hashes by itself whatever the algorithm. */
export function signature(
  content: string | Uint8Array,
  { privateKey }: KeyPair,
  algorithm = 'sha256',
): Buffer {
  const hash = privateKey.asymmetricKeyType === 'ed25519' ? undefined : algorithm;
  return sign(hash, Buffer.from(content), privateKey);
}

export function spkiDer({ publicKey }: KeyPair): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

export function spkiPem({ publicKey }: KeyPair): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

export function pem(bytes: Uint8Array, label: string): string {
  const lines = base64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const ECDSA_WITH = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
const RSA_WITH = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];

/** The content of the OIDs of signature algorithms. */
export const ALGORITHM = {
  ecdsaSha1: [...ECDSA_WITH, 0x01],
  ecdsaSha256: [...ECDSA_WITH, 0x03, 0x02],
  ecdsaSha384: [...ECDSA_WITH, 0x03, 0x03],
  ecdsaSha512: [...ECDSA_WITH, 0x03, 0x04],
  rsaSha256: [...RSA_WITH, 0x0b],
  ed25519: [0x2b, 0x65, 0x70],
  unknown: [0x2a, 0x03, 0x04],
} as const;

export interface RequestTerms {
  readonly algorithm?: readonly number[];
  readonly hash?: string;
  /** Who signs, if not the key that the request is for. */
  readonly signer?: KeyPair;
}

/** The DER of a PKCS#10 request with an empty subject. */
export function certificateRequest(pair: KeyPair, terms: RequestTerms = {}): Buffer {
  const { algorithm = ALGORITHM.ecdsaSha256, hash, signer = pair } = terms;
  const version = der(TAG.integer, Buffer.of(0));
  const info = der(TAG.sequence, version, der(TAG.sequence), spkiDer(pair), der(TAG.context0));
  const bits = Buffer.concat([Buffer.of(0), signature(info, signer, hash)]);
  return der(TAG.sequence, info, der(TAG.sequence, oid(...algorithm)), der(TAG.bitString, bits));
}

/** A self-signed certificate in DER, of the few parts that it must have. */
export function selfSigned(pair: KeyPair): Buffer {
  const algorithm = der(TAG.sequence, oid(...ALGORITHM.ecdsaSha256));
  const name = der(TAG.sequence);
  const validity = der(TAG.sequence, utcTime('200101000000Z'), utcTime('491231235959Z'));
  const serial = der(TAG.integer, Buffer.of(1));
  const tbs = der(TAG.sequence, serial, algorithm, name, validity, name, spkiDer(pair));
  const bits = Buffer.concat([Buffer.of(0), signature(tbs, pair)]);
  return der(TAG.sequence, tbs, algorithm, der(TAG.bitString, bits));
}

function utcTime(text: string): Buffer {
  return der(TAG.utcTime, Buffer.from(text));
}

const ED25519_PKCS8 = '302e020100300506032b657004220420';
const ED25519PH_SECRET = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42';
const ED25519PH_SIGNATURE =
  '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41' +
  '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406';

/** The signature of RFC 8032 §7.3: node:crypto makes none of its kind. */
export function ed25519ph(): { readonly text: string; readonly signature: Buffer; readonly pair: KeyPair } {
  const key = Buffer.from(ED25519_PKCS8 + ED25519PH_SECRET, 'hex');
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const pair = { privateKey, publicKey: createPublicKey(privateKey) };
  return { text: 'abc', signature: Buffer.from(ED25519PH_SIGNATURE, 'hex'), pair };
}
