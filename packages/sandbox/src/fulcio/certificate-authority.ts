// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 does not load without the polyfill
import 'reflect-metadata';
import { createHash, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { encodeHex } from '@colophon/base';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { OctetString, Utf8String } from 'asn1js';
import { publicKeyBits } from '../spki.ts';
import type { CertifiedIdentity } from './extension-templates.ts';

const P384 = { name: 'ECDSA', namedCurve: 'P-384' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' };
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const FULCIO_ARC = '1.3.6.1.4.1.57264.1';
const POISON = '1.3.6.1.4.1.11129.2.4.3';
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
const ASN1_NULL = new Uint8Array([5, 0]);
const LEAF_LIFETIME_MS = 600_000;
const CA_VALIDITY = {
  notBefore: new Date('2020-01-01T00:00:00Z'),
  notAfter: new Date('2049-12-31T23:59:59Z'),
};
const CA_USAGE = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);

interface Authority {
  readonly certificate: X509Certificate;
  readonly keyId: string;
  readonly key: webcrypto.CryptoKey;
}

/** Who a certificate is for: all that a precertificate and its final certificate share. */
export interface LeafDraft {
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** The time from which the sandbox's trust material is valid. */
export const TRUST_START: Date = CA_VALIDITY.notBefore;

/** A root and an intermediate on P-384, as public-good Fulcio has them, that issue code-signing certificates. */
export class CertificateAuthority {
  readonly #root: Authority;
  readonly #intermediate: Authority;

  private constructor(root: Authority, intermediate: Authority) {
    this.#root = root;
    this.#intermediate = intermediate;
  }

  static async create(): Promise<CertificateAuthority> {
    const root = await createAuthority('O=sandbox.local, CN=sandbox-root', [CA_USAGE, caConstraints(1)]);
    const intermediate = await createAuthority(
      'O=sandbox.local, CN=sandbox-intermediate',
      [CA_USAGE, new ExtendedKeyUsageExtension([CODE_SIGNING]), caConstraints(0)],
      root,
    );
    return new CertificateAuthority(root, intermediate);
  }

  /** DER of the intermediate and of the root. */
  get chain(): readonly [intermediate: Uint8Array, root: Uint8Array] {
    return [derOf(this.#intermediate.certificate), derOf(this.#root.certificate)];
  }

  /** Plans a certificate for ten minutes from `now`, which X.509 counts in whole seconds. */
  draft(key: KeyObject, identity: CertifiedIdentity, now: Date): LeafDraft {
    const publicKey = new Uint8Array(key.export({ format: 'der', type: 'spki' }));
    const { type, value } = identity.alternativeName;
    return {
      serialNumber: encodeHex(randomSerial()),
      notBefore: new Date(Math.floor(now.getTime() / 1000) * 1000),
      publicKey,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([CODE_SIGNING]),
        new SubjectKeyIdentifierExtension(keyIdentifier(publicKey)),
        new AuthorityKeyIdentifierExtension(this.#intermediate.keyId),
        new SubjectAlternativeNameExtension([{ type, value }], true),
        ...identity.extensions.map(([arc, text]) => fulcioExtension(arc, text)),
      ],
    };
  }

  /** The precertificate of RFC 6962 §3.1, with the critical poison. */
  async precertificate(draft: LeafDraft): Promise<Uint8Array> {
    return this.#sign(draft, new Extension(POISON, true, ASN1_NULL));
  }

  /** The certificate, with its signed certificate timestamps (RFC 6962 §3.3). */
  async certificate(draft: LeafDraft, timestamps: Uint8Array): Promise<Uint8Array> {
    return this.#sign(
      draft,
      new Extension(SCT_LIST, false, new OctetString({ valueHex: timestamps }).toBER()),
    );
  }

  async #sign(draft: LeafDraft, last: Extension): Promise<Uint8Array> {
    const { certificate, key } = this.#intermediate;
    return derOf(
      await X509CertificateGenerator.create({
        serialNumber: draft.serialNumber,
        issuer: certificate.subjectName,
        notBefore: draft.notBefore,
        notAfter: new Date(draft.notBefore.getTime() + LEAF_LIFETIME_MS),
        publicKey: draft.publicKey,
        extensions: [...draft.extensions, last],
        signingKey: key,
        signingAlgorithm: SIGNING,
      }),
    );
  }
}

async function createAuthority(
  subject: string,
  extensions: readonly Extension[],
  issuer?: Authority,
): Promise<Authority> {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(P384, true, ['sign', 'verify']);
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', publicKey));
  const keyId = keyIdentifier(spki);
  const certificate = await X509CertificateGenerator.create({
    ...CA_VALIDITY,
    serialNumber: encodeHex(randomSerial()),
    subject,
    issuer: issuer?.certificate.subjectName ?? subject,
    publicKey: spki,
    extensions: [
      ...extensions,
      new SubjectKeyIdentifierExtension(keyId),
      new AuthorityKeyIdentifierExtension(issuer?.keyId ?? keyId),
    ],
    signingKey: issuer?.key ?? privateKey,
    signingAlgorithm: SIGNING,
  });
  return { certificate, keyId, key: privateKey };
}

function caConstraints(pathLength: number): Extension {
  return new BasicConstraintsExtension(true, pathLength, true);
}

// Fulcio's first extensions are bare text; from .8 on they are DER UTF8String.
function fulcioExtension(arc: number, text: string): Extension {
  const value = arc < 8 ? new TextEncoder().encode(text) : new Utf8String({ value: text }).toBER();
  return new Extension(`${FULCIO_ARC}.${arc}`, false, value);
}

function derOf(certificate: X509Certificate): Uint8Array {
  return new Uint8Array(certificate.rawData);
}

// 159 bits, so that the number is positive in 20 bytes (RFC 5280 §4.1.2.2); not a zero byte first, for DER.
function randomSerial(): Uint8Array {
  const serial = randomBytes(20);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

// RFC 5280 §4.2.1.2 method 1: SHA-1 over the bits of the key, which end every SubjectPublicKeyInfo.
function keyIdentifier(spki: Uint8Array): string {
  return createHash('sha1').update(publicKeyBits(spki)).digest('hex');
}
