// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { equalBytes, sha256 } from '@colophon/base';
import type { Certificate } from './certificate.ts';
import { encodeDerHeader, TAG } from './der.ts';
import { EXTENSION } from './extension.ts';
import type { LogKey } from './log-key.ts';
import { PkiError } from './pki-error.ts';
import { parseSctList, type SignedCertificateTimestamp } from './sct-list.ts';
import { checkSignature, type SignatureCheck } from './signature-check.ts';
import { isWithin } from './validity.ts';

const EXPLICIT_3 = 0xa3;
const CERTIFICATE_TIMESTAMP = 0;
const PRECERT_ENTRY = 1;

/** The promise of a certificate transparency log that was verified. */
export interface VerifiedSct {
  readonly logId: Uint8Array;
  readonly timestamp: Date;
}

/**
 * Verifies the timestamps that certificate transparency logs embedded in a leaf (RFC 6962 §3.2, §3.3). Those of unknown
 * logs are passed over; one of a known log must be signed by its key, while the log was in use and before the certificate
 * expired; at least one must be so.
 * @param issuer the certificate that issued the leaf: its key is part of what the log signed.
 * @throws PkiError ERR_SCT
 */
export function verifySct(
  leaf: Certificate,
  issuer: Certificate,
  ctLogs: readonly LogKey[],
  check: SignatureCheck = checkSignature,
): VerifiedSct {
  const extension = leaf.extensions.get(EXTENSION.signedCertificateTimestamps);
  if (extension === undefined) throw sctError('the certificate has no signed certificate timestamp');
  let verified: VerifiedSct | undefined;
  for (const sct of parseSctList(extension)) {
    const logs = ctLogs.filter(({ logId }) => equalBytes(logId, sct.logId));
    if (logs.length === 0) continue;
    assertSct(sct, leaf, logs, (key) =>
      check(key, sct.algorithm, signedData(sct, leaf, issuer), sct.signature),
    );
    verified ??= { logId: sct.logId, timestamp: sct.timestamp };
  }
  if (verified === undefined)
    throw sctError('no certificate transparency log of the trusted root timestamped the certificate');
  return verified;
}

function sctError(message: string): PkiError {
  return new PkiError('ERR_SCT', message);
}

function assertSct(
  sct: SignedCertificateTimestamp,
  leaf: Certificate,
  logs: readonly LogKey[],
  isSignedBy: (key: KeyObject) => boolean,
): void {
  const inUse = logs.filter(({ validFor }) => isWithin(validFor, sct.timestamp));
  if (inUse.length === 0)
    throw sctError('the certificate transparency log was not in use at the time it names');
  if (sct.timestamp > leaf.notAfter)
    throw sctError('the signed certificate timestamp is later than the certificate');
  if (!inUse.some(({ publicKey }) => isSignedBy(publicKey)))
    throw sctError('the signature of the certificate transparency log is wrong');
}

// RFC 6962 §3.2: the TLS encoding of what the log signed for a precertificate.
function signedData(sct: SignedCertificateTimestamp, leaf: Certificate, issuer: Certificate): Uint8Array {
  const tbs = withoutSct(leaf);
  const length = totalLength(tbs);
  const head = Buffer.alloc(12);
  head.writeUInt8(sct.version, 0);
  head.writeUInt8(CERTIFICATE_TIMESTAMP, 1);
  head.writeBigUInt64BE(BigInt(sct.timestamp.getTime()), 2);
  head.writeUInt16BE(PRECERT_ENTRY, 10);
  const tbsLength = Uint8Array.of(length >> 16, (length >> 8) & 0xff, length & 0xff);
  const extensionsLength = Uint8Array.of(sct.extensions.length >> 8, sct.extensions.length & 0xff);
  return Buffer.concat([head, keyHashOf(issuer), tbsLength, ...tbs, extensionsLength, sct.extensions]);
}

const keyHashes = new WeakMap<Certificate, Uint8Array>();

function keyHashOf(issuer: Certificate): Uint8Array {
  const known = keyHashes.get(issuer);
  if (known !== undefined) return known;
  const digest = sha256(issuer.publicKeyInfo);
  keyHashes.set(issuer, digest);
  return digest;
}

// The log signed the certificate before its own answer was put in: the TBSCertificate without that one extension. The rest is
// taken over as it stands, before and behind it; only the headers of what holds it change. As those are DER, their lengths follow
// from what they hold, and the extensions are the last of it.
function withoutSct({ tbs, extensions }: Certificate): readonly Uint8Array[] {
  const sct = extensions.get(EXTENSION.signedCertificateTimestamps)?.bytes;
  const [first] = extensions.values();
  if (first === undefined || sct === undefined)
    throw sctError('the certificate has no signed certificate timestamp');
  const listAt = first.bytes.byteOffset - tbs.byteOffset;
  const sctAt = sct.byteOffset - tbs.byteOffset;
  const length = tbs.length - listAt;
  const fields = tbs.subarray(headerLength(tbs), listAt - totalLength(listHeaders(length)));
  const headers = listHeaders(length - sct.length);
  return [
    encodeDerHeader(TAG.sequence, fields.length + totalLength(headers) + length - sct.length),
    fields,
    ...headers,
    tbs.subarray(listAt, sctAt),
    tbs.subarray(sctAt + sct.length),
  ];
}

/** The headers of a list of extensions: of its explicit tag, and its own. */
function listHeaders(length: number): readonly [Uint8Array, Uint8Array] {
  const inner = encodeDerHeader(TAG.sequence, length);
  return [encodeDerHeader(EXPLICIT_3, inner.length + length), inner];
}

function headerLength(element: Uint8Array): number {
  const first = element[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
