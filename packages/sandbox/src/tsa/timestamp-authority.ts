// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- @peculiar/x509 does not load without the polyfill
import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import { CA_VALIDITY, IssuingAuthority, keyIdentifier, randomSerial } from '../issuing-authority.ts';
import { spkiOf } from '../spki.ts';
import type { TimestampQuery } from './timestamp-query.ts';
import { grantedResponse, signedAttributes, signerOf, timestampInfo } from './timestamp-token.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const SERIAL_BYTES = 20;

/** A time-stamp authority (RFC 3161): a P-256 leaf with the one purpose, under a root of its own. */
export class TimestampAuthority {
  /** DER, leaf first, root last. */
  readonly chain: readonly [leaf: Uint8Array, root: Uint8Array];
  readonly #key: KeyObject;

  private constructor(key: KeyObject, chain: readonly [leaf: Uint8Array, root: Uint8Array]) {
    this.#key = key;
    this.chain = chain;
  }

  static async create(): Promise<TimestampAuthority> {
    const root = await IssuingAuthority.create({
      subject: 'O=sandbox.local, CN=sandbox-tsa-root',
      pathLength: 0,
    });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = spkiOf(publicKey);
    const leaf = await root.issue({
      ...CA_VALIDITY,
      serialNumber: randomSerial(),
      subject: 'O=sandbox.local, CN=sandbox-tsa',
      publicKey: spki,
      extensions: [
        new BasicConstraintsExtension(false),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([TIME_STAMPING], true),
        new SubjectKeyIdentifierExtension(keyIdentifier(spki)),
        new AuthorityKeyIdentifierExtension(root.keyId),
      ],
    });
    return new TimestampAuthority(privateKey, [leaf, root.der]);
  }

  /** The DER TimeStampResp that grants a query. Its time is in whole seconds. */
  stamp(query: TimestampQuery, now: Date): Uint8Array {
    const [leaf] = this.chain;
    const terms = { signer: signerOf(leaf), now, hash: query.hash };
    const info = timestampInfo(query, { ...terms, serial: randomBytes(SERIAL_BYTES) });
    const attributes = signedAttributes(info, terms);
    const signature = sign('sha256', attributes, this.#key);
    const certificates = query.certificate ? [leaf] : [];
    return grantedResponse({ info, attributes, signature, certificates }, terms.signer);
  }
}
