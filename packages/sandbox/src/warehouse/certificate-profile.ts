// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { DER_TAGS, readBit, readDer, readDerSequence, readOid } from './der.ts';
import type { LeafCertificate } from './leaf-certificate.ts';
import { refused, unusable } from './attestation-verdict.ts';

const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const NAME_CONSTRAINTS = '2.5.29.30';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const SIGNED_CERTIFICATE_TIMESTAMPS = '1.3.6.1.4.1.11129.2.4.2';
const FULCIO_OTHER_NAME = '1.3.6.1.4.1.57264.1.7';
/** A SubjectPublicKeyInfo of P-256 with a named curve and an uncompressed point, up to the point. */
const P256_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/**
 * Fulcio's profile for a leaf (RFC 5280, pypi.md §2 step 2), whole: @sigstore/verify follows the chain and leaves all this open.
 * The rules come one by one from what cryptography and sigstore-python demand.
 */
export function assertSigningProfile(leaf: LeafCertificate): void {
  assertSerial(leaf);
  assertUsage(leaf);
  assertNotAuthority(leaf);
  assertCritical(leaf);
  assertOneTimestamp(leaf);
  if (!Buffer.from(leaf.subjectPublicKeyInfo).toString('hex').startsWith(P256_PREFIX))
    throw refused('the signing key is not ECDSA P-256');
}

function assertSerial({ serial, hasIssuer }: LeafCertificate): void {
  const [first = 0x80, second = 0x80] = serial;
  const padded = first === 0 && second < 0x80;
  if (first >= 0x80 || padded || serial.length > 20 || serial.every((byte) => byte === 0))
    throw refused('the certificate has an invalid serial number');
  if (!hasIssuer) throw refused('the certificate has no issuer');
}

function assertUsage({ extensions }: LeafCertificate): void {
  const usage = extensions.get(KEY_USAGE);
  const extended = extensions.get(EXTENDED_KEY_USAGE);
  if (!usage || !extended) throw unusable(`No ${usage ? EXTENDED_KEY_USAGE : KEY_USAGE} extension was found`);
  const bits = readDer(usage.value, DER_TAGS.bitString);
  if (!readBit(bits, 0)) throw refused('Key usage is not of type `digital signature`');
  if (readBit(bits, 5)) throw refused('the certificate may sign certificates');
  const purposes = readDerSequence(readDer(extended.value, DER_TAGS.sequence).content).map(readOid);
  if (!purposes.includes(CODE_SIGNING)) throw refused('Extended usage does not contain `code signing`');
}

function assertNotAuthority({ extensions }: LeafCertificate): void {
  if (extensions.has(NAME_CONSTRAINTS)) throw refused('a leaf certificate with name constraints');
  if (!extensions.has(AUTHORITY_KEY_IDENTIFIER))
    throw refused('the certificate has no authority key identifier');
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  if (constraints && readDer(constraints.value, DER_TAGS.sequence).content.length > 0)
    throw refused('the leaf certificate is an authority');
}

// An extension that is marked critical and not acted upon forbids the use of the certificate (RFC 5280 §4.2).
function assertCritical({ extensions, hasSubject }: LeafCertificate): void {
  const mayBe = new Set([KEY_USAGE, BASIC_CONSTRAINTS, SUBJECT_ALTERNATIVE_NAME]);
  for (const [oid, { critical }] of extensions)
    if (critical && !mayBe.has(oid)) throw refused(`the certificate has a critical extension ${oid}`);
  const names = extensions.get(SUBJECT_ALTERNATIVE_NAME);
  if (!names || names.critical === hasSubject)
    throw refused('the subject alternative name does not fit the subject');
}

// sigstore-python takes one timestamp, with SHA-256; what else stands in the list would be judged by nobody.
function assertOneTimestamp({ extensions }: LeafCertificate): void {
  const extension = extensions.get(SIGNED_CERTIFICATE_TIMESTAMPS);
  if (!extension) throw refused('failed to verify SCT on signing certificate: there is none');
  const list = Buffer.from(readDer(extension.value, DER_TAGS.octetString).content);
  const header = list.length > 47 ? list.readUInt16BE(45) : 0;
  const fits =
    list.length > 51 + header &&
    list.readUInt16BE(0) === list.length - 2 &&
    list.readUInt16BE(2) === list.length - 4 &&
    list[4] === 0 &&
    list[47 + header] === 4 &&
    list.readUInt16BE(49 + header) === list.length - 51 - header;
  if (!fits)
    throw refused('failed to verify SCT on signing certificate: not exactly one of version 1 with SHA-256');
}

export interface SubjectName {
  readonly kind: 'email' | 'uri' | 'other';
  readonly value: string;
}

/** The subject alternative names of the kinds that Fulcio issues; any other kind is refused. */
export function subjectNames({ extensions }: LeafCertificate): SubjectName[] {
  const names = extensions.get(SUBJECT_ALTERNATIVE_NAME);
  if (!names) return [];
  return readDerSequence(readDer(names.value, DER_TAGS.sequence).content).map(({ tag, content }) => {
    if (tag === 0x81) return { kind: 'email', value: decodeUtf8(content) };
    if (tag === 0x86) return { kind: 'uri', value: decodeUtf8(content) };
    const [oid, value] = readDerSequence(content);
    if (tag !== 0xa0 || readOid(oid) !== FULCIO_OTHER_NAME || !value)
      throw refused('an unknown kind of subject name');
    return { kind: 'other', value: decodeUtf8(readDer(value.content, DER_TAGS.utf8String).content) };
  });
}
