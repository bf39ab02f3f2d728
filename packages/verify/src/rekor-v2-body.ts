// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { encodeBase64, encodeUtf8 } from '@colophon/base';
import { preAuthEncoding, type SigstoreBundle, type TransparencyLogEntry } from '@colophon/attestation';
import type { HashName } from '@colophon/pki';
import { digestOf, type Artifact } from './artifact.ts';
import type { Signer } from './signer.ts';
import { schemeOf } from './signing-key.ts';

/** The names of hashes in sigstore_common.proto. */
const NAMES: Readonly<Record<HashName, string>> = {
  sha256: 'SHA2_256',
  sha384: 'SHA2_384',
  sha512: 'SHA2_512',
};

/** Tells whether an entry is of the one kind that Rekor v2 has. */
export function isRekorV2({ kindVersion: { kind, version } }: TransparencyLogEntry): boolean {
  return kind === 'hashedrekord' && version === '0.0.2';
}

/**
 * The body that Rekor v2 must have logged for this signature (rekor-v2-spec §6.1.4): canonical JSON (RFC 8785) of the
 * digest of what was signed, the signature and who verifies it. Undefined for a key that Rekor v2 does not take, and
 * where the digest that the key's algorithm needs is not known.
 */
export function recomputeBody(
  { content }: SigstoreBundle,
  signer: Signer,
  artifact: Artifact,
): Uint8Array | undefined {
  const { keyDetails, algorithms } = schemeOf(signer.key);
  const hash = algorithms[0]?.hash;
  if (keyDetails === undefined || hash === undefined) return undefined;
  const digest =
    content.kind === 'dsse'
      ? createHash(hash).update(preAuthEncoding(content.payloadType, content.payload)).digest()
      : digestOf(artifact, hash);
  if (digest === undefined) return undefined;
  // Every value is base64 or a name of ours, so none needs an escape, and the keys stand in their order.
  const verifier = `"keyDetails":"${keyDetails}",${verifierJson(signer)}`;
  const signature = `{"content":"${encodeBase64(content.signature)}","verifier":{${verifier}}}`;
  const data = `{"algorithm":"${NAMES[hash]}","digest":"${encodeBase64(digest)}"}`;
  return encodeUtf8(
    `{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":${data},"signature":${signature}}}}`,
  );
}

function verifierJson(signer: Signer): string {
  return signer.kind === 'certificate'
    ? `"x509Certificate":{"rawBytes":"${encodeBase64(signer.certificate.der)}"}`
    : `"publicKey":{"rawBytes":"${encodeBase64(signer.key.publicKeyInfo)}"}`;
}
