// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodeUtf8, sha256 } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import { encodeDer, encodeOid, encodeSequence, TAG } from '../../src/der-encoding.ts';

const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const ALGORITHM = encodeSequence(encodeOid('1.2.840.10045.4.3.2'));
const TRUE = encodeDer(TAG.boolean, Uint8Array.of(0xff));

const END = new Date('2036-01-01T00:00:00Z');

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return encodeSequence(encodeOid(oid), ...(critical ? [TRUE] : []), encodeDer(TAG.octetString, value));
}

/** A distinguished name with a common name alone, or none. */
export function nameOf(text: string): Uint8Array {
  if (text === '') return encodeSequence();
  const attribute = encodeSequence(encodeOid('2.5.4.3'), encodeDer(UTF8, encodeUtf8(text)));
  return encodeSequence(encodeDer(TAG.set, attribute));
}

function timeOf(at: Date): Uint8Array {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return encodeDer(UTC_TIME, encodeUtf8(digits.slice(2)));
}

const keyUsage = (bits: number, unused: number): Uint8Array =>
  extension('2.5.29.15', encodeDer(TAG.bitString, Uint8Array.of(unused, bits)), true);

const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

/** What a leaf says; a test changes one thing at a time. */
export interface LeafRecipe {
  readonly publicKeyInfo: Uint8Array;
  readonly uri: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly purpose?: string;
  readonly timestamped?: boolean;
}

/** A certificate authority, its certificate transparency log and a timestamp authority, and the root that vouches for them. */
export class ToyCa {
  readonly #ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #ct = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #tsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #start = new Date('2026-01-01T00:00:00Z');
  readonly #anchorDer = this.#anchor();
  /** The certificate of the timestamp authority. */
  readonly tsaCertificate = this.#tsaLeaf();

  get trustedRoot(): TrustedRoot {
    const logId = sha256(spkiOf(this.#ct.publicKey));
    const validFor = { start: this.#start };
    const keyDetails = 'PKIX_ECDSA_P256_SHA_256';
    return {
      certificateAuthorities: [{ chain: [this.#anchorDer], validFor }],
      ctLogs: [{ baseUrl: 'https://ct.example', logId, publicKey: this.#ct.publicKey, keyDetails, validFor }],
      transparencyLogs: [],
      timestampAuthorities: [{ chain: [this.tsaCertificate, this.#anchorDer], validFor }],
    };
  }

  issue(recipe: LeafRecipe): Uint8Array {
    const { uri, issuer, purpose = '1.3.6.1.5.5.7.3.3', timestamped = true } = recipe;
    const extensions = [
      keyUsage(0x80, 7),
      extension('2.5.29.37', encodeSequence(encodeOid(purpose))),
      extension('2.5.29.17', encodeSequence(encodeDer(0x86, encodeUtf8(uri))), true),
      extension('1.3.6.1.4.1.57264.1.8', encodeDer(UTF8, encodeUtf8(issuer))),
    ];
    if (timestamped) extensions.push(this.#timestamp(this.#tbs(recipe, '', extensions)));
    return this.#signed(this.#tbs(recipe, '', extensions));
  }

  /** The signature of the timestamp authority. */
  signTimestamp(attributes: Uint8Array): Uint8Array {
    return new Uint8Array(sign('sha256', attributes, this.#tsa.privateKey));
  }

  #tsaLeaf(): Uint8Array {
    const publicKeyInfo = spkiOf(this.#tsa.publicKey);
    const purpose = encodeSequence(encodeOid('1.3.6.1.5.5.7.3.8'));
    const extensions = [keyUsage(0x80, 7), extension('2.5.29.37', purpose, true)];
    const times = { notBefore: this.#start, notAfter: END };
    return this.#signed(this.#tbs({ publicKeyInfo, ...times }, 'tsa', extensions));
  }

  #anchor(): Uint8Array {
    const publicKeyInfo = spkiOf(this.#ca.publicKey);
    const extensions = [keyUsage(0x04, 2), extension('2.5.29.19', encodeSequence(TRUE), true)];
    const times = { notBefore: this.#start, notAfter: END };
    return this.#signed(this.#tbs({ publicKeyInfo, ...times }, 'toy', extensions));
  }

  #tbs(
    recipe: Pick<LeafRecipe, 'publicKeyInfo' | 'notBefore' | 'notAfter'>,
    subject: string,
    extensions: readonly Uint8Array[],
  ): Uint8Array {
    return encodeSequence(
      encodeDer(TAG.context0, encodeDer(TAG.integer, Uint8Array.of(2))),
      encodeDer(TAG.integer, Uint8Array.of(7)),
      ALGORITHM,
      nameOf('toy'),
      encodeSequence(timeOf(recipe.notBefore), timeOf(recipe.notAfter)),
      nameOf(subject),
      recipe.publicKeyInfo,
      encodeDer(0xa3, encodeSequence(...extensions)),
    );
  }

  #signed(tbs: Uint8Array): Uint8Array {
    const signature = sign('sha256', tbs, this.#ca.privateKey);
    return encodeSequence(tbs, ALGORITHM, encodeDer(TAG.bitString, Uint8Array.of(0), signature));
  }

  // RFC 6962 §3.2 and §3.3, with one timestamp.
  #timestamp(tbs: Uint8Array): Uint8Array {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(new Date('2026-11-21T12:00:00Z').getTime()));
    const head = Buffer.concat([Uint8Array.of(0, 0), time, Uint8Array.of(0, 1)]);
    const length = Uint8Array.of(0, tbs.length >> 8, tbs.length & 0xff);
    const issuerKeyHash = sha256(spkiOf(this.#ca.publicKey));
    const signed = Buffer.concat([head, issuerKeyHash, length, tbs, Uint8Array.of(0, 0)]);
    const signature = sign('sha256', signed, this.#ct.privateKey);
    const logId = sha256(spkiOf(this.#ct.publicKey));
    const tail = Buffer.concat([Uint8Array.of(0, 0, 4, 3, 0, signature.length), signature]);
    const sct = Buffer.concat([Uint8Array.of(0), logId, time, tail]);
    const list = Buffer.concat([Uint8Array.of(0, sct.length + 2, 0, sct.length), sct]);
    return extension('1.3.6.1.4.1.11129.2.4.2', encodeDer(TAG.octetString, list));
  }
}
