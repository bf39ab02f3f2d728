// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { encodeUtf8, equalBytes, sha256 } from '@colophon/base';

/** Signature types of C2SP signed-note key ids. */
const ED25519_TYPE = [0x01];
const RSA_TYPE = [0xff, ...encodeUtf8('PKIX-RSA-PKCS#1v1.5')];
const LINE_FEED = [0x0a];
const ED25519_KEY_BYTES = 32;
const SHORT_ID_BYTES = 4;

/**
 * The ids that a log with this key may have: SHA-256 of the SubjectPublicKeyInfo (RFC 6962 §3.2; Rekor v1; ECDSA in
 * Rekor v2), and for Ed25519 and RSA keys of a log that signs notes also the key id of C2SP signed-note, not cut
 * short, under the log's origin.
 */
export function possibleLogIds(key: KeyObject, origins: readonly string[]): Uint8Array[] {
  const spki = key.export({ type: 'spki', format: 'der' });
  const suffix = noteSuffix(key, spki);
  if (suffix === undefined) return [sha256(spki)];
  return [
    sha256(spki),
    ...origins.map((origin) => sha256(encodeUtf8(origin), Uint8Array.from(LINE_FEED), suffix)),
  ];
}

function noteSuffix(key: KeyObject, spki: Uint8Array): Uint8Array | undefined {
  if (key.asymmetricKeyType === 'ed25519')
    return Uint8Array.from([...ED25519_TYPE, ...spki.subarray(-ED25519_KEY_BYTES)]);
  if (key.asymmetricKeyType === 'rsa') return Uint8Array.from([...RSA_TYPE, ...spki]);
  return undefined;
}

/** The origins that a log at this address may sign its checkpoints under: its host, or host and path (C2SP: a URL without scheme). */
export function possibleOrigins(baseUrl: string): string[] {
  const url = URL.parse(baseUrl);
  if (url === null) return [baseUrl];
  return [url.hostname, url.host, (url.host + url.pathname).replace(/\/$/, '')];
}

/** Tells whether a checkpoint key id, whole or cut to four bytes, belongs to one of the ids. */
export function isCheckpointKeyId(keyId: Uint8Array, ids: readonly Uint8Array[]): boolean {
  return ids.some((id) => equalBytes(id, keyId) || equalBytes(id.subarray(0, SHORT_ID_BYTES), keyId));
}
