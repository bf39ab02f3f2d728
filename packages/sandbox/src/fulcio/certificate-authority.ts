// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 does not load without the polyfill
import 'reflect-metadata';
import type { KeyObject } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import { OctetString, Utf8String } from 'asn1js';
import {
  type CertificateDraft,
  IssuingAuthority,
  keyIdentifier,
  randomSerial,
} from '../issuing-authority.ts';
import { spkiOf } from '../spki.ts';
import type { CertifiedIdentity } from './extension-templates.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const FULCIO_ARC = '1.3.6.1.4.1.57264.1';
const POISON = '1.3.6.1.4.1.11129.2.4.3';
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
const ASN1_NULL = new Uint8Array([5, 0]);
const LEAF_LIFETIME_MS = 600_000;

/** A root and an intermediate on P-384, as public-good Fulcio has them, that issue code-signing certificates. */
export class CertificateAuthority {
  readonly #root: IssuingAuthority;
  readonly #intermediate: IssuingAuthority;

  private constructor(root: IssuingAuthority, intermediate: IssuingAuthority) {
    this.#root = root;
    this.#intermediate = intermediate;
  }

  static async create(): Promise<CertificateAuthority> {
    const root = await IssuingAuthority.create({
      subject: 'O=sandbox.local, CN=sandbox-root',
      pathLength: 1,
    });
    const intermediate = await IssuingAuthority.create({
      subject: 'O=sandbox.local, CN=sandbox-intermediate',
      pathLength: 0,
      extensions: [new ExtendedKeyUsageExtension([CODE_SIGNING])],
      issuer: root,
    });
    return new CertificateAuthority(root, intermediate);
  }

  /** DER of the intermediate and of the root. */
  get chain(): readonly [intermediate: Uint8Array, root: Uint8Array] {
    return [this.#intermediate.der, this.#root.der];
  }

  /** Plans a certificate for ten minutes from `now`, which X.509 counts in whole seconds. */
  draft(key: KeyObject, identity: CertifiedIdentity, now: Date): CertificateDraft {
    const publicKey = spkiOf(key);
    const { type, value } = identity.alternativeName;
    const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000);
    return {
      serialNumber: randomSerial(),
      notBefore,
      notAfter: new Date(notBefore.getTime() + LEAF_LIFETIME_MS),
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
  async precertificate(draft: CertificateDraft): Promise<Uint8Array> {
    return this.#issue(draft, new Extension(POISON, true, ASN1_NULL));
  }

  /** The certificate, with its signed certificate timestamps (RFC 6962 §3.3). */
  async certificate(draft: CertificateDraft, timestamps: Uint8Array): Promise<Uint8Array> {
    const list = new OctetString({ valueHex: timestamps }).toBER();
    return this.#issue(draft, new Extension(SCT_LIST, false, list));
  }

  #issue(draft: CertificateDraft, last: Extension): Promise<Uint8Array> {
    return this.#intermediate.issue({ ...draft, extensions: [...draft.extensions, last] });
  }
}

// Fulcio's first extensions are bare text; from .8 on they are DER UTF8String.
function fulcioExtension(arc: number, text: string): Extension {
  const value = arc < 8 ? new TextEncoder().encode(text) : new Utf8String({ value: text }).toBER();
  return new Extension(`${FULCIO_ARC}.${arc}`, false, value);
}
