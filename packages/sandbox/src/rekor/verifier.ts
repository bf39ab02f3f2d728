// SPDX-License-Identifier: Apache-2.0
import { constants, createHash, type KeyObject, publicDecrypt, verify, X509Certificate } from 'node:crypto';
import { equalBytes } from '@colophon/base';
import { allPemBlocks, pemOf } from '../pem.ts';
import { publicKeyOfDer, requireOneElement, spkiOf } from '../spki.ts';
import { parseEcdsaSignature, verifyEcdsaDigest } from './ecdsa-digest.ts';
import { verifyEd25519ph } from './ed25519ph.ts';
import { EntryError } from './entry-error.ts';

export type HashName = 'sha256' | 'sha384' | 'sha512';

/** What an entry names as its verifier: a public key or a certificate, in the one form in which it is logged. */
export interface Verifier {
  readonly key: KeyObject;
  readonly canonical: Uint8Array;
}

const MAX_CHAIN = 10;

/** Parses a PEM public key, certificate, or chain of certificates with the leaf first. @throws EntryError */
export function parseVerifier(content: Uint8Array): Verifier {
  const text = Buffer.from(content).toString('latin1').trim();
  const { blocks, rest } = allPemBlocks(text);
  const [first] = blocks;
  if (!first) throw new EntryError('invalid public key: failure decoding PEM');
  try {
    if (blocks.length > 1 || rest !== '') return parseChain(blocks, rest);
    if (first.label === 'PUBLIC KEY') return publicKeyVerifier(first.der);
    if (first.label === 'CERTIFICATE') return certificateVerifier([first.der]);
  } catch (cause) {
    if (cause instanceof EntryError) throw cause;
    throw new EntryError('asn1: structure error', { cause });
  }
  throw new EntryError(`invalid public key: cannot handle type ${first.label}`);
}

function parseChain(blocks: readonly { label: string; der: Uint8Array }[], rest: string): Verifier {
  if (rest !== '' || blocks.some(({ label }) => label !== 'CERTIFICATE'))
    throw new EntryError('error during PEM decoding');
  if (blocks.length > MAX_CHAIN) throw new EntryError('too many certificates specified in PEM block');
  return certificateVerifier(blocks.map(({ der }) => der));
}

function publicKeyVerifier(der: Uint8Array): Verifier {
  const key = publicKeyOfDer(der);
  return { key, canonical: Buffer.from(pemOf(spkiOf(key), 'PUBLIC KEY')) };
}

function certificateVerifier(chain: readonly Uint8Array[]): Verifier {
  const certificates = chain.map(certificateOfDer);
  const pem = certificates.map(({ raw }) => pemOf(raw, 'CERTIFICATE')).join('');
  return { key: (certificates[0] as X509Certificate).publicKey, canonical: Buffer.from(pem) };
}

/** A certificate from its DER; throws where it is none, or more. */
export function certificateOfDer(der: Uint8Array): X509Certificate {
  requireOneElement(der);
  return new X509Certificate(der);
}

/** Verifies a signature over a message: with SHA-256 whatever the curve, as Rekor has it for envelopes. */
export function verifyMessage(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(undefined, message, key, signature);
  const digest = new Uint8Array(createHash('sha256').update(message).digest());
  return digestFailure(key, { algorithm: 'sha256', digest }, signature) === undefined;
}

/** The keys that may be used, each with the hash that it may be used with. */
const ALLOWED: ReadonlySet<string> = new Set([
  'prime256v1 sha256',
  'secp384r1 sha384',
  'secp521r1 sha512',
  '2048 sha256',
  '3072 sha256',
  '4096 sha256',
  'ed25519 sha512',
]);

/** Whether a log takes signatures by such a key over such a hash. */
export function isAllowedAlgorithm(key: KeyObject, algorithm: HashName): boolean {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  return ALLOWED.has(`${namedCurve ?? modulusLength ?? key.asymmetricKeyType} ${algorithm}`);
}

/** Why a signature over a digest is not good, in Rekor's words; undefined if it is good. */
export function digestFailure(
  key: KeyObject,
  signed: { readonly algorithm: HashName; readonly digest: Uint8Array },
  signature: Uint8Array,
): string | undefined {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return ecdsaFailure(key, signed.digest, signature);
    case 'rsa':
      return isRsaSignature(key, signed, signature) ? undefined : 'crypto/rsa: verification error';
    default:
      return ed25519Failure(key, signed, signature);
  }
}

function ecdsaFailure(key: KeyObject, digest: Uint8Array, bytes: Uint8Array): string | undefined {
  const signature = parseEcdsaSignature(bytes);
  if (!signature) return 'ecdsa: Invalid IEEE_P1363 encoded bytes';
  if (verifyEcdsaDigest(key, digest, signature)) return undefined;
  return 'invalid signature when validating ASN.1 encoded signature';
}

// Of Ed25519 only Ed25519ph signs a digest.
function ed25519Failure(
  key: KeyObject,
  { algorithm, digest }: { readonly algorithm: HashName; readonly digest: Uint8Array },
  signature: Uint8Array,
): string | undefined {
  const name = `SHA-${algorithm.slice(3)}`;
  if (algorithm !== 'sha512') return `unsupported hash algorithm: ${JSON.stringify(name)} not in [SHA-512]`;
  return verifyEd25519ph(key, digest, signature)
    ? undefined
    : 'failed to verify signature: ed25519: invalid signature';
}

const DIGEST_INFO: Readonly<Record<HashName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

function isRsaSignature(
  key: KeyObject,
  { algorithm, digest }: { readonly algorithm: HashName; readonly digest: Uint8Array },
  signature: Uint8Array,
): boolean {
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return equalBytes(opened, Buffer.concat([Buffer.from(DIGEST_INFO[algorithm], 'hex'), digest]));
  } catch {
    return false;
  }
}
