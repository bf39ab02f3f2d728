// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  claim,
  CODE_SIGNING,
  der,
  DIGITAL_SIGNATURE,
  extension,
  KEY_CERT_SIGN,
  keyUsage,
  oid,
  sequence,
  text,
  uriName,
} from './der.ts';

/*
 * The certificates of the laboratory: a root, an intermediate and a leaf, with the certificate transparency log that saw the
 * leaf, and the same for a timestamp authority. Each part may be made otherwise, and whatever is above it is signed again.
 */

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
export const newKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });
export const spki = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }));
export const hash = (...parts: Uint8Array[]): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());

export const SIGNED_AT = 1_767_225_660; // one minute into 2026
export const REPOSITORY = 'https://github.com/octo/sample';
export const WORKFLOW = `${REPOSITORY}/.github/workflows/release.yml@refs/tags/v1.0`;
export const ISSUER = 'https://token.actions.githubusercontent.com';

/** Extensions by a name for each; an empty list leaves one out, two say it twice. */
export type ExtensionSet = Readonly<Record<string, Uint8Array | readonly Uint8Array[]>>;

export interface CertificateRecipe {
  readonly version?: number;
  readonly serial?: readonly number[];
  readonly innerAlgorithm?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly until?: string;
  readonly key?: Uint8Array;
  readonly signedBy?: KeyPair;
  readonly extensions?: ExtensionSet;
  /** Changes the encoding of the signed part, before it is signed. */
  readonly encoding?: (tbs: Uint8Array) => Uint8Array;
  readonly tail?: Uint8Array;
}

const ECDSA = '1.2.840.10045.4.3.2';
const time = (value: string) => der(value.length === 13 ? 0x17 : 0x18, text(value));
export const directoryName = (value: string): Uint8Array =>
  value === '' ? sequence() : sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, text(value)))));
const listOf = (set: ExtensionSet): Uint8Array[] =>
  Object.values(set).flatMap((one) => (one instanceof Uint8Array ? [one] : [...one]));

interface Defaults extends CertificateRecipe {
  readonly issuer: string;
  readonly subject: string;
  readonly key: Uint8Array;
  readonly signedBy: KeyPair;
  readonly extensions: ExtensionSet;
}

function toBeSigned(usual: Defaults, recipe: CertificateRecipe, more: readonly Uint8Array[]): Uint8Array {
  const fields = { ...usual, ...recipe };
  const tbs = sequence(
    der(0xa0, der(0x02, Uint8Array.of(fields.version ?? 2))),
    der(0x02, Uint8Array.from(fields.serial ?? [7])),
    sequence(oid(fields.innerAlgorithm ?? ECDSA)),
    directoryName(fields.issuer),
    sequence(time(fields.from ?? '250101000000Z'), time(fields.until ?? '300101000000Z')),
    directoryName(fields.subject),
    fields.key,
    der(0xa3, sequence(...listOf({ ...usual.extensions, ...recipe.extensions }), ...more)),
  );
  return recipe.encoding?.(tbs) ?? tbs;
}

function certificate(usual: Defaults, recipe: CertificateRecipe = {}, more: readonly Uint8Array[] = []) {
  const tbs = toBeSigned(usual, recipe, more);
  const signature = sign('sha256', tbs, (recipe.signedBy ?? usual.signedBy).privateKey);
  const whole = sequence(tbs, sequence(oid(ECDSA)), der(0x03, Uint8Array.of(0), signature));
  return new Uint8Array(Buffer.concat([whole, recipe.tail ?? new Uint8Array()]));
}

export const authority = (pathLength?: number): Uint8Array =>
  extension(
    '2.5.29.19',
    sequence(
      der(0x01, Uint8Array.of(0xff)),
      ...(pathLength === undefined ? [] : [der(0x02, Uint8Array.of(pathLength))]),
    ),
    true,
  );
export const subjectKey = (id: Uint8Array): Uint8Array => extension('2.5.29.14', der(0x04, id));
export const authorityKey = (id: Uint8Array): Uint8Array => extension('2.5.29.35', sequence(der(0x80, id)));
export const TIMESTAMPING = '1.3.6.1.5.5.7.3.8';
export const timestamping = (critical = true, ...more: string[]): Uint8Array =>
  extension('2.5.29.37', sequence(...[TIMESTAMPING, ...more].map(oid)), critical);
export const ENCIPHERMENT: Uint8Array = keyUsage(0x20, 5);

const keyId = ({ publicKey }: KeyPair) => hash(spki(publicKey)).subarray(0, 20);
const root = newKeys();
const middle = newKeys();
export const signer: KeyPair = newKeys();
export const stranger: KeyPair = newKeys();
export const ctLog: KeyPair = newKeys();
const tsaRoot = newKeys();
export const tsa: KeyPair = newKeys();

const ROOT: Defaults = {
  issuer: 'lab-root',
  subject: 'lab-root',
  key: spki(root.publicKey),
  signedBy: root,
  extensions: { authority: authority(), usage: KEY_CERT_SIGN, subjectKey: subjectKey(keyId(root)) },
};
const MIDDLE: Defaults = {
  issuer: 'lab-root',
  subject: 'lab-middle',
  key: spki(middle.publicKey),
  signedBy: root,
  extensions: {
    authority: authority(0),
    usage: KEY_CERT_SIGN,
    purposes: CODE_SIGNING,
    subjectKey: subjectKey(keyId(middle)),
    authorityKey: authorityKey(keyId(root)),
  },
};
export const LEAF: ExtensionSet = {
  usage: DIGITAL_SIGNATURE,
  purposes: CODE_SIGNING,
  names: uriName(WORKFLOW),
  authorityKey: authorityKey(keyId(middle)),
  issuer: claim(8, ISSUER),
  repository: claim(12, REPOSITORY),
  commit: claim(13, 'a'.repeat(40)),
  ref: claim(14, 'refs/tags/v1.0'),
  workflow: claim(18, WORKFLOW),
};
const leafDefaults = (key: Uint8Array): Defaults => ({
  issuer: 'lab-middle',
  subject: '',
  key,
  signedBy: middle,
  from: '260101000000Z',
  until: '260101001000Z',
  extensions: LEAF,
});
const TSA_ROOT: Defaults = {
  ...ROOT,
  issuer: 'lab-tsa-root',
  subject: 'lab-tsa-root',
  key: spki(tsaRoot.publicKey),
  signedBy: tsaRoot,
  extensions: { authority: authority(), usage: KEY_CERT_SIGN },
};
const TSA: Defaults = {
  issuer: 'lab-tsa-root',
  subject: 'lab-tsa',
  key: spki(tsa.publicKey),
  signedBy: tsaRoot,
  extensions: { usage: DIGITAL_SIGNATURE, purposes: timestamping() },
};

/** One signed certificate timestamp; `spoiled` leaves it with a signature over something else. */
export interface SctRecipe {
  readonly version?: number;
  /** Seconds since 1970. */
  readonly at?: number;
  readonly extensions?: Uint8Array;
  readonly logId?: Uint8Array;
  readonly key?: KeyPair;
  readonly hash?: number;
  readonly spoiled?: boolean;
  readonly tail?: readonly number[];
}

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const vector = (value: Uint8Array) => Buffer.concat([u16(value.length), value]);

// RFC 6962 §3.2, written apart from the packages under test.
function signedTimestamp(tbs: Uint8Array, recipe: SctRecipe): Buffer {
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(recipe.at ?? SIGNED_AT - 1) * 1000n);
  const length = Buffer.from([tbs.length >> 16, (tbs.length >> 8) & 0xff, tbs.length & 0xff]);
  const extensions = vector(recipe.extensions ?? new Uint8Array());
  const head = Buffer.concat([Buffer.of(0, 0), at, u16(1), hash(spki(middle.publicKey)), length]);
  const signed = Buffer.concat([head, tbs, recipe.spoiled === true ? u16(1) : extensions]);
  const { publicKey, privateKey } = recipe.key ?? ctLog;
  return Buffer.concat([
    Buffer.of(recipe.version ?? 0),
    recipe.logId ?? hash(spki(publicKey)),
    at,
    extensions,
    Buffer.of(recipe.hash ?? 4, 3),
    vector(sign('sha256', signed, privateKey)),
    Buffer.from(recipe.tail ?? []),
  ]);
}

export interface LeafRecipe extends CertificateRecipe {
  /** In the list; a number repeats the usual one, byte for byte. */
  readonly timestamps?: readonly SctRecipe[] | number;
}

export function makeLeaf(recipe: LeafRecipe = {}, keys: KeyPair = signer): Uint8Array {
  const usual = leafDefaults(spki(keys.publicKey));
  const { timestamps = [{}] } = recipe;
  const tbs = toBeSigned(usual, recipe, []);
  const [first] = [signedTimestamp(tbs, {})];
  const all =
    typeof timestamps === 'number'
      ? Array.from({ length: timestamps }, () => first)
      : timestamps.map((one) => signedTimestamp(tbs, one));
  if (all.length === 0) return certificate(usual, recipe);
  const list = vector(Buffer.concat(all.map(vector)));
  return certificate(usual, recipe, [extension('1.3.6.1.4.1.11129.2.4.2', der(0x04, list))]);
}

// The usual ones are made once: whoever brings a copy along must have the same bytes.
function maker(usual: Defaults): (recipe?: CertificateRecipe) => Uint8Array {
  const made = certificate(usual);
  return (recipe) => (recipe === undefined ? made : certificate(usual, recipe));
}

export const makeMiddle: (recipe?: CertificateRecipe) => Uint8Array = maker(MIDDLE);
export const makeCaRoot: (recipe?: CertificateRecipe) => Uint8Array = maker(ROOT);
export const makeTsa: (recipe?: CertificateRecipe) => Uint8Array = maker(TSA);
export const makeTsaRoot: (recipe?: CertificateRecipe) => Uint8Array = maker(TSA_ROOT);
