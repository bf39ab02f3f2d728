// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, sign } from 'node:crypto';
import { ecKeys, type ForgedSigstore, type KeyPair, type Log, newLog } from './authority.ts';
import {
  authorityKey,
  CODE_SIGNING,
  EXTENSION,
  extendedKeyUsage,
  extension,
  type Extension,
  keyIdentifier,
  keyUsage,
  signCertificate,
  spkiOf,
  subjectKey,
  subjectNames,
  toBeSigned,
} from './certificate.ts';
import { type Der, distinguishedName, octetString, utf8String } from './der.ts';
import { REF, REPOSITORY, SHA, SIGNING_TIME, WORKFLOW } from './facts.ts';

/** How a leaf differs from what Fulcio would issue. */
export interface LeafShape {
  readonly keys?: KeyPair;
  /** By the last number of Fulcio's extension: a text becomes a UTF8String, bytes stand as they are, null takes it away. */
  readonly claims?: Readonly<Record<number, string | Uint8Array | null>>;
  readonly extensions?: (usual: readonly Extension[]) => readonly Extension[];
  readonly subject?: Der;
  readonly issuer?: Der;
  readonly serial?: Uint8Array;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly timestamps?: TimestampShape;
  /** Bytes after the certificate's end. */
  readonly tail?: Uint8Array;
}

export type TimestampShape = 'none' | 'two' | 'other-log' | 'critical' | 'trailing-byte' | 'with-extension';

export const FULCIO = '1.3.6.1.4.1.57264.1.';
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const BUILD_CONFIG = `https://github.com/${REPOSITORY}/.github/workflows/${WORKFLOW}@${REF}`;
const DIGITAL_SIGNATURE = 0b1000_0000;
const SECOND = 1000;

/** The claims of a GitHub job, as Fulcio writes them. */
const CLAIMS: NonNullable<LeafShape['claims']> = {
  1: Buffer.from(ISSUER),
  8: ISSUER,
  9: BUILD_CONFIG,
  12: `https://github.com/${REPOSITORY}`,
  13: SHA,
  14: REF,
  18: BUILD_CONFIG,
};

export interface Leaf {
  readonly der: Der;
  readonly key: KeyObject;
}

/** Issues a leaf, with a timestamp of the CT log over what it would be without one (RFC 6962, section 3.2). */
export function issueLeaf(sigstore: ForgedSigstore, shape: LeafShape = {}): Leaf {
  const keys = shape.keys ?? ecKeys('P-256');
  const usual = usualExtensions(sigstore, shape.claims ?? {});
  const content = {
    ...(shape.serial === undefined ? {} : { serial: shape.serial }),
    issuer: shape.issuer ?? sigstore.issuerName,
    subject: shape.subject ?? distinguishedName(),
    notBefore: shape.notBefore ?? new Date(SIGNING_TIME * SECOND - 60 * SECOND),
    notAfter: shape.notAfter ?? new Date(SIGNING_TIME * SECOND + 540 * SECOND),
    publicKey: keys.publicKey,
    extensions: shape.extensions?.(usual) ?? usual,
  };
  const serial =
    content.serial ??
    new Uint8Array([0x40, ...createHash('sha1').update(spkiOf(keys.publicKey)).digest().subarray(1)]);
  const fixed = { ...content, serial };
  const stamps = timestampExtension(sigstore, toBeSigned(fixed), shape.timestamps);
  const signed = toBeSigned({ ...fixed, extensions: [...content.extensions, ...stamps] });
  const der = signCertificate(signed, sigstore.issuerKey.privateKey);
  return {
    der: shape.tail === undefined ? der : new Uint8Array([...der, ...shape.tail]),
    key: keys.privateKey,
  };
}

function usualExtensions(
  { issuerKey }: ForgedSigstore,
  changed: NonNullable<LeafShape['claims']>,
): Extension[] {
  const claims = Object.entries({ ...CLAIMS, ...changed }).flatMap(([number, value]) =>
    value === null
      ? []
      : [extension(FULCIO + number, false, typeof value === 'string' ? utf8String(value) : value)],
  );
  return [
    keyUsage(DIGITAL_SIGNATURE),
    extendedKeyUsage([CODE_SIGNING]),
    subjectKey(new Uint8Array(20).fill(0xaa)),
    authorityKey(keyIdentifier(issuerKey.publicKey)),
    subjectNames([[6, BUILD_CONFIG]]),
    ...claims,
  ];
}

function timestampExtension(
  sigstore: ForgedSigstore,
  precertificate: Der,
  shape: TimestampShape | undefined,
): Extension[] {
  if (shape === 'none') return [];
  const log = shape === 'other-log' ? newLog() : sigstore.ctLog;
  // The leaf index, as static-ct-api writes it.
  const stampExtensions =
    shape === 'with-extension' ? new Uint8Array([0, 0, 5, 0, 0, 0, 0, 7]) : new Uint8Array();
  const stamp = signedTimestamp(log, sigstore, { precertificate, stampExtensions });
  const list = vector(
    2,
    Buffer.concat((shape === 'two' ? [stamp, stamp] : [stamp]).map((one) => vector(2, one))),
  );
  const bytes = shape === 'trailing-byte' ? new Uint8Array([...list, 0]) : list;
  return [extension(EXTENSION.timestamps, shape === 'critical', octetString(bytes))];
}

/** A signed certificate timestamp, version 1, of a precertificate. */
function signedTimestamp(
  log: Log,
  { issuerKey }: ForgedSigstore,
  { precertificate, stampExtensions }: { precertificate: Der; stampExtensions: Uint8Array },
): Uint8Array {
  const when = Buffer.alloc(8);
  when.writeBigUInt64BE(BigInt(SIGNING_TIME) * 1000n);
  const issuerHash = createHash('sha256').update(spkiOf(issuerKey.publicKey)).digest();
  const entry = [new Uint8Array([0, 1]), issuerHash, vector(3, precertificate), vector(2, stampExtensions)];
  const signature = sign('sha256', Buffer.concat([new Uint8Array([0, 0]), when, ...entry]), log.privateKey);
  const algorithms = new Uint8Array([4, 3]);
  return Buffer.concat([
    new Uint8Array([0]),
    log.id,
    when,
    vector(2, stampExtensions),
    algorithms,
    vector(2, signature),
  ]);
}

/** TLS's variable-length vector: a length of `width` bytes, and the content. */
function vector(width: number, content: Uint8Array): Uint8Array {
  const length = Buffer.alloc(width);
  length.writeUIntBE(content.length, 0, width);
  return Buffer.concat([length, content]);
}
