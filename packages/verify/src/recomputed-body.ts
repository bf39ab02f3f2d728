// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { encodeBase64, encodeHex, sha256Hex } from '@colophon/base';
import { preAuthEncoding, type SigstoreBundle, type TransparencyLogEntry } from '@colophon/attestation';
import { encodePem, type HashName } from '@colophon/pki';
import { digestOf, type Artifact } from './artifact.ts';
import type { Signer } from './signer.ts';
import { schemeOf } from './signing-key.ts';

type Recompute = (
  bundle: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
  body: Uint8Array,
) => string | undefined;

const KINDS: Readonly<Record<string, Recompute>> = {
  'hashedrekord/0.0.1': recomputeHashedRekord,
  'hashedrekord/0.0.2': recomputeHashedRekordV2,
  'dsse/0.0.1': recomputeDsse,
};

/** Tells whether an entry is of the one kind that Rekor v2 has. */
export function isRekorV2({ kindVersion: { kind, version } }: TransparencyLogEntry): boolean {
  return kind === 'hashedrekord' && version === '0.0.2';
}

/**
 * The body that a log must have made of this signature, as canonical JSON (RFC 8785; rekor-v2-spec §6.1.4): digest, signature
 * and who verifies it. Undefined for a kind that has no one text, and where not all of it is known. Every value is base64,
 * hexadecimal or a name of ours, so none needs an escape.
 */
export function recomputeBody(
  { kindVersion: { kind, version }, canonicalizedBody }: TransparencyLogEntry,
  bundle: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
): Uint8Array | undefined {
  const name = `${kind}/${version}`;
  const recompute = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const text = recompute?.(bundle, signer, artifact, canonicalizedBody);
  return text === undefined ? undefined : Buffer.from(text, 'latin1');
}

/** The names of hashes in sigstore_common.proto. */
const NAMES: Readonly<Record<HashName, string>> = {
  sha256: 'SHA2_256',
  sha384: 'SHA2_384',
  sha512: 'SHA2_512',
};

function recomputeHashedRekordV2(
  { content }: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
): string | undefined {
  const { keyDetails, algorithms } = schemeOf(signer.key);
  const hash = algorithms[0]?.hash;
  if (keyDetails === undefined || hash === undefined) return undefined;
  const digest =
    content.kind === 'dsse'
      ? createHash(hash).update(preAuthEncoding(content.payloadType, content.payload)).digest()
      : digestOf(artifact, hash);
  if (digest === undefined) return undefined;
  const verifier = `"keyDetails":"${keyDetails}",${rawVerifier(signer)}`;
  const signature = `{"content":"${encodeBase64(content.signature)}","verifier":{${verifier}}}`;
  const data = `{"algorithm":"${NAMES[hash]}","digest":"${encodeBase64(digest)}"}`;
  return `{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":${data},"signature":${signature}}}}`;
}

function rawVerifier(signer: Signer): string {
  return signer.kind === 'certificate'
    ? `"x509Certificate":{"rawBytes":"${encodeBase64(signer.certificate.der)}"}`
    : `"publicKey":{"rawBytes":"${encodeBase64(signer.key.publicKeyInfo)}"}`;
}

function recomputeHashedRekord(
  { content }: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
): string | undefined {
  if (content.kind === 'dsse') return undefined;
  const signature = `{"content":"${encodeBase64(content.signature)}","publicKey":{"content":"${pemVerifier(signer)}"}}`;
  const data = `{"hash":${hexDigest(encodeHex(artifact.sha256))}}`;
  return `{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":${data},"signature":${signature}}}`;
}

const DSSE_HEAD = '{"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":';
const SHA256_HEX = /^[0-9a-f]{64}$/;

// The hash of the envelope is of a JSON text that only its signer had. It stands at a fixed place, and is not compared.
function recomputeDsse(
  { content }: SigstoreBundle,
  signer: Signer,
  _artifact: Artifact,
  body: Uint8Array,
): string | undefined {
  if (content.kind !== 'dsse') return undefined;
  const at = DSSE_HEAD.length + hexDigest('').length - 2;
  const { buffer, byteOffset, length } = body;
  const envelopeHash = Buffer.from(buffer, byteOffset, length).toString('latin1', at, at + 64);
  if (!SHA256_HEX.test(envelopeHash)) return undefined;
  const signature = `{"signature":"${encodeBase64(content.signature)}","verifier":"${pemVerifier(signer)}"}`;
  const payloadHash = hexDigest(sha256Hex(content.payload));
  return `${DSSE_HEAD}${hexDigest(envelopeHash)},"payloadHash":${payloadHash},"signatures":[${signature}]}}`;
}

function hexDigest(hex: string): string {
  return `{"algorithm":"sha256","value":"${hex}"}`;
}

function pemVerifier(signer: Signer): string {
  const pem =
    signer.kind === 'certificate'
      ? encodePem(signer.certificate.der, 'CERTIFICATE')
      : encodePem(signer.key.publicKeyInfo, 'PUBLIC KEY');
  return Buffer.from(pem, 'latin1').toString('base64');
}
