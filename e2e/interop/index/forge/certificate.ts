// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  type Der,
  element,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
  time,
} from './der.ts';

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** DER of what the extension's OCTET STRING holds. */
  readonly value: Uint8Array;
}

export interface CertificateContent {
  readonly serial?: Uint8Array;
  readonly issuer: Der;
  readonly subject: Der;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Extension[];
}

/** Identifiers of certificate extensions. */
export const EXTENSION = {
  subjectKey: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKey: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  timestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const;

export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ECDSA_SHA384 = sequence(objectIdentifier('1.2.840.10045.4.3.3'));

/** The part of a certificate that is signed (RFC 5280, section 4.1), for a signer with a P-384 key. */
export function toBeSigned(content: CertificateContent): Der {
  const { serial = randomSerial(), issuer, subject, notBefore, notAfter, publicKey, extensions } = content;
  return sequence(
    tagged(0, integer(new Uint8Array([2]))),
    integer(serial),
    ECDSA_SHA384,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    spkiOf(publicKey),
    tagged(3, sequence(...extensions.map(extensionDer))),
  );
}

/** The certificate: the signed part with a signature over it. */
export function signCertificate(signed: Der, key: KeyObject): Der {
  return sequence(signed, ECDSA_SHA384, bitString(sign('sha384', signed, key)));
}

/** Positive, of 20 bytes. */
export function randomSerial(): Uint8Array {
  return new Uint8Array([0x40, ...randomBytes(19)]);
}

export function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

/** The identifier of a key by RFC 5280, section 4.2.1.2 (1), for keys whose SPKI ends in the point. */
export function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha1').update(spkiOf(key)).digest();
}

function extensionDer({ id, critical, value }: Extension): Der {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

export const extension = (id: string, critical: boolean, value: Uint8Array): Extension => ({
  id,
  critical,
  value,
});

/** Key usage from its bits, most significant first, as they stand in the bit string. */
export const keyUsage = (byte: number, critical = true): Extension =>
  extension(EXTENSION.keyUsage, critical, bitString(new Uint8Array([byte]), trailingZeros(byte)));

const trailingZeros = (byte: number): number => (byte === 0 ? 0 : 31 - Math.clz32(byte & -byte));

export const extendedKeyUsage = (usages: readonly string[], critical = false): Extension =>
  extension(EXTENSION.extendedKeyUsage, critical, sequence(...usages.map(objectIdentifier)));

export const subjectKey = (bytes: Uint8Array, critical = false): Extension =>
  extension(EXTENSION.subjectKey, critical, octetString(bytes));

export const authorityKey = (bytes: Uint8Array, critical = false): Extension =>
  extension(EXTENSION.authorityKey, critical, sequence(implicit(0, bytes)));

export const basicConstraints = (critical: boolean, ...parts: readonly Der[]): Extension =>
  extension(EXTENSION.basicConstraints, critical, sequence(...parts));

/** Names as they stand in GeneralNames: 1 e-mail, 2 DNS, 6 URI. */
export const subjectNames = (
  names: readonly (readonly [tag: 1 | 2 | 6, text: string])[],
  critical = true,
): Extension =>
  extension(
    EXTENSION.subjectAlternativeName,
    critical,
    sequence(...names.map(([tag, text]) => implicit(tag, Buffer.from(text)))),
  );

/** An element of any tag, as text. */
export const textElement = (tag: number, text: string): Der => element(tag, Buffer.from(text));
