// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { equalBytes, sha256 } from '@colophon/base';
import type { Certificate } from './certificate.ts';
import { encodeDer, expectTag, readChildren, readDer, TAG } from './der.ts';
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
  for (const sct of parseSctList(extension.value)) {
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
  const head = Buffer.alloc(12);
  head.writeUInt8(sct.version, 0);
  head.writeUInt8(CERTIFICATE_TIMESTAMP, 1);
  head.writeBigUInt64BE(BigInt(sct.timestamp.getTime()), 2);
  head.writeUInt16BE(PRECERT_ENTRY, 10);
  const tbsLength = Buffer.alloc(3);
  tbsLength.writeUIntBE(tbs.length, 0, 3);
  const extensionsLength = Buffer.alloc(2);
  extensionsLength.writeUInt16BE(sct.extensions.length);
  const issuerKeyHash = sha256(issuer.publicKeyInfo);
  return Buffer.concat([head, issuerKeyHash, tbsLength, tbs, extensionsLength, sct.extensions]);
}

// The log signed the certificate before its own answer was put in: the TBSCertificate without that one extension. The rest is
// taken over as it stands, before and behind it; only the lengths of what holds it change.
function withoutSct({ tbs, extensions }: Certificate): Uint8Array {
  const fields = readChildren(expectTag(readDer(tbs), TAG.sequence, 'the signed part of the certificate'));
  const [first, wrapper] = [fields[0], fields.at(-1)];
  const [list] = wrapper === undefined ? [] : readChildren(wrapper);
  const sct = extensions.get(EXTENSION.signedCertificateTimestamps);
  if (first === undefined || wrapper === undefined || list === undefined || sct === undefined)
    throw sctError('the certificate has no signed certificate timestamp');
  const [before, after] = around(list.value, sct.bytes);
  const [others] = around(tbs, wrapper.bytes);
  const head = others.subarray(first.bytes.byteOffset - tbs.byteOffset);
  return encodeDer(TAG.sequence, head, encodeDer(EXPLICIT_3, encodeDer(TAG.sequence, before, after)));
}

// `part` is a view into `whole`.
function around(whole: Uint8Array, part: Uint8Array): [before: Uint8Array, after: Uint8Array] {
  const start = part.byteOffset - whole.byteOffset;
  return [whole.subarray(0, start), whole.subarray(start + part.length)];
}
