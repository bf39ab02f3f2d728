// SPDX-License-Identifier: Apache-2.0
import { derError, expectTag, readChildren, TAG, type DerElement } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSmallInteger } from './der-value.ts';

/** An X.509 extension. Its views are made when they are asked for: of most nobody wants more than the text. */
export class Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The OCTET STRING. */
  readonly content: DerElement;
  readonly #whole: DerElement;

  constructor(oid: string, critical: boolean, content: DerElement, whole: DerElement) {
    this.oid = oid;
    this.critical = critical;
    this.content = content;
    this.#whole = whole;
  }

  /** What the OCTET STRING holds. */
  get value(): Uint8Array {
    return this.content.value;
  }

  /** The whole element, for re-encoding. */
  get bytes(): Uint8Array {
    return this.#whole.bytes;
  }
}

export type Extensions = ReadonlyMap<string, Extension>;

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  signedCertificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const;

/** The bits of KeyUsage that are asked about (RFC 5280 §4.2.1.3). */
export const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5 } as const;

/** Purposes of ExtendedKeyUsage (RFC 5280 §4.2.1.12). */
export const KEY_PURPOSE = { codeSigning: '1.3.6.1.5.5.7.3.3', timeStamping: '1.3.6.1.5.5.7.3.8' } as const;

/**
 * Reads the list of extensions; none may stand twice (RFC 5280 §4.2), since readers differ on which copy counts.
 * @throws PkiError ERR_CERTIFICATE
 */
export function readExtensions(list: DerElement): Extensions {
  const extensions = new Map<string, Extension>();
  for (const element of readChildren(expectTag(list, TAG.sequence, 'the list of extensions'))) {
    const extension = readExtension(element);
    if (extensions.has(extension.oid)) throw derError(`extension ${extension.oid} stands twice`);
    extensions.set(extension.oid, extension);
  }
  if (extensions.size === 0) throw derError('the list of extensions is empty');
  return extensions;
}

function readExtension(element: DerElement): Extension {
  const parts = readChildren(expectTag(element, TAG.sequence, 'an extension'));
  const oid = readOid(parts[0], 'the name of an extension');
  const flag = parts.length === 3 ? parts[1] : undefined;
  const critical = flag !== undefined && readBoolean(flag, `the critical flag of extension ${oid}`);
  // DER leaves a default out, so a written FALSE is a second encoding of the same extension.
  if (parts.length !== (critical ? 3 : 2)) throw derError(`extension ${oid} is not DER`);
  const content = expectTag(parts[critical ? 2 : 1], TAG.octetString, `the value of extension ${oid}`);
  return new Extension(oid, critical, content, element);
}

export interface BasicConstraints {
  readonly isAuthority: boolean;
  readonly pathLength?: number;
}

/** Reads BasicConstraints (RFC 5280 §4.2.1.9); absent means an end entity. @throws PkiError ERR_CERTIFICATE */
export function readBasicConstraints(extensions: Extensions): BasicConstraints {
  const extension = extensions.get(EXTENSION.basicConstraints);
  if (extension === undefined) return { isAuthority: false };
  const parts = readChildren(expectTag(extension.content.inner, TAG.sequence, 'the basic constraints'));
  const [flag] = parts[0]?.tag === TAG.boolean ? parts.splice(0, 1) : [];
  const isAuthority = flag !== undefined && readBoolean(flag, 'the authority flag');
  const limit = parts.shift();
  if (parts.length > 0 || (flag !== undefined && !isAuthority) || (limit !== undefined && !isAuthority))
    throw derError('the basic constraints are not DER');
  return limit === undefined
    ? { isAuthority }
    : { isAuthority, pathLength: readSmallInteger(limit, 'the path length') };
}

/** Reads KeyUsage to bit numbers; undefined when the extension is absent. @throws PkiError ERR_CERTIFICATE */
export function readKeyUsage(extensions: Extensions): ReadonlySet<number> | undefined {
  const extension = extensions.get(EXTENSION.keyUsage);
  return extension && readNamedBits(extension.content.inner, 'the key usage');
}

/** Reads ExtendedKeyUsage to OIDs; undefined when the extension is absent. @throws PkiError ERR_CERTIFICATE */
export function readKeyPurposes(extensions: Extensions): readonly string[] | undefined {
  const extension = extensions.get(EXTENSION.extendedKeyUsage);
  if (extension === undefined) return undefined;
  const list = readChildren(expectTag(extension.content.inner, TAG.sequence, 'the extended key usage'));
  if (list.length === 0) throw derError('the extended key usage is empty');
  return list.map((purpose) => readOid(purpose, 'a purpose in the extended key usage'));
}
