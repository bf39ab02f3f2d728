// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 does not load without the polyfill
import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { encodeHex } from '@colophon/base';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { publicKeyBits } from './spki.ts';

const P384 = { name: 'ECDSA', namedCurve: 'P-384' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' };
const CA_USAGE = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);

/** How long the authorities of a sandbox are valid, whatever time its clock is set to. */
export const CA_VALIDITY = {
  notBefore: new Date('2020-01-01T00:00:00Z'),
  notAfter: new Date('2049-12-31T23:59:59Z'),
};

/** The time from which the sandbox's trust material is valid. */
export const TRUST_START: Date = CA_VALIDITY.notBefore;

/** Whose certificate is to be made: all but the issuer's part. */
export interface CertificateDraft {
  readonly serialNumber: string;
  /** Absent: an empty name. */
  readonly subject?: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Extension[];
}

export interface AuthorityOptions {
  readonly subject: string;
  /** How many more authorities may stand below. */
  readonly pathLength: number;
  /** Beside those that every authority has. */
  readonly extensions?: readonly Extension[];
  /** Default: itself. */
  readonly issuer?: IssuingAuthority;
}

/** An X.509 authority with a P-384 key of its own (RFC 5280). */
export class IssuingAuthority {
  /** RFC 5280 §4.2.1.2 method 1, in hexadecimal. */
  readonly keyId: string;
  readonly certificate: X509Certificate;
  readonly #key: webcrypto.CryptoKey;

  private constructor(certificate: X509Certificate, keyId: string, key: webcrypto.CryptoKey) {
    this.certificate = certificate;
    this.keyId = keyId;
    this.#key = key;
  }

  static async create(options: AuthorityOptions): Promise<IssuingAuthority> {
    const { subject, issuer, pathLength, extensions = [] } = options;
    const { publicKey, privateKey } = await webcrypto.subtle.generateKey(P384, true, ['sign', 'verify']);
    const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', publicKey));
    const keyId = keyIdentifier(spki);
    const certificate = await X509CertificateGenerator.create({
      ...CA_VALIDITY,
      serialNumber: randomSerial(),
      subject,
      issuer: issuer?.certificate.subjectName ?? subject,
      publicKey: spki,
      extensions: [
        CA_USAGE,
        ...extensions,
        new BasicConstraintsExtension(true, pathLength, true),
        new SubjectKeyIdentifierExtension(keyId),
        new AuthorityKeyIdentifierExtension(issuer?.keyId ?? keyId),
      ],
      signingKey: issuer ? issuer.#key : privateKey,
      signingAlgorithm: SIGNING,
    });
    return new IssuingAuthority(certificate, keyId, privateKey);
  }

  /** DER of the authority's own certificate. */
  get der(): Uint8Array {
    return new Uint8Array(this.certificate.rawData);
  }

  /** Certifies a draft; answers DER. */
  async issue(draft: CertificateDraft): Promise<Uint8Array> {
    const { extensions, ...rest } = draft;
    const certificate = await X509CertificateGenerator.create({
      ...rest,
      extensions: [...extensions],
      issuer: this.certificate.subjectName,
      signingKey: this.#key,
      signingAlgorithm: SIGNING,
    });
    return new Uint8Array(certificate.rawData);
  }
}

/** 159 random bits in hexadecimal: positive in 20 bytes (RFC 5280 §4.1.2.2), and not a zero byte first, for DER. */
export function randomSerial(): string {
  const serial = randomBytes(20);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return encodeHex(serial);
}

/** RFC 5280 §4.2.1.2 method 1: SHA-1 over the bits of the key, which end every SubjectPublicKeyInfo. */
export function keyIdentifier(spki: Uint8Array): string {
  return createHash('sha1').update(publicKeyBits(spki)).digest('hex');
}
