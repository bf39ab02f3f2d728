// SPDX-License-Identifier: Apache-2.0
import { createHash, sign, type KeyObject } from 'node:crypto';
import { encodeDer, TAG } from '../src/der.ts';
import { KEY_PURPOSE } from '../src/extension.ts';
import { DIGITAL_SIGNATURE, extension, oid, type Issuer } from './certificate-builder.ts';

export const sequence = (...parts: Uint8Array[]): Uint8Array => encodeDer(TAG.sequence, ...parts);
export const set = (...parts: Uint8Array[]): Uint8Array => encodeDer(TAG.set, ...parts);
export const integer = (...octets: number[]): Uint8Array => encodeDer(TAG.integer, Uint8Array.from(octets));
export const octetString = (value: Uint8Array): Uint8Array => encodeDer(TAG.octetString, value);
export const hashOf = (hash: string, value: Uint8Array): Uint8Array =>
  new Uint8Array(createHash(hash).update(value).digest());
const text = (value: string) => new TextEncoder().encode(value);

export const SHA = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
export const NULL = encodeDer(TAG.null);
export const timestamping = (critical = true, ...more: string[]): Uint8Array =>
  extension('2.5.29.37', sequence(...[KEY_PURPOSE.timeStamping, ...more].map(oid)), critical);
export const TSA_EXTENSIONS: readonly Uint8Array[] = [DIGITAL_SIGNATURE, timestamping()];

const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ECDSA: Readonly<Record<string, string>> = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
export const GENERAL_TIME = '20260101000500Z';

/** What may be other than usual in a timestamp by `signer`, whose certificate is `certificate`. */
export interface TimestampRecipe {
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** The hash of the signature, where it is another one. */
  readonly signedBy?: 'sha384';
  readonly imprint?: Uint8Array;
  readonly imprintHash?: keyof typeof SHA;
  readonly time?: string;
  readonly version?: number;
  /** Fields of TSTInfo after the time. */
  readonly rest?: readonly Uint8Array[];
  readonly status?: Uint8Array;
  readonly contentType?: string;
  readonly signedContentType?: string;
  readonly digest?: Uint8Array;
  readonly signingCertificate?: readonly Uint8Array[];
  readonly attributes?: readonly Uint8Array[];
  readonly algorithm?: Uint8Array;
  readonly certificates?: readonly Uint8Array[];
  readonly name?: Uint8Array;
  readonly signerVersion?: number;
  readonly dataVersion?: number;
  readonly key?: KeyObject;
  readonly unsigned?: Uint8Array;
  readonly signers?: number;
  readonly announced?: string;
}

export const attribute = (name: string, ...values: Uint8Array[]): Uint8Array =>
  sequence(oid(name), set(...values));
/** ESSCertIDv2 by SHA-256, in its attribute. */
export const certificateIdV2 = (der: Uint8Array, ...more: Uint8Array[]): Uint8Array =>
  attribute(
    '1.2.840.113549.1.9.16.2.47',
    sequence(sequence(sequence(octetString(hashOf('sha256', der)), ...more))),
  );
export const certificateIdV1 = (der: Uint8Array): Uint8Array =>
  attribute('1.2.840.113549.1.9.16.2.12', sequence(sequence(sequence(octetString(hashOf('sha1', der))))));

function timestampInfo(data: Uint8Array, recipe: TimestampRecipe): Uint8Array {
  const hash = recipe.imprintHash ?? 'sha256';
  return sequence(
    integer(recipe.version ?? 1),
    oid('1.3.6.1.4.1.57264.2'),
    sequence(sequence(oid(SHA[hash])), octetString(recipe.imprint ?? hashOf(hash, data))),
    integer(7),
    encodeDer(TAG.generalizedTime, text(recipe.time ?? GENERAL_TIME)),
    ...(recipe.rest ?? [sequence(integer(1))]),
  );
}

/** IssuerAndSerialNumber of a certificate of the builder. */
export const nameOf = (issuer: string, serial: Uint8Array): Uint8Array =>
  sequence(
    sequence(set(sequence(oid('2.5.4.3'), encodeDer(TAG.utf8String, text(issuer))))),
    encodeDer(TAG.integer, serial),
  );

export interface Signer {
  readonly tsa: Issuer;
  readonly certificate: Uint8Array;
  readonly issuerName: string;
}

function signerInfo(info: Uint8Array, { tsa, certificate, issuerName }: Signer, recipe: TimestampRecipe) {
  const hash = recipe.hash ?? 'sha256';
  const attributes = Buffer.concat([
    attribute('1.2.840.113549.1.9.3', oid(recipe.signedContentType ?? TST_INFO)),
    attribute('1.2.840.113549.1.9.4', octetString(recipe.digest ?? hashOf(hash, info))),
    ...(recipe.signingCertificate ?? [certificateIdV2(certificate)]),
    ...(recipe.attributes ?? []),
  ]);
  const signature = sign(
    recipe.signedBy ?? hash,
    encodeDer(TAG.set, attributes),
    recipe.key ?? tsa.privateKey,
  );
  return sequence(
    integer(recipe.signerVersion ?? 1),
    recipe.name ?? nameOf(issuerName, Uint8Array.of(2)),
    sequence(oid(SHA[hash])),
    encodeDer(0xa0, attributes),
    recipe.algorithm ?? sequence(oid(ECDSA[hash] ?? '')),
    octetString(signature),
    ...(recipe.unsigned ? [recipe.unsigned] : []),
  );
}

/** A TimeStampResp over `data`, signed again whatever the recipe changes. */
export function buildTimestamp(data: Uint8Array, signer: Signer, recipe: TimestampRecipe = {}): Uint8Array {
  const info = timestampInfo(data, recipe);
  const one = signerInfo(info, signer, recipe);
  const signedData = sequence(
    integer(recipe.dataVersion ?? 3),
    set(sequence(oid(recipe.announced ?? SHA[recipe.hash ?? 'sha256']))),
    sequence(oid(recipe.contentType ?? TST_INFO), encodeDer(0xa0, octetString(info))),
    ...(recipe.certificates ? [encodeDer(0xa0, ...recipe.certificates)] : []),
    set(...Array.from({ length: recipe.signers ?? 1 }, () => one)),
  );
  const token = sequence(oid('1.2.840.113549.1.7.2'), encodeDer(0xa0, signedData));
  return sequence(recipe.status ?? sequence(integer(0)), token);
}
