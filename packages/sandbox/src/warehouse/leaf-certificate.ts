// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { equalBytes } from '@colophon/base';
import { DER_TAGS, type DerElement, readDer, readDerSequence, readOid } from './der.ts';
import { WarehouseError } from './warehouse-error.ts';

export interface CertificateExtension {
  readonly critical: boolean;
  /** What the extension's OCTET STRING holds. */
  readonly value: Uint8Array;
}

/** A signing certificate, taken apart by this index's own reader. */
export interface LeafCertificate {
  readonly der: Uint8Array;
  /** As a log entry of Rekor holds it: PEM, lines of 64, one line break at the end. */
  readonly pem: string;
  readonly certificate: X509Certificate;
  readonly serial: Uint8Array;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly hasSubject: boolean;
  readonly hasIssuer: boolean;
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
}

/** Parses one X.509 v3 certificate (RFC 5280 §4.1), DER only. @throws WarehouseError ERR_WAREHOUSE_DER */
export function parseLeafCertificate(der: Uint8Array): LeafCertificate {
  const [tbs, outerAlgorithm, signature, ...more] = readDerSequence(readDer(der, DER_TAGS.sequence).content);
  if (!tbs || !outerAlgorithm || signature?.tag !== DER_TAGS.bitString || more.length > 0)
    throw malformed('parts');
  const fields = readDerSequence(tbs.content);
  const [version, serial, algorithm, issuer, validity, subject, key, extensions, ...rest] = fields;
  if (!version || !equalBytes(version.raw, Uint8Array.of(0xa0, 3, 2, 1, 2))) throw malformed('version');
  if (serial?.tag !== DER_TAGS.integer || !issuer || !validity || !subject || !key) throw malformed('fields');
  if (!algorithm || !equalBytes(algorithm.raw, outerAlgorithm.raw)) throw malformed('signature algorithms');
  if (extensions?.tag !== 0xa3 || rest.length > 0) throw malformed('extensions');
  return {
    der,
    pem: pemOf(der),
    certificate: readByNode(der),
    serial: serial.content,
    subjectPublicKeyInfo: key.raw,
    hasSubject: subject.content.length > 0,
    hasIssuer: issuer.content.length > 0,
    extensions: readExtensions(extensions),
  };
}

function readByNode(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw new WarehouseError('ERR_WAREHOUSE_DER', 'not an X.509 certificate', { cause });
  }
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function readExtensions(wrapper: DerElement): ReadonlyMap<string, CertificateExtension> {
  const list = readDer(wrapper.content, DER_TAGS.sequence);
  const extensions = new Map<string, CertificateExtension>();
  for (const item of readDerSequence(list.content)) {
    const parts = readDerSequence(item.content);
    const oid = readOid(parts[0]);
    // Two of one kind would let two readers see two certificates.
    if (extensions.has(oid)) throw malformed(`extension ${oid} stands twice`);
    extensions.set(oid, readExtension(parts.slice(1)));
  }
  return extensions;
}

function readExtension(parts: readonly DerElement[]): CertificateExtension {
  const value = parts.at(-1);
  const flag = parts.length === 2 ? parts[0] : undefined;
  if (value?.tag !== DER_TAGS.octetString || parts.length > 2) throw malformed('extension');
  if (flag && !equalBytes(flag.raw, Uint8Array.of(DER_TAGS.boolean, 1, 0xff)))
    throw malformed('critical flag');
  return { critical: flag !== undefined, value: value.content };
}

function malformed(what: string): WarehouseError {
  return new WarehouseError('ERR_WAREHOUSE_DER', `malformed certificate: ${what}`);
}
