// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { sha256 } from '@colophon/base';
import { encodeDer, TAG } from '../src/der.ts';
import { EXTENSION, KEY_PURPOSE } from '../src/extension.ts';

const text = (value: string) => new TextEncoder().encode(value);
const sequence = (...parts: Uint8Array[]) => encodeDer(TAG.sequence, ...parts);

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) + 128);
    return digits;
  });
  return encodeDer(TAG.oid, Uint8Array.from(octets));
}

export const TRUE = encodeDer(TAG.boolean, Uint8Array.of(0xff));
export const FALSE = encodeDer(TAG.boolean, Uint8Array.of(0));
export const octets = (value: Uint8Array) => encodeDer(TAG.octetString, value);
export const utf8 = (value: string) => encodeDer(TAG.utf8String, text(value));
export const extension = (name: string, value: Uint8Array, critical = false) =>
  sequence(oid(name), ...(critical ? [TRUE] : []), octets(value));

export const uriName = (uri: string) => encodeDer(0x86, text(uri));
export const emailName = (email: string) => encodeDer(0x81, text(email));
export const subjectNames = (...names: Uint8Array[]) =>
  extension(EXTENSION.subjectAlternativeName, sequence(...names), true);
export const keyUsage = (bits: number, unused: number) =>
  extension(EXTENSION.keyUsage, encodeDer(TAG.bitString, Uint8Array.of(unused, bits)), true);
export const DIGITAL_SIGNATURE = keyUsage(0x80, 7);
export const KEY_CERT_SIGN = keyUsage(0x04, 2);
export const purposes = (...oids: string[]) =>
  extension(EXTENSION.extendedKeyUsage, sequence(...oids.map(oid)));
export const CODE_SIGNING = purposes(KEY_PURPOSE.codeSigning);
export const authority = (pathLength?: number) =>
  extension(
    EXTENSION.basicConstraints,
    sequence(TRUE, ...(pathLength === undefined ? [] : [encodeDer(TAG.integer, Uint8Array.of(pathLength))])),
    true,
  );
export const claim = (number: number, value: string) =>
  extension(`1.3.6.1.4.1.57264.1.${number}`, utf8(value));
export const rawClaim = (number: number, value: string) =>
  extension(`1.3.6.1.4.1.57264.1.${number}`, text(value));

export interface Recipe {
  readonly subject?: string;
  readonly serial?: Uint8Array;
  readonly version?: number;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly extensions?: readonly Uint8Array[];
  readonly innerAlgorithm?: string;
  readonly algorithmParameters?: Uint8Array;
  readonly trailing?: Uint8Array;
  /** Makes the list of SCTs from the TBSCertificate without them. */
  readonly timestamp?: (tbs: Uint8Array, issuerKeyHash: Uint8Array) => Uint8Array;
}

export interface Issuer {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const newIssuer = (name: string): Issuer => ({
  name,
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

export const LEAF_EXTENSIONS = [
  DIGITAL_SIGNATURE,
  CODE_SIGNING,
  subjectNames(uriName('https://example.org/workflow')),
];

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

const commonName = (name: string) =>
  name === '' ? sequence() : sequence(encodeDer(TAG.set, sequence(oid('2.5.4.3'), utf8(name))));

const time = (value: string) =>
  encodeDer(value.length === 13 ? TAG.utcTime : TAG.generalizedTime, text(value));

/** Builds a certificate by `issuer` for `subject`'s key, byte by byte, so that a recipe may spoil any part of it. */
export function buildCertificate(issuer: Issuer, subject: Issuer, recipe: Recipe = {}): Uint8Array {
  const algorithm = sequence(
    oid(ECDSA_SHA256),
    ...(recipe.algorithmParameters ? [recipe.algorithmParameters] : []),
  );
  const inner = recipe.innerAlgorithm === undefined ? algorithm : sequence(oid(recipe.innerAlgorithm));
  const issuerSpki = new Uint8Array(issuer.publicKey.export({ type: 'spki', format: 'der' }));
  const tbsWith = (...extra: Uint8Array[]) =>
    sequence(
      encodeDer(0xa0, encodeDer(TAG.integer, Uint8Array.of(recipe.version ?? 2))),
      encodeDer(TAG.integer, recipe.serial ?? Uint8Array.of(1)),
      inner,
      commonName(issuer.name),
      sequence(time(recipe.notBefore ?? '260101000000Z'), time(recipe.notAfter ?? '260101001000Z')),
      commonName(recipe.subject ?? subject.name),
      new Uint8Array(subject.publicKey.export({ type: 'spki', format: 'der' })),
      encodeDer(0xa3, sequence(...(recipe.extensions ?? LEAF_EXTENSIONS), ...extra)),
    );
  const scts = recipe.timestamp?.(tbsWith(), sha256(issuerSpki));
  const tbs =
    scts === undefined ? tbsWith() : tbsWith(extension(EXTENSION.signedCertificateTimestamps, scts));
  const signature = sign('sha256', tbs, issuer.privateKey);
  return new Uint8Array(
    Buffer.concat([
      sequence(tbs, algorithm, encodeDer(TAG.bitString, Uint8Array.of(0), signature)),
      recipe.trailing ?? new Uint8Array(),
    ]),
  );
}
